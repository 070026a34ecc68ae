/**
 * The effects of rules besides letting calls through, as far as a claim sees them: calls are attempted, denied, held or
 * answered.
 */
import type { Condition, Policy } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import { judgedCondition, stepsOf, triggerIn } from '../questions/parts.js';
import { patternsOfHistory, reachOf } from './cone.js';
import { conditionsOf } from '../conditions/walk.js';
import { isWorseApproved, readsApprovals } from '../conditions/approvals.js';

/** Claims that some session breaks or witnesses. */
type SafetyOrWorkQuestion = Exclude<Question, { goal: 'recovery' }>;

/** The effects of leaving out rules, other than more releases, as far as the claim can see them. */
export function visibleIn(policy: Policy, question: SafetyOrWorkQuestion): 'attempts' | 'approvals' | undefined {
    const reach = reachOf(policy, question);
    const patterns = [...patternsOfHistory(policy, reach), ...stepsOf(question)];
    if (patterns.some(({ status }) => !['succeeded', 'released', 'failed', 'returned'].includes(status))) {
        return 'attempts';
    }
    const conditions = [
        ...[...reach.rules].flatMap(conditionsOf),
        ...[...reach.assumptions].map(({ when }) => when),
        ...patterns.map(({ where }) => where),
        ...(isOnlyBetterApproved(question) ? [] : conditionsOfQuestion(question))
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

export function conditionsOfQuestion(question: SafetyOrWorkQuestion): readonly Condition[] {
    return [judgedCondition(question), triggerIn(question)].filter((condition) => condition !== undefined);
}
