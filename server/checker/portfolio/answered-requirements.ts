/** What the approvals that satisfy a rule say about a claim: `approved by`, and counted answers. */
import { secondsOf } from '../../model/policy/lasting.js';
import type { Rule, Term } from '../../model/policy/policy.js';
import { TRUE } from '../../model/policy/truth.js';
import type { Atom } from './atoms.js';

/** The tool and the agent of a call. */
export interface Caller {
    readonly tool: number;
    readonly agent: number;
}

export type ApprovalRule = Rule & { readonly kind: 'approval' };

/** True if everyone who can satisfy the rule is among these people. */
export function covers(rule: ApprovalRule, humans: readonly number[]): boolean {
    return rule.humans.every((human) => humans.includes(human));
}

/**
 * True if every approval that satisfies the rule counts for `approved by … per`. With `per`, the approval may have been
 * given for another call.
 */
export function servesAlike(rule: ApprovalRule, per: readonly Term[] | undefined): boolean {
    return rule.per === undefined || (per !== undefined && JSON.stringify(rule.per) === JSON.stringify(per));
}

/**
 * The events that a hold adds to the history of its own call. A refusal or a `deny` ends the call, and a resubmission
 * is a new call (M5, M6).
 */

/**
 * True if the counted events include every answer that satisfies the rule. A reusable approval may have been given
 * for other arguments.
 */
export function isAnswered(
    rule: ApprovalRule,
    { tool, agent }: Caller,
    { events, least }: NonNullable<Atom['count']>
): boolean {
    const { pattern, keys, asked, window = Infinity } = events;
    const { status, agents, humans, where, answers } = pattern;
    return (
        status === 'approved' &&
        least <= 1 &&
        pattern.tools[tool] === TRUE &&
        (typeof agents !== 'object' || agents.includes(agent)) &&
        (humans === undefined || covers(rule, humans)) &&
        answers === undefined &&
        keys.length === 0 &&
        [where, asked].every((part) => part.op === 'constant' && part.value === TRUE) &&
        Math.max(rule.valid, ...(rule.choices ?? []).map(secondsOf)) <= window
    );
}
