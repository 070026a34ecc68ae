/**
 * Settles `possible E then F` by the rules alone: the work is impossible if the rules release no call that is one of its steps. A session
 * without approvals releases no call that asks for one.
 */
import type { EventPattern, Policy, Rule } from '../../model/policy/policy.js';
import { noRelease } from '../questions/own.js';
import type { WorkQuestion } from '../questions/question.js';
import { isOfCallAlone } from '../reductions/slice.js';
import type { ClaimResult } from '../results/result.js';
import { lineOf, ruleReference } from '../traces/trace.js';
import { settledByRules } from './rules-alone.js';

/** The rules that stop a step of the work whatever happens, if they stop it alone; undefined if each step may happen. */
export function stoppedByRules(policy: Policy, question: WorkQuestion): ClaimResult['obstacles'] | undefined {
    const rules = question.withoutApproval ? policy.rules.map(denying) : policy.rules;
    const step = question.steps.find((one) => isNeverReleased({ ...policy, rules }, question, one));
    if (!step) {
        return undefined;
    }
    return policy.rules.flatMap((rule, index) => {
        const others = rules.filter((_, other) => other !== index);
        const isNeeded = rule.kind !== 'allow' && !isNeverReleased({ ...policy, rules: others }, question, step);
        const verb = rule.kind === 'approval' ? 'holds' : 'denies';
        const text = `Line ${lineOf(rule)} ${verb} ${step.text}.`;
        return isNeeded ? [{ text, rule: ruleReference(rule) }] : [];
    });
}

function isNeverReleased(policy: Policy, question: WorkQuestion, step: EventPattern): boolean {
    const { tools, agents, text, where, outside, status } = step;
    if (outside !== undefined || typeof agents === 'string' || !RELEASED.includes(status)) {
        return false;
    }
    const subject = { tools, text, ...(agents && { agents }) };
    // A condition on the result or the history may have any value.
    const parts = (where.op === 'and' ? where.args : [where]).filter(isOfCallAlone);
    return settledByRules(policy, noRelease(question, subject, { op: 'and', args: parts }));
}

/** Whoever is asked does not answer. */
function denying(rule: Rule): Rule {
    const { kind, subject, when, text, source, audit } = rule;
    return kind === 'approval' ? { kind: 'deny', subject, when, text, source, ...(audit && { audit }) } : rule;
}

const RELEASED: readonly EventPattern['status'][] = ['released', 'succeeded', 'failed', 'returned'];
