/**
 * The effects of rules besides letting calls through, as far as a claim sees them: calls are attempted, denied, held or
 * answered.
 */
import type { Condition, EventPattern, Policy, Term } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import { judgedCondition, stepsOf, triggerIn } from '../questions/parts.js';
import { reachOf } from './cone.js';
import { patternsOf, visitParts } from '../conditions/walk.js';
import { isWorseApproved } from '../conditions/approvals.js';

/** Claims that some session breaks or witnesses. */
type SafetyOrWorkQuestion = Exclude<Question, { goal: 'recovery' }>;

/** The effects of leaving out rules, other than more releases, as far as the claim can see them. */
export function visibleIn(policy: Policy, question: SafetyOrWorkQuestion): 'attempts' | 'approvals' | undefined {
    const reach = reachOf(policy, question);
    const patterns: EventPattern[] = [
        ...[...reach.monitors].flatMap((index) => patternsOf(policy.monitors[index]!)),
        ...[...reach.recorders].flatMap((index) => {
            const { event, from } = policy.recorders![index]!;
            return from ? [event, from] : [event];
        }),
        ...[...reach.machines].flatMap((index) => policy.machines![index]!.transitions.map(({ event }) => event)),
        ...stepsOf(question)
    ];
    if (patterns.some(({ status }) => !['succeeded', 'released', 'failed', 'returned'].includes(status))) {
        return 'attempts';
    }
    const conditions = [
        ...[...reach.rules].flatMap((rule) => (rule.kind === 'require' ? [rule.when, rule.requires] : [rule.when])),
        ...[...reach.assumptions].map(({ when }) => when),
        ...patterns.map(({ where }) => where),
        ...(isOnlyBetterApproved(question) ? [] : conditionsOf(question))
    ];
    return conditions.some(readsApprovals) || reach.assumptions.size > 0 ? 'approvals' : undefined;
}

/**
 * True for claims such as `never E unless approved by H`: without the rule that asks, nobody approves the call, and a
 * session that breaks the claim still does.
 */
function isOnlyBetterApproved(question: SafetyOrWorkQuestion): boolean {
    const trigger = triggerIn(question);
    return (
        question.goal === 'release' &&
        !isWorseApproved(question.bad, true) &&
        (trigger === undefined || !readsApprovals(trigger))
    );
}

export function conditionsOf(question: SafetyOrWorkQuestion): readonly Condition[] {
    return [judgedCondition(question), triggerIn(question)].filter((condition) => condition !== undefined);
}

/** True if some part of it asks who approved the call. */
export function readsApprovals(condition: Condition): boolean {
    let reads = false;
    visitParts(condition, (part: Condition | Term) => {
        reads ||= 'op' in part && part.op === 'approved by';
    });
    return reads;
}
