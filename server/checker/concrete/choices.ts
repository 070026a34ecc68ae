/**
 * The choices of agents, tools and the environment, as lists: calls with the values of signals, results, requests, and
 * events.
 */
import type { Arguments, EventPattern, Policy, Reading, Term, Value } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import { callConditionOf } from '../questions/parts.js';
import type { Call } from '../../model/session/session.js';
import { FALSE, mayBe } from '../../model/policy/truth.js';
import { patternsOfHistory, type Reach } from '../reductions/cone.js';
import { poll } from '../limits/budget.js';
import { asMet } from '../reductions/environment/constants.js';
import { hasPart } from '../conditions/rewrite.js';
import { conditionsOf } from '../conditions/walk.js';
import type { Candidate, Values } from './values.js';
import { plainValue } from './values.js';
import type { Variable } from './table.js';
import type { Variables } from './variables.js';
import { limitOf } from '../limits/limits.js';
import { undeclaredArgument } from '../system/unfit.js';
import type { NamedScope } from '../limits/scopes.js';
import { readOfCall } from '../../model/conditions/evaluate.js';
import { isOuter } from '../../model/conditions/reads.js';
import { canonicalText } from '../../model/values/canonical-text.js';
import { setField } from '../../model/values/values.js';

export interface CallChoice {
    readonly call: Call;
    readonly readings: readonly Reading[];
    /** The possible ends of the call, if it is released. */
    readonly ends: readonly EndChoice[];
    /** The index of the arguments among those of the tool, simplest first. */
    readonly text: number;
}

export interface EndChoice {
    readonly outcome: 'success' | 'error' | 'lost';
    readonly result?: Arguments;
}

export interface OutsideChoice {
    readonly event: number;
    readonly args?: Arguments;
    readonly readings?: readonly Reading[];
}

export interface RequestChoice {
    readonly request: Arguments;
    readonly readings?: readonly Reading[];
}

export class Choices {
    readonly calls: readonly CallChoice[];
    readonly outside: readonly OutsideChoice[];
    readonly requests: readonly RequestChoice[];
    /** The possible constants of the session; a single empty record if no condition reads them. */
    readonly constants: readonly Arguments[];
    readonly scopes = new Set<NamedScope>();

    constructor(
        private readonly policy: Policy,
        private readonly reach: Reach,
        private readonly patterns: readonly EventPattern[],
        private readonly variables: Variables,
        private readonly values: Values,
        private readonly question?: Question
    ) {
        this.calls = [...reach.tools].sort((a, b) => a - b).flatMap((tool) => this.callsOf(tool));
        this.outside = this.outsideEvents();
        this.requests = this.saidRequests();
        const constants = (policy.sessionConstants ?? []).map(({ name }) => [name, variables.constant(name)] as const);
        this.constants = asMet(policy, this.combinations('sessions', constants, false));
    }

    private callsOf(tool: number): CallChoice[] {
        const declared = this.policy.tools[tool]!;
        const params = declared.params.map(({ name }) => [name, this.variables.param(tool, name)] as const);
        const fitting = this.combinations(`calls of ${declared.name}`, params, true);
        const loose = (variable: Variable): readonly Candidate[] => this.values.loose(variable);
        const spoilt = this.seesAttempts(tool)
            ? this.combinations(`refused calls of ${declared.name}`, params, true, loose).map((args) => ({
                  ...args,
                  ...undeclaredArgument(declared)
              }))
            : [];
        const ends = this.endsOf(tool);
        const signals = this.signalsOf(tool);
        return this.policy.agents.flatMap((_, agent) => [
            ...fitting.flatMap((args, text) => {
                const call = { agent, tool, args };
                return this.saidBy(signals, call).map((readings): CallChoice => ({ call, readings, ends, text }));
            }),
            ...spoilt.map((args): CallChoice => ({ call: { agent, tool, args }, readings: [], ends: [], text: SPOILT }))
        ]);
    }

    /** True if some pattern can see a call that the inventory refuses. */
    private seesAttempts(tool: number): boolean {
        return this.patterns.some(
            ({ status, tools }) => (status === 'attempted' || status === 'denied') && mayBe(tools[tool] ?? FALSE)
        );
    }

    /** The ends that some condition can distinguish. */
    private endsOf(tool: number): EndChoice[] {
        const { clears, conditionalReads = [], succeeds, name, returns = [] } = this.policy.tools[tool]!;
        const fields = [...returns.map((field) => field.name), 'text'];
        const read = fields.filter((field) => {
            const variable = this.variables.result(tool, field);
            return variable && this.variables.isRead(variable);
        });
        const isSource = [...this.reach.sources].some((index) => {
            const source = this.policy.sources![index]!;
            return source.kind === 'result' && mayBe(source.event.tools[tool] ?? FALSE);
        });
        const results =
            read.length === 0
                ? []
                : this.combinations(
                      `results of ${name}`,
                      fields.map((field) => [field, this.variables.result(tool, field)] as const),
                      false
                  );
        const successes: EndChoice[] = [
            ...results.map((result): EndChoice => ({ outcome: 'success', result })),
            // An answer that cannot be read is one more choice.
            ...(read.length > 0 || isSource || results.length === 0 ? [{ outcome: 'success' as const }] : [])
        ];
        const isSeen =
            clears.length + conditionalReads.length > 0 ||
            succeeds !== undefined ||
            isSource ||
            read.length > 0 ||
            this.patterns.some(({ tools }) => mayBe(tools[tool] ?? FALSE));
        return isSeen ? [...successes, { outcome: 'error' }, { outcome: 'lost' }] : [{ outcome: 'success' }];
    }

    /** The signals that some rule for the tool reads. */
    private signalsOf(tool: number): SignalReads {
        const signals: SignalReads = new Map();
        const look = (part: unknown): void => addSignals(signals, part);
        this.policy.rules
            .filter(({ subject }) => mayBe(subject.tools[tool] ?? FALSE))
            .forEach((rule) => look(conditionsOf(rule)));
        this.patterns.filter(({ tools }) => mayBe(tools[tool] ?? FALSE)).forEach(({ where }) => look(where));
        const { question } = this;
        if (question && 'subject' in question && mayBe(question.subject.tools[tool] ?? FALSE)) {
            const asked = [callConditionOf(question) ?? []].flat();
            asked.forEach(look);
        }
        const { conditionalReads, succeeds } = this.policy.tools[tool]!;
        look([conditionalReads, succeeds]);
        this.lookAtHistory(signals);
        return signals;
    }

    /** Adds the signals that recorders and transitions read at any event. */
    private lookAtHistory(signals: SignalReads): void {
        const { recorders = [], machines = [] } = this.policy;
        recorders.forEach((recorder) => addSignals(signals, { ...recorder, event: undefined, from: undefined }));
        machines.forEach(({ transitions }) => transitions.forEach(({ when }) => addSignals(signals, when)));
    }

    /**
     * The possible values of the signals. A signal that is read for several values has one for each that the call gives, and
     * one for all others.
     */
    private saidBy(signals: SignalReads, call?: Call): readonly (readonly Reading[])[] {
        const places = [...signals.values()].flatMap((terms): Omit<Reading, 'value'>[] => {
            const [{ signal }] = terms as [SignalTerm];
            const given = call && terms.length > 1 ? terms.map((term) => givenArguments(term, call)) : [];
            const known = new Map(given.flatMap((args) => (args ? [[canonicalText(args), args] as const] : [])));
            const others = given.length === 0 || given.includes(undefined) ? [{ signal }] : [];
            return [...[...known.values()].map((args) => ({ signal, args })), ...others];
        });
        const read = places.map(({ signal }, index) => [String(index), this.variables.signal(signal)] as const);
        return this.combinations('signals', read, false).map((values) =>
            Object.entries(values).map(([index, value]): Reading => ({ ...places[Number(index)]!, value }))
        );
    }

    /** The possible values of the signals at an event that is not a call. */
    private readingsAt(event: number): readonly (readonly Reading[])[] {
        const signals: SignalReads = new Map();
        this.patterns
            .filter(({ outside }) => outside?.includes(event))
            .forEach(({ where }) => addSignals(signals, where));
        this.lookAtHistory(signals);
        return this.saidBy(signals);
    }

    private outsideEvents(): OutsideChoice[] {
        return [...this.reach.outside]
            .filter((event) => this.policy.outsideEvents[event]!.special === undefined)
            .sort((a, b) => a - b)
            .flatMap((event) => {
                const { params = [], name } = this.policy.outsideEvents[event]!;
                const read = params.map((param) => [param.name, this.variables.outside(event, param.name)] as const);
                const said = this.readingsAt(event);
                return this.combinations(`events ${name}`, read, true).flatMap((args) =>
                    said.map((readings) => ({
                        event,
                        ...(params.length > 0 && { args }),
                        ...(readings.length > 0 && { readings })
                    }))
                );
            });
    }

    /** Empty if no condition reads what the user said. */
    private saidRequests(): readonly RequestChoice[] {
        const fields = [...(this.policy.request ?? []).map(({ name }) => name), 'text'];
        const read = fields.map((field) => [field, this.variables.request(field)] as const);
        const isHeard = [...this.reach.outside].some(
            (event) => this.policy.outsideEvents[event]!.special === 'user says'
        );
        const isSource = [...this.reach.sources].some((source) => this.policy.sources![source]!.kind === 'user');
        const says = this.policy.outsideEvents.findIndex(({ special }) => special === 'user says');
        const said = this.readingsAt(says);
        return isHeard || isSource || read.some(([, variable]) => variable && this.variables.isRead(variable))
            ? this.combinations('requests', read, false).flatMap((request) =>
                  said.map((readings) => ({ request, ...(readings.length > 0 && { readings }) }))
              )
            : [];
    }

    /** @param whole true if parts that no condition reads must be present too, as simple as possible */
    private combinations(
        what: string,
        parts: readonly (readonly [string, Variable | undefined])[],
        whole: boolean,
        valuesOf = (variable: Variable): readonly Candidate[] => this.values.of(variable)
    ): readonly Arguments[] {
        const most = limitOf('combinations');
        let all: { readonly [name: string]: Value }[] = [{}];
        // Arguments with a single choice are added last, since tools may have many parameters.
        const same: { [name: string]: Value } = {};
        for (const [name, variable] of parts) {
            poll();
            if (!variable) {
                continue;
            }
            const values: readonly Candidate[] = this.variables.isRead(variable)
                ? valuesOf(variable)
                : whole
                  ? [plainValue(variable.param)]
                  : [undefined];
            if (values.length === 1) {
                if (values[0] !== undefined) {
                    setField(same, name, values[0]);
                }
                continue;
            }
            all = all.flatMap((record) =>
                values.map((value) => (value === undefined ? record : { ...record, [name]: value }))
            );
            if (all.length > most) {
                this.scopes.add(`${what} are of ${most} kinds (values)`);
                all = all.slice(0, most);
            }
        }
        return all.map((record) => inOrder(parts, { ...same, ...record }));
    }
}

/** The record with its names in the order of the parts. */
function inOrder(
    parts: readonly (readonly [string, unknown])[],
    record: { readonly [name: string]: Value }
): Arguments {
    return Object.fromEntries(parts.flatMap(([name]) => (Object.hasOwn(record, name) ? [[name, record[name]!]] : [])));
}

/** The rank of a call that the inventory refuses, after those that it accepts. */
const SPOILT = 1_000_000;

type SignalTerm = Extract<Term, { term: 'signal' }>;

/** The different reads of each signal. */
type SignalReads = Map<number, SignalTerm[]>;

function addSignals(signals: SignalReads, data: unknown): void {
    hasPart(data, (part) => {
        if ('term' in part && part.term === 'signal') {
            const known = signals.get(part.signal) ?? [];
            const text = JSON.stringify(part);
            if (!known.some((other) => JSON.stringify(other) === text)) {
                signals.set(part.signal, [...known, part]);
            }
        }
        return false;
    });
}

/** The arguments of a signal, if the call gives them; undefined if they depend on something else. */
function givenArguments({ args }: SignalTerm, call: Call): readonly Value[] | undefined {
    const values = args.map((arg) => (readsOnlyCall(arg) ? readOfCall(arg, call) : undefined));
    return values.includes(undefined) ? undefined : (values as Value[]);
}

function readsOnlyCall(term: Term): boolean {
    return !hasPart(term, (part) => 'term' in part && !('op' in part) && (isOuter(part) || part.term === 'element'));
}

/** Every pattern over events in the reached part of the policy. */
export function patternsIn(policy: Policy, reach: Reach): EventPattern[] {
    return [
        ...patternsOfHistory(policy, reach),
        ...policy.rules.flatMap((rule) => (rule.kind === 'approval' && rule.changedBy ? [rule.changedBy.event] : []))
    ];
}
