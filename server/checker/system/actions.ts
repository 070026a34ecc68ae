/**
 * The actions of hijacked agents: one for each agent, tool and argument class, with the rules specialised to it and the
 * effects of its events computed once. Actions that no state distinguishes are merged (the first one is kept).
 */
import { callConditionOf } from '../questions/parts.js';
import { principalsOf, undeclaredDelegation } from '../../model/events/delegation.js';
import type { NumberedRule } from '../../model/decide.js';
import { rulesOf } from '../../model/decide.js';
import { matchesCall } from '../../model/conditions/evaluate.js';
import type { Effect } from '../../model/events/effects.js';
import { effectOf } from '../../model/events/effects.js';
import type { Arguments, Condition, Policy, Reading, Value } from '../../model/policy/policy.js';
import type { Call } from '../../model/session/session.js';
import type { Truth } from '../../model/policy/truth.js';
import { and, FALSE, mayBe, mustBe, TRUE, UNKNOWN } from '../../model/policy/truth.js';
import { poll } from '../limits/budget.js';
import type { AnswerEffects } from './answer-effects.js';
import { answerEffects, behaviourOfAnswers } from './answer-effects.js';
import { amountRanges, argumentClasses } from './argument-classes.js';
import { patternsOf, specialise, visitConditions } from '../conditions/walk.js';
import type { End } from './ends.js';
import { behaviourOfEnd, endsOfCall, groupedByResult } from './ends.js';
import { readingsIn, realArguments } from '../reductions/environment/chosen.js';
import { wholeArguments } from '../reductions/part-keys.js';
import { externalEventsOf } from './external-events.js';
import { refusalsOf } from './refusals-by-inventory.js';
import type { Slice } from '../reductions/slice.js';
import { transitionsOf } from '../reductions/slice.js';
import type { AmountRange } from '../totals/ranges.js';
import { NOW } from './timing.js';
import { orReason } from '../limits/undecidable.js';
import { limitOf } from '../limits/limits.js';
import { toolName } from '../conditions/names.js';
import { ownField } from '../../model/values/values.js';

export interface Action {
    /** The call, with the environment's choices (`reductions/environment/closed.ts`). */
    readonly call: Call;
    /** The call as the agent makes it, and the values of the signals at that moment. */
    readonly made: MadeCall;
    /** The arguments with each possible result of a success. */
    readonly results: readonly Arguments[];
    /** The amounts that a call of its class may add to sums. */
    readonly amounts: readonly AmountRange[];
    /** The index of the call among the argument classes of its tool. */
    readonly text: number;
    /**
     * The action whose twin this is: another call of the same kind, for sessions in which both are held at the same
     * time.
     */
    readonly twinOf?: Action;
    /**
     * True if the action assumes something about the history of an untracked value, so that the call may not exist in
     * the real system.
     */
    readonly supposes?: true;
    readonly rules: readonly NumberedRule[];
    /** The rules for each agent that may have delegated to the caller, and whose rules then apply too (M16). */
    readonly principals: readonly PrincipalRules[];
    /** True if the claim judges such a call; always false for a claim that judges none. */
    readonly subject: Truth;
    /**
     * The claim's condition on the call: its release breaks the claim unless the condition is false; for a claim about
     * a decision, the `when`.
     */
    readonly condition: Condition;
    /** For `stays possible`, the values that the claim is quantified over. */
    readonly keys: readonly Value[];
    /** The assumptions about its agent and about its approvals. */
    readonly assumed: readonly Condition[];
    /** For `possible`, the steps that this call may complete when it is released and succeeds. */
    readonly mayComplete: readonly boolean[];
    /** The tools of all calls that do the same as this one in every state, and that this one represents. */
    readonly standsFor?: ReadonlySet<number>;
    /** The ends if the call is attempted and released at one place. */
    readonly ends: readonly End[];
    /** The ends if the call is released after a hold. */
    readonly endsAfterHold: readonly End[];
    readonly denied: Effect;
    readonly deniedAfterHold: Effect;
    readonly held: Effect;
    /**
     * The ends if the call is released after a hold with the approvals of these humans, for transitions that refer to
     * the humans.
     */
    readonly endsApproved?: (approvers: readonly number[]) => readonly End[];
    /** For each human, the effects of an approval and of a refusal; undefined if no pattern refers to answers. */
    readonly answers?: readonly AnswerEffects[];
    /**
     * For each approval rule that approvals of other calls may satisfy (`reductions/reusable-approvals.ts`), true if
     * such an approval exists.
     */
    readonly served: ReadonlyMap<number, Condition>;
}

export interface MadeCall {
    readonly call: Call;
    readonly readings?: readonly Reading[];
}

/** The call with the values of the signals for its result added. */
export function withReadings(made: MadeCall, ofResult: readonly Reading[] | undefined): MadeCall {
    return ofResult ? { ...made, readings: [...(made.readings ?? []), ...ofResult] } : made;
}

export interface PrincipalRules {
    readonly agent: number;
    readonly rules: readonly NumberedRule[];
}

/**
 * The actions of a slice in declaration order, or the reason why the arguments of a tool or event cannot be
 * distinguished.
 *
 * @param withIdle true to include actions that lead nowhere, because rules never grant them and nothing sees that they
 * are refused: their obstacles are still informative
 */
export function actionsOf(slice: Slice, withIdle = true): Action[] | { readonly undecidable: string } {
    const reason = orReason(() => [externalEventsOf(slice), refusalsOf(slice)]);
    if (typeof reason === 'string') {
        return { undecidable: `the values of calls that are refused or of events ${reason}` };
    }
    const actions = new Map<string, Action>();
    const standing = new Map<string, Set<number>>();
    for (const tool of slice.tools) {
        poll();
        const classes = orReason(() => argumentClasses(slice, tool));
        if (typeof classes === 'string') {
            return { undecidable: `the arguments of ${toolName(slice.policy, tool)} ${classes}` };
        }
        const rangesOf = amountRanges(slice, tool);
        let isTooFree = false;
        slice.policy.agents.forEach((_, agent) => {
            // The inventory refuses all other calls.
            if (
                undeclaredDelegation(slice.policy, slice.policy.tools[tool]!, { agent, tool, args: {} }) !== undefined
            ) {
                return;
            }
            groupedByResult(classes).forEach(({ args, results, text }) => {
                const amounts = rangesOf(args);
                const variants = variantsOf(slice, { agent, tool, args }, results, text);
                isTooFree ||= variants === undefined;
                for (const variant of (variants ?? []).filter((one) => withIdle || !isIdle(slice, one))) {
                    const action = { ...variant, amounts };
                    const key = behaviour(action, slice.policy);
                    // Of two equivalent actions, one without assumptions is more useful.
                    const known = actions.get(key);
                    const standsFor = standing.get(key) ?? new Set();
                    standing.set(key, standsFor.add(tool));
                    const kept = known && !(known.supposes && !action.supposes) ? known : action;
                    actions.set(key, { ...kept, standsFor });
                }
            });
        });
        if (isTooFree) {
            const { name } = slice.policy.tools[tool]!;
            return {
                undecidable: `the rules test more than ${limitOf('untrackedHistory')} things of the history of one value of ${name}, which are not tried in every combination`
            };
        }
    }
    return [...actions.values()].sort(
        (a, b) => a.call.agent - b.call.agent || a.call.tool - b.call.tool || a.text - b.text
    );
}

/**
 * The action, once for each combination of values that conditions on the histories of untracked values can take. There
 * are none if untracked values are not in the scope of the search; undefined if there are too many combinations.
 */
export function variantsOf(
    slice: Slice,
    call: Call,
    results: readonly Arguments[],
    text: number
): Omit<Action, 'amounts'>[] | undefined {
    // For the history of one value, `count >= 1` and `count >= 3` are separate conditions.
    const free = new Set<string>();
    const record = (monitor: number, part: Condition): Condition => {
        if (!slice.grounding.isNever(monitor)) {
            free.add(JSON.stringify(part));
        }
        return UNTRACKED;
    };
    const askers = [call.agent, ...delegatorsOf(slice.policy, call.agent)];
    const read = rulesOf(slice.policy, call.tool).filter(({ rule }) =>
        askers.some((agent) => mayBe(matchesCall(rule.subject, { ...call, agent })))
    );
    for (const { rule } of read) {
        slice.grounding.resolve(rule.when, call, record);
        if (rule.kind === 'require') {
            slice.grounding.resolve(rule.requires, call, record);
        }
    }
    const untracked = (monitor: number): Condition => (slice.grounding.isNever(monitor) ? NEVER : UNTRACKED);
    if (free.size === 0) {
        return [actionFor(slice, call, results, text, untracked)];
    }
    if (!slice.grounding.scope.others) {
        return [];
    }
    if (free.size > limitOf('untrackedHistory')) {
        return undefined;
    }
    return [...free]
        .reduce<Map<string, Truth>[]>(
            (all, part) => all.flatMap((some) => [TRUE, FALSE].map((value) => new Map(some).set(part, value))),
            [new Map<string, Truth>()]
        )
        .map((values) => ({
            ...actionFor(slice, call, results, text, (monitor, part) => {
                const value = values.get(JSON.stringify(part));
                return value === undefined ? untracked(monitor) : { op: 'constant', value };
            }),
            supposes: true as const
        }));
}

const UNTRACKED: Condition = { op: 'constant', value: UNKNOWN };
const NEVER: Condition = { op: 'constant', value: FALSE };

function actionFor(
    slice: Slice,
    call: Call,
    results: readonly Arguments[],
    text: number,
    free: (monitor: number, part: Condition) => Condition
): Omit<Action, 'amounts'> {
    const { ground: policy, question } = slice;
    const rulesFor = (agent: number): NumberedRule[] => {
        const asked = { ...call, agent };
        return rulesOf(policy, call.tool).flatMap((numbered) =>
            specialiseRule(numbered, asked, (condition) =>
                specialise(slice.grounding.resolve(condition, asked, free), asked)
            )
        );
    };
    const resolve = (condition: Condition, of = call): Condition =>
        specialise(slice.grounding.resolve(condition, of, free), of);
    const asked = callConditionOf(question);
    const judged = asked !== undefined && isGranted(slice, call) && isTracked(slice, asked, call);
    const isSubject = judged || question.goal === 'recovery';
    const subject = 'subject' in question && isSubject ? matchesCall(question.subject, call) : FALSE;
    const event = { id: 0, call, time: NOW, attempted: false, denied: false, held: false, released: false };
    const endsOf = (attempted: boolean, approvers?: readonly number[]): End[] =>
        endsOfCall(slice, { ...event, attempted, ...(approvers && { approvers }) }, results, resolve);
    const ends = endsOf(true);
    const rules = rulesFor(call.agent);
    const principals = delegatorsOf(policy, call.agent).map((agent) => ({ agent, rules: rulesFor(agent) }));
    const denied = effectOf(policy, { ...event, attempted: true, denied: true });
    const readings = readingsIn(call.args);
    const args = wholeArguments(policy.tools[call.tool]!, realArguments(call.args));
    const made = { call: { ...call, args }, ...(readings.length > 0 && { readings }) };
    // If a call is never held, no events after a hold matter.
    const held = [{ rules }, ...principals].some((asked) => asked.rules.some(({ rule }) => rule.kind === 'approval'))
        ? {
              endsAfterHold: endsOf(false),
              deniedAfterHold: effectOf(policy, { ...event, denied: true }),
              held: effectOf(policy, { ...event, attempted: true, held: true })
          }
        : { endsAfterHold: ends, deniedAfterHold: denied, held: denied };
    // The answer of a human does not read anything from outside.
    const answer = { ...event, call: made.call };
    return {
        call,
        made,
        results,
        text,
        rules,
        principals,
        subject,
        assumed: (policy.assumptions ?? [])
            .filter(({ subject: assumedOf }) => !assumedOf || mayBe(matchesCall(assumedOf, call)))
            .map(({ when }) => resolve(when)),
        condition: asked && mayBe(subject) ? resolve(asked) : { op: 'constant', value: FALSE },
        mayComplete:
            question.goal === 'recovery'
                ? [mustBe(subject)]
                : ends[0]!.completes.map((_, step) => ends.some(({ completes }) => completes[step])),
        keys:
            question.goal === 'recovery' && mayBe(subject)
                ? question.keys.map((key) => ownField(call.args, key) ?? null)
                : [],
        ends,
        ...(movesByApproval(policy) && { endsApproved: (approvers: readonly number[]) => endsOf(false, approvers) }),
        denied,
        ...held,
        ...(readsAnswers(policy) && {
            answers: policy.humans.map((_, human) => answerEffects(policy, answer, human))
        }),
        served: new Map(
            policy.rules.flatMap((rule, index) =>
                rule.kind === 'approval' && rule.served && mayBe(rule.subject.tools[call.tool]!)
                    ? [[index, resolve(rule.served)] as const]
                    : []
            )
        )
    };
}

/** True if the call is refused in every state, and no condition sees that: such a step leads back to its start. */
function isIdle(
    { question }: Slice,
    { rules, principals, subject, denied }: Pick<Action, 'rules' | 'principals' | 'subject' | 'denied'>
): boolean {
    const isDecided = question.goal === 'decision' && mayBe(subject);
    const isGrantable = [{ rules }, ...principals].some((asked) =>
        asked.rules.some(({ rule }) => rule.kind === 'allow')
    );
    const { agent, values, released, adds, clears, ...more } = denied;
    return (
        !isDecided &&
        !isGrantable &&
        values.every((value) => value === undefined) &&
        !released &&
        adds === 0 &&
        clears === 0 &&
        Object.values(more).every((part) => part === undefined)
    );
}

/** Every agent whose rules may apply to what an agent does, by the declarations. */
function delegatorsOf(policy: Policy, agent: number): number[] {
    const all = (policy.delegations ?? []).map(() => true);
    return principalsOf(policy, { monitors: [], keyed: [], labels: [], delegated: all }, agent).slice(1);
}

/** True if some transition refers to the approvers of a call. */
function movesByApproval(policy: Policy): boolean {
    return transitionsOf(policy).some(({ event, when }) => {
        let reads = event.status === 'approved';
        visitConditions(when, (part) => {
            reads ||= part.op === 'approved by';
        });
        return reads;
    });
}

/** True if some pattern refers to the answers of humans. */
function readsAnswers(policy: Policy): boolean {
    return policy.monitors.flatMap(patternsOf).some(({ status }) => status === 'approved' || status === 'refused');
}

/** A claim about untracked values is equivalent to the claim about a tracked one, by symmetry. */
function isTracked(slice: Slice, asked: Condition, call: Call): boolean {
    let tracked = true;
    slice.grounding.resolve(asked, call, () => {
        tracked = false;
        return UNTRACKED;
    });
    return tracked;
}

/** `E is denied` covers the agents that some `allow` names for E (M20); the other claims judge releases. */
function isGranted(slice: Slice, call: Call): boolean {
    return (
        slice.question.goal !== 'decision' ||
        slice.policy.rules.some((rule) => rule.kind === 'allow' && mayBe(matchesCall(rule.subject, call)))
    );
}

function specialiseRule(
    { index, rule }: NumberedRule,
    call: Call,
    resolve: (condition: Condition) => Condition
): NumberedRule[] {
    const when = resolve(rule.when);
    const subject = matchesCall(rule.subject, call);
    // An `allow` of a mode makes its machine govern the call, even if the condition of the `allow` is false.
    const governs = rule.kind === 'allow' && rule.mode !== undefined;
    if (!mayBe(and(subject, when.op === 'constant' && !governs ? when.value : TRUE))) {
        return [];
    }
    return rule.kind === 'require'
        ? [{ index, rule: { ...rule, when, requires: resolve(rule.requires) } }]
        : [{ index, rule: { ...rule, when } }];
}

/** Two actions with the same text do the same in every state. */
export function behaviour(action: Action, { humans, rules: all }: Policy): string {
    const textOf = (agent: number, rules: readonly NumberedRule[]): unknown[] =>
        rules.map(({ index, rule }) => [
            index,
            matchesCall(rule.subject, { ...action.call, agent }),
            rule.when,
            rule.kind === 'require' && rule.requires
        ]);
    const rules = [
        textOf(action.call.agent, action.rules),
        ...action.principals.map(({ agent, rules: asked }) => textOf(agent, asked))
    ];
    const { call, subject, condition, ends, endsAfterHold, denied, deniedAfterHold, held } = action;
    const answers = action.answers?.map((effects) => behaviourOfAnswers(all, effects));
    const served = [...action.served];
    const { assumed, keys, amounts } = action;
    const approved = action.endsApproved && humans.map((_, human) => action.endsApproved!([human]).map(behaviourOfEnd));
    const released = [ends.map(behaviourOfEnd), endsAfterHold.map(behaviourOfEnd), approved];
    const effects = [amounts, assumed, keys, released, denied, deniedAfterHold, held, answers, served];
    return JSON.stringify([call.agent, rules, subject, condition, effects]);
}
