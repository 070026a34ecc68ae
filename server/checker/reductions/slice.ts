/** The part of a policy that can influence a claim (`cone.ts`), as a separate policy. */
import { monitorOfBeginning } from './work-beginning.js';
import { matchesCall } from '../../model/conditions/evaluate.js';
import { isStatic } from '../../model/conditions/reads.js';
import type { Arguments, Condition, EventPattern, Policy, Transition } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import { callConditionOf, stepsOf, withConditions } from '../questions/parts.js';
import { mayBe, TRUE, UNKNOWN } from '../../model/policy/truth.js';
import type { Reach } from './cone.js';
import { reachOf } from './cone.js';
import { isWorseApproved, readsApprovals } from '../conditions/approvals.js';
import { conditionsOf, patternsOf, renumber, visitConditions } from '../conditions/walk.js';
import { CLOCK } from './environment/chosen.js';
import { closed } from './environment/closed.js';
import type { Phases } from './environment/phases.js';
import type { EvaluatedCondition, Scope } from './keys.js';
import { Grounding } from './keys.js';
import { meantBy } from './key-values.js';
import { outlivesSessions } from './all-sessions.js';

export interface Slice {
    /** The part that the claim sees, by its indices in the whole policy. */
    readonly reach: Reach;
    /**
     * The policy with only the rules and monitors of the slice, and with the environment's choices as arguments of
     * calls (`reductions/environment/closed.ts`); tools, agents, humans and labels keep their indices.
     */
    readonly policy: Policy;
    /** The indices of the slice's monitors in the whole policy. */
    readonly numbers: readonly number[];
    /** The claim over the monitors of the slice. */
    readonly question: Question;
    /** The indices of the tools whose calls matter. */
    readonly tools: readonly number[];
    /** The bits of the labels that some condition reads. */
    readonly labels: number;
    /** The bits of the labels for which some condition tests if they were ever received. */
    readonly received: number;
    /**
     * True if something in the slice outlives a session, so that the state at the start of another session may differ
     * (M19).
     */
    readonly outlivesSessions: boolean;
    /** Describes how monitors with keys are searched. */
    readonly grounding: Grounding;
    /** The policy with the monitors of the search; its conditions still refer to those of `policy`. */
    readonly ground: Policy;
    /** The phases of the clock; undefined if nothing reads it. */
    readonly phases?: Phases;
    /**
     * As arguments, the possible clock times where no call is decided; a single empty record if nothing reads the
     * clock.
     */
    readonly moments: readonly Arguments[];
}

/** The slice with another scope for its keys. */
export function withScope(slice: Slice, scope: Scope): Slice {
    const grounding = new Grounding(slice.policy, scope, askedBy(slice.policy, slice.question));
    return { ...slice, grounding, ground: groundOf(slice.policy, slice.question, grounding) };
}

/** Transitions do not read values of past calls (`system/unsupported.ts`). */
function groundOf(policy: Policy, question: Question, grounding: Grounding): Policy {
    const resolve = (when: Condition): Condition =>
        grounding.resolve(when, undefined, () => ({ op: 'constant', value: UNKNOWN }));
    return {
        ...policy,
        monitors: [...grounding.monitors, ...monitorOfBeginning(question)],
        ...(policy.machines && {
            machines: policy.machines.map((machine) => ({
                ...machine,
                transitions: machine.transitions.map((one) => ({ ...one, when: resolve(one.when) }))
            }))
        })
    };
}

/** Writes `cone of influence → 2 of 9 tools, 1 of 8 rules`; empty if the slice leaves nothing out. */
export function coneText(whole: Policy, tools: number, rules: number): string[] {
    const [allTools, allRules] = [whole.tools.length, whole.rules.length];
    return tools === allTools && rules === allRules
        ? []
        : [`cone of influence → ${tools} of ${allTools} tools, ${rules} of ${allRules} rules`];
}

/** The transitions of all machines of a slice. */
export function transitionsOf(policy: Policy): Transition[] {
    return (policy.machines ?? []).flatMap(({ transitions }) => transitions);
}

/** Every condition that is evaluated for calls, with the tools of those calls. */
function askedBy(policy: Policy, question: Question): EvaluatedCondition[] {
    const rules = policy.rules.flatMap((rule): EvaluatedCondition[] => {
        const { tools } = rule.subject;
        const served = rule.kind === 'approval' && rule.served ? [rule.served] : [];
        return [...conditionsOf(rule), ...served].map((condition) => ({ condition, tools }));
    });
    const { tools } = 'subject' in question ? question.subject : { tools: [] };
    const claimed = [callConditionOf(question) ?? []].flat();
    const everything = policy.tools.map(() => TRUE);
    const assumed = (policy.assumptions ?? []).map(({ subject, when }): EvaluatedCondition => ({
        condition: when,
        tools: subject?.tools ?? everything
    }));
    const moving = transitionsOf(policy).flatMap(({ event, when }): EvaluatedCondition[] => [
        { condition: event.where, tools: meantBy(policy, event) },
        { condition: when, tools: meantBy(policy, event) }
    ]);
    const work = stepsOf(question);
    const worked = work.map((step): EvaluatedCondition => ({ condition: step.where, tools: meantBy(policy, step) }));
    return [...rules, ...moving, ...claimed.map((condition) => ({ condition, tools })), ...worked, ...assumed];
}

export function sliceFor(original: Policy, asked: Question): Slice {
    const seen = reachOf(original, asked);
    const { policy: whole, question, phases } = closed(original, asked, seen.assumptions);
    const reach = whole === original ? seen : reachOf(whole, question);
    const kept = [...reach.monitors].sort((a, b) => a - b);
    const number = (index: number): number => kept.indexOf(index);
    const policy: Policy = {
        ...whole,
        monitors: kept.map((index) => whole.monitors[index]!),
        rules: whole.rules
            .filter((rule) => reach.rules.has(rule))
            .map((rule) => ({
                ...rule,
                when: renumber(rule.when, number),
                ...(rule.kind === 'require' && { requires: renumber(rule.requires, number) }),
                ...(rule.kind === 'approval' && rule.served && { served: renumber(rule.served, number) })
            })),
        assumptions: (whole.assumptions ?? [])
            .filter((assumption) => reach.assumptions.has(assumption))
            .map((assumption) => ({ ...assumption, when: renumber(assumption.when, number) })),
        ...(whole.machines && {
            machines: whole.machines.map((machine, index) => ({
                ...machine,
                transitions: reach.machines.has(index)
                    ? machine.transitions.map((one) => ({ ...one, when: renumber(one.when, number) }))
                    : []
            }))
        }),
        claims: [],
        scenarios: []
    };
    const sliced = withConditions(question, (condition) => renumber(condition, number));
    const grounding = new Grounding(policy, { values: 1, others: false }, askedBy(policy, sliced));
    return {
        reach: seen,
        policy,
        numbers: kept,
        question: sliced,
        tools: [...reach.tools].sort((a, b) => a - b),
        labels: reach.labels,
        received: reach.received,
        outlivesSessions: outlivesSessions(whole, reach),
        grounding,
        ground: groundOf(policy, sliced, grounding),
        ...(phases && { phases }),
        moments: phases ? Array.from({ length: phases.count }, (_, phase) => ({ [CLOCK]: phase })) : [{}]
    };
}

/**
 * True if some condition of the slice can see that a call that may be held is attempted, held or answered, or can see
 * approvals before a rule required them. If none can, holding, approving and releasing a call has an effect only
 * through the release. Every session can then be rearranged so that each held call is approved and released at once
 * (docs/checker.md, "Held calls").
 */
export function seesHolds(
    slice: Pick<Slice, 'policy' | 'question' | 'tools'>,
    patterns: readonly EventPattern[] = slice.policy.monitors.flatMap(patternsOf)
): boolean {
    const { policy, question } = slice;
    const holdable = holdableTools(slice);
    if (holdable.length === 0) {
        return false;
    }
    const rules = policy.rules.flatMap(conditionsOf);
    // An assumption about an answer may be met when the answer is given, but not at the release.
    const isOfThen = (policy.assumptions ?? []).some(({ kind, when }) => kind === 'approval' && !isOfCallAlone(when));
    const guards = transitionsOf(policy).map(({ when }) => when);
    if (
        isOfThen ||
        [...rules, ...guards].some(readsApprovals) ||
        ('bad' in question && isWorseApproved(question.bad, true))
    ) {
        return true;
    }
    // An approved call moves a machine when it is released.
    const moving = transitionsOf(policy)
        .map(({ event }) => event)
        .filter(({ status }) => status !== 'approved');
    return [...patterns, ...moving].some(
        (pattern) =>
            HOLD_STATUSES.has(pattern.status) &&
            holdable.some((tool) =>
                policy.agents.some((_, agent) => mayBe(matchesCall(pattern, { agent, tool, args: {} })))
            )
    );
}

/** The tools whose calls may be held. */
export function holdableTools({ policy, tools }: Pick<Slice, 'policy' | 'tools'>): number[] {
    return tools.filter((tool) =>
        policy.rules.some((rule) => rule.kind === 'approval' && mayBe(rule.subject.tools[tool]!))
    );
}

/** The statuses of events that can occur between a hold and its release. */
export const HOLD_STATUSES: ReadonlySet<EventPattern['status']> = new Set(['attempted', 'held', 'approved', 'refused']);

/** True if it reads only the arguments of the call. */
export function isOfCallAlone(condition: Condition): boolean {
    let isStaticAlone = true;
    visitConditions(condition, (part) => {
        isStaticAlone &&= isStatic(part) || ['constant', 'not', 'and', 'or'].includes(part.op);
    });
    return isStaticAlone;
}
