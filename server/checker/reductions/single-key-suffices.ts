/**
 * True if one value of each kind of key represents all values (docs/checker.md, "Keys"). This is so if all calls of a
 * session can have the same value, and then no rule stops the session and the claim is still broken. More of the past
 * then belongs to each call, so such history must only ever let more through, and only ever break the claim.
 */
import type { Condition, EventPattern, Policy, Rule } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import { stepsOf } from '../questions/parts.js';
import { patternsOf, visitParts } from '../conditions/walk.js';
import type { Polarity } from '../conditions/polarity.js';
import { polarityOf, polarityOfComparison } from '../conditions/polarity.js';
import type { Slice } from './slice.js';
import { seesHolds, transitionsOf } from './slice.js';
import { isSum } from '../conditions/sum-monitor.js';

export function isOneValueEnough(slice: Slice): boolean {
    const { policy, question, grounding } = slice;
    const isHarmless = (condition: Condition, harmless: Polarity): boolean => {
        const polarity = ofMerging(policy, condition);
        return polarity === 'none' || polarity === harmless;
    };
    return (
        grounding.hasNoComparisons &&
        !seesHolds(slice) &&
        // Two parameters may have different values, which a single value cannot represent.
        (policy.signals ?? []).length === 0 &&
        (policy.assumptions ?? []).length === 0 &&
        policy.rules.every((rule) => isLetThrough(rule, isHarmless)) &&
        isBrokenStill(question, isHarmless) &&
        seenPatterns(policy, question).every(({ status }) => OF_RELEASES.has(status)) &&
        conditionsBeside(policy, question).every(
            (condition) => isHarmless(condition, 'none') && !readsKey(slice, condition)
        ) &&
        !policy.monitors.some((monitor) => isSum(monitor) && isKey(slice, monitor.sum.param))
    );
}

/** A call that was refused may then be released; it is left out, because nothing sees that it was attempted. */
const OF_RELEASES: ReadonlySet<EventPattern['status']> = new Set(['succeeded', 'released', 'failed']);

type IsHarmless = (condition: Condition, harmless: Polarity) => boolean;

/** True if the rule still lets through the calls that it lets through now. */
function isLetThrough(rule: Rule, isHarmless: IsHarmless): boolean {
    switch (rule.kind) {
        case 'allow':
            return isHarmless(rule.when, 'up');
        case 'deny':
            return isHarmless(rule.when, 'down');
        case 'require':
            return isHarmless(rule.when, 'down') && isHarmless(rule.requires, 'up');
        case 'approval':
            return isHarmless(rule.when, 'down') && !rule.per && !rule.changedBy;
        case 'withhold':
            return isHarmless(rule.when, 'none');
    }
}

function isBrokenStill(question: Question, isHarmless: IsHarmless): boolean {
    switch (question.goal) {
        case 'work':
            return question.steps.every(({ keys = [] }) => keys.length === 0);
        case 'state':
            return isHarmless(question.condition, 'down');
        case 'decision':
        case 'recovery':
            return false;
        case 'release':
            return isHarmless(question.bad, 'up') && (!question.trigger || isHarmless(question.trigger, 'up'));
    }
}

/** The effect on a condition of giving all calls of a session the same value. */
function ofMerging({ monitors }: Policy, condition: Condition): Polarity {
    return polarityOf(condition, (part) => {
        if (part.op !== 'monitor' && part.op !== 'count') {
            return 'none';
        }
        const { kind, keys = [], from } = monitors[part.monitor]!;
        if (keys.length === 0) {
            return 'none';
        }
        const grows = kind === 'once' || kind === 'once then' || (kind === 'count' && !from);
        return part.op === 'count' ? polarityOfComparison(part.cmp, grows ? 'up' : 'either') : grows ? 'up' : 'either';
    });
}

function seenPatterns(policy: Policy, question: Question): EventPattern[] {
    return [
        ...policy.monitors.flatMap(patternsOf),
        ...transitionsOf(policy).map(({ event }) => event),
        ...stepsOf(question)
    ];
}

/** The conditions that are neither in rules nor in claims about calls. */
function conditionsBeside(policy: Policy, question: Question): Condition[] {
    return [
        ...seenPatterns(policy, question).map(({ where }) => where),
        ...transitionsOf(policy).map(({ when }) => when),
        ...policy.tools.flatMap(({ conditionalReads = [], succeeds }) => [
            ...conditionalReads.map(({ when }) => when),
            ...(succeeds ? [succeeds] : [])
        ])
    ];
}

function readsKey(slice: Slice, condition: Condition): boolean {
    let reads = false;
    visitParts(condition, (part) => {
        reads ||= 'term' in part ? part.term === 'param' && isKey(slice, part.name) : 'param' in part;
    });
    return reads;
}

function isKey({ policy, grounding }: Slice, param: string | undefined): boolean {
    return param !== undefined && policy.tools.some((_, tool) => grounding.tracked(tool, param) !== undefined);
}
