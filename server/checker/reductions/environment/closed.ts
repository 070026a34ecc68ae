/**
 * A policy that reads only the arguments of calls and past events: what the environment chooses at a call (signals, its
 * result, the phase of the clock) becomes additional arguments of the call, and the user's latest words become history
 * (`said.ts`). Only the environment restricts these choices, so the sessions are the same, and everything that applies
 * to arguments (their classes, conditions on several of them, keys) applies to them too (docs/checker.md, "The
 * environment").
 */
import type { ClockCondition } from '../../../model/conditions/clock-conditions.js';
import { isTimezone, type Period } from '../../../model/policy/clock.js';
import type { Assumption, Condition, OutsideEvent, Param, Policy, Tool } from '../../../model/policy/policy.js';
import type { Question } from '../../questions/question.js';
import { UNKNOWN } from '../../../model/policy/truth.js';
import type { Part } from '../../conditions/rewrite.js';
import { hasPart, rewritten } from '../../conditions/rewrite.js';
import { CLOCK, isOfResult, isOfSignal, resultName, signalName } from './chosen.js';
import { Phases } from './phases.js';
import { LatestRequest } from './said.js';

export interface ClosedPolicy {
    readonly policy: Policy;
    readonly question: Question;
    /** The phases of the clock; undefined if nothing reads the clock. */
    readonly phases?: Phases;
}

/** @param assumptions the assumptions of the policy that matter here */
export function closed(policy: Policy, question: Question, assumptions: ReadonlySet<Assumption>): ClosedPolicy {
    const seen = (policy.assumptions ?? []).filter((assumption) => assumptions.has(assumption));
    const around = [policy.rules, policy.monitors, policy.recorders, policy.tools, policy.machines, question, seen];
    if (!around.some((part) => isOpen(part))) {
        return { policy, question };
    }
    const closing = new Closing(policy, around);
    const said = new LatestRequest(policy);
    const { recorders, machines } = policy;
    const asking = said.close({ rules: policy.rules, question, seen });
    const inside = closing.close({ ...asking, monitors: said.monitors, recorders, machines, tools: policy.tools });
    const params = closing.params();
    const tools = inside.tools.map((tool, index): Tool => ({
        ...tool,
        params: [...tool.params, ...params, ...closing.results(policy.tools[index]!)]
    }));
    return {
        policy: {
            ...policy,
            rules: inside.rules,
            monitors: inside.monitors,
            ...(inside.recorders && { recorders: inside.recorders }),
            ...(inside.machines && { machines: inside.machines }),
            tools,
            outsideEvents: said.outsideEvents.map((event) =>
                params.length === 0 ? event : { ...event, params: [...(event.params ?? []), ...params] }
            ),
            assumptions: inside.seen.flatMap((assumption) => closing.assumed(assumption, said.outsideEvents))
        },
        question: inside.question,
        ...(closing.phases && { phases: closing.phases })
    };
}

/** This is cached for one part of a policy, because many claims have the same parts. */
const open = new WeakMap<object, boolean>();

function isOpen(data: unknown): boolean {
    if (typeof data !== 'object' || data === null) {
        return false;
    }
    let is = open.get(data);
    if (is === undefined) {
        is = Array.isArray(data) ? data.some(isOpen) : hasPart(data, isOfEnvironment);
        open.set(data, is);
    }
    return is;
}

const OPEN: ReadonlySet<string> = new Set(['result', 'signal', 'request']);

function isOfEnvironment(part: Part): boolean {
    return 'op' in part ? isClock(part) : OPEN.has(part.term);
}

/** The conditions on the clock in the policy, without duplicates. */
export function clockConditionsOf(policy: Policy): ClockCondition[] {
    const found = new Map<string, ClockCondition>();
    hasPart(policy, (part) => {
        if (isClock(part)) {
            found.set(JSON.stringify(part), part);
        }
        return false;
    });
    return [...found.values()];
}

/**
 * The periods of the calendar that a policy or a part of it reads, such as the day of `within today`. A condition that reads `now` may
 * change on any day.
 */
export function periodsOf(data: unknown): ReadonlySet<Period> {
    const found = new Set<Period>();
    hasPart(data, (part) => {
        if ('term' in part && part.term === 'period') {
            found.add(part.unit);
        } else if ('term' in part && part.term === 'now') {
            found.add('day');
        }
        return false;
    });
    return found;
}

export function isClock(part: Part): part is ClockCondition {
    return 'op' in part && (part.op === 'time in' || part.op === 'day in' || part.op === 'date in');
}

class Closing {
    readonly phases: Phases | undefined;
    /** The names of the values that are read. */
    private readonly read = new Set<string>();
    private readonly names: readonly string[];

    constructor(
        private readonly policy: Policy,
        around: readonly unknown[]
    ) {
        const conditions = new Map<string, ClockCondition>();
        around.filter(isOpen).forEach((data) =>
            hasPart(data, (part) => {
                if (isClock(part)) {
                    conditions.set(JSON.stringify(part), part);
                }
                return false;
            })
        );
        const { timezone } = policy;
        this.phases =
            conditions.size > 0 && timezone !== undefined && isTimezone(timezone)
                ? new Phases(timezone, [...conditions.values()])
                : undefined;
        this.names = [...new Set(policy.tools.flatMap(({ params }) => params.map(({ name }) => name)))];
    }

    close<T>(data: T): T {
        return rewritten(data, (part) => this.replaced(part));
    }

    /** The choices at a call of any tool, as far as conditions read them. */
    params(): Param[] {
        const clock: Param[] =
            this.phases && this.read.has(CLOCK)
                ? [
                      {
                          name: CLOCK,
                          type: { kind: 'literals', values: [...Array(this.phases.count).keys()] },
                          optional: false
                      }
                  ]
                : [];
        const signals = (this.policy.signals ?? []).flatMap(({ type }, signal) =>
            [...this.read]
                .filter((name) => isOfSignal(name, signal))
                .map((name): Param => ({ name, type, optional: true }))
        );
        return [...signals, ...clock];
    }

    /** The fields of a result that are read; any of them may be missing. */
    results({ returns = [] }: Tool): Param[] {
        const text: Param = { name: 'text', type: { kind: 'string' }, optional: true };
        const fields = returns.some(({ name }) => name === 'text') ? returns : [...returns, text];
        return fields
            .map(({ name, type }): Param => ({ name: resultName(name), type, optional: true }))
            .filter(({ name }) => this.read.has(name));
    }

    /**
     * The value of a signal is chosen at the call, with its result, or with an event, so an assumption on it applies
     * there. An absent signal has no value.
     */
    assumed(assumption: Assumption, events: readonly OutsideEvent[]): Assumption[] {
        if (assumption.kind !== 'signal') {
            return [assumption];
        }
        const names = [...this.read].filter((name) => isOfSignal(name, assumption.index!));
        const unless = (silent: readonly string[]): Condition => ({
            op: 'or',
            args: [
                {
                    op: 'and',
                    args: silent.map((name): Condition => ({ op: 'not', arg: { op: 'given', param: name } }))
                },
                assumption.when
            ]
        });
        const [ofResult, ofCall] = [names.filter(isOfResult), names.filter((name) => !isOfResult(name))];
        const calls = this.policy.agents.map((_, agent): Assumption => ({
            ...assumption,
            kind: 'agent',
            index: agent,
            when: unless(ofCall)
        }));
        const happening = events.map((_, event): Assumption => ({
            ...assumption,
            kind: 'event',
            index: event,
            when: unless(ofCall)
        }));
        const results: Assumption = { ...assumption, kind: 'result', when: unless(ofResult) };
        return [...calls, ...happening, ...(ofResult.length > 0 ? [results] : [])];
    }

    private replaced(part: Part): Part | undefined {
        if (isClock(part)) {
            return this.phases ? this.clock(this.phases.of(part)) : { op: 'constant', value: UNKNOWN };
        }
        if ('op' in part) {
            return part.op === 'any text' && !part.term ? this.anyArgument(part) : undefined;
        }
        if (part.term === 'field' && part.of.term === 'result') {
            return this.param(resultName(part.field));
        }
        if (part.term === 'signal') {
            const args = this.close(part.args);
            const isOfCall = !hasPart(args, (inner) => 'term' in inner && inner.term === 'element');
            return isOfCall ? this.param(signalName(part.signal, args)) : undefined;
        }
        return undefined;
    }

    private param(name: string): Part {
        this.read.add(name);
        return { term: 'param', name };
    }

    private clock(phases: readonly number[]): Condition {
        this.read.add(CLOCK);
        return { op: 'in', term: { term: 'param', name: CLOCK }, values: phases };
    }

    /** The condition is computed from the arguments that the agent chose. */
    private anyArgument(part: Condition & { readonly op: 'any text' }): Condition {
        return {
            op: 'or',
            args: this.names.map((name): Condition => ({
                op: 'and',
                args: [
                    { op: 'given', param: name },
                    { ...part, term: { term: 'param', name } }
                ]
            }))
        };
    }
}
