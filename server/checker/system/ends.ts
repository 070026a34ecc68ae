/** The distinguishable ends of a released call, each with its effect on the history. */
import { stepsOf } from '../questions/parts.js';
import { matchesCall } from '../../model/conditions/evaluate.js';
import { matchesEvent } from '../../model/events/matching.js';
import type { Effect } from '../../model/events/effects.js';
import { effectOf } from '../../model/events/effects.js';
import type { Arguments, Condition, Outcome, Policy, Reading, Rule } from '../../model/policy/policy.js';
import type { Call, CallEvent } from '../../model/session/session.js';
import { FALSE, mayBe, mustBe, TRUE } from '../../model/policy/truth.js';
import { resultIn, resultReadingsIn, withoutResult } from '../reductions/environment/chosen.js';
import type { Slice } from '../reductions/slice.js';

/** An end of a released call that differs from the earlier ones. */
export interface End {
    readonly outcome: Outcome;
    /** The part of the answer that is read; undefined if no part can be read. */
    readonly result?: Arguments;
    /** The values of the signals for the end; undefined if there are none. */
    readonly readings?: readonly Reading[];
    readonly effect: Effect;
    /** The condition under which the result is withheld, which changes the effect; undefined if it never is. */
    readonly withheld?: { readonly when: Condition; readonly effect: Effect };
    /** The call with its result as arguments, for assumptions about the result; undefined if there are none. */
    readonly assumedOf?: Call;
    /** The steps of a `possible` that this end completes. */
    readonly completes: readonly boolean[];
}

/** Groups calls that differ only in their result: the arguments, with each result as additional arguments. */
interface SameCall {
    readonly args: Arguments;
    readonly results: readonly Arguments[];
    /** The index of the first of these calls among all calls. */
    readonly text: number;
}

export function groupedByResult(classes: readonly Arguments[]): SameCall[] {
    const calls = new Map<string, { args: Arguments; results: Arguments[]; text: number }>();
    classes.forEach((whole, text) => {
        const args = withoutResult(whole);
        const key = JSON.stringify(args);
        const known = calls.get(key);
        if (known) {
            known.results.push(whole);
        } else {
            calls.set(key, { args, results: [whole], text });
        }
    });
    return [...calls.values()];
}

/**
 * @param released the place of the release in the history, except for the outcome
 * @param results the arguments with each possible result of a success
 * @param resolve returns a condition as evaluated for a call in the search
 */
export function endsOfCall(
    slice: Slice,
    released: CallEvent,
    results: readonly Arguments[],
    resolve: (condition: Condition, call: Call) => Condition
): End[] {
    const { ground: policy, question } = slice;
    const { call } = released;
    const steps = stepsOf(question);
    const withholding = policy.rules.filter(
        ({ kind, subject }) => kind === 'withhold' && mayBe(matchesCall(subject, call))
    );
    const isAssumed = (policy.assumptions ?? []).some(
        ({ kind, subject }) => kind === 'result' && (!subject || mayBe(matchesCall(subject, call)))
    );
    const { open, closed } = withoutWithholding(policy);
    const endOf = (outcome: Outcome, args: Arguments): End => {
        const ended = { ...released, call: { ...call, args }, released: true, outcome };
        const result = resultIn(args);
        const readings = resultReadingsIn(args);
        const effect = effectOf(open, ended);
        const when = outcome === 'success' ? anyOf(withholding.map((rule) => resolve(rule.when, ended.call))) : NEVER;
        return {
            outcome,
            ...(result && { result }),
            ...(readings.length > 0 && { readings }),
            effect,
            ...(mayBe(when.op === 'constant' ? when.value : 1) && {
                withheld: { when, effect: unread(effect, effectOf(closed, ended)) }
            }),
            ...(isAssumed && result && { assumedOf: ended.call }),
            completes: steps.map((step) => mustBe(matchesEvent(policy, step, ended, call.agent)))
        };
    };
    const isDelegation = policy.tools[call.tool]!.delegatesTo !== undefined;
    const successes = results.map((args) => endOf('success', args));
    const others: readonly Outcome[] = isDelegation ? [] : ['error', 'lost'];
    return distinct([...successes, ...others.map((outcome) => endOf(outcome, call.args))]);
}

/** A text that is equal for ends that have the same effect, regardless of their results. */
export function behaviourOfEnd({ effect, withheld, assumedOf, completes }: End): string {
    return JSON.stringify([effect, withheld, assumedOf, completes]);
}

function distinct(ends: readonly End[]): End[] {
    const seen = new Set<string>();
    return ends.filter((end) => {
        const key = behaviourOfEnd(end);
        return seen.has(key) ? false : Boolean(seen.add(key));
    });
}

const NEVER: Condition = { op: 'constant', value: FALSE };

function anyOf(conditions: readonly Condition[]): Condition {
    const open = conditions.filter((condition) => condition.op !== 'constant' || mayBe(condition.value));
    return open.length === 0 ? NEVER : (open.find(({ op }) => op === 'constant') ?? { op: 'or', args: open });
}

/** A withheld result brings no labels (M15), and is not returned. */
function unread(effect: Effect, { values }: Effect): Effect {
    return { ...effect, adds: 0, values };
}

interface Withholding {
    readonly open: Policy;
    readonly closed: Policy;
}

const known = new WeakMap<Policy, Withholding>();

/** Withholding is decided separately in each state: the policy that withholds nothing, and the one that withholds all. */
function withoutWithholding(policy: Policy): Withholding {
    let both = known.get(policy);
    if (!both) {
        const rules = policy.rules.filter(({ kind }) => kind !== 'withhold');
        const all: Rule = {
            kind: 'withhold',
            subject: { tools: policy.tools.map(() => TRUE), text: 'any tool' },
            when: { op: 'constant', value: TRUE },
            text: 'withhold result of any tool',
            source: policy.source
        };
        both = { open: { ...policy, rules }, closed: { ...policy, rules: [...rules, all] } };
        known.set(policy, both);
    }
    return both;
}
