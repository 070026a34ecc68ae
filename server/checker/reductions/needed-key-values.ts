/**
 * The number of different values that a key needs before a scope is meaningful for counts. If history is read for one
 * value at a time, a rule may stop the second call with a value, and each event that is counted needs a new value.
 */
import type { Condition, Policy } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import { judgedCondition } from '../questions/parts.js';
import type { Reach } from './cone.js';
import { conditionsOf, visitParts } from '../conditions/walk.js';

/** Returns 0 if no count of the claim, or of the rules that it sees, depends on the number of values. */
export function neededValues(policy: Policy, question: Question, reach: Reach): number {
    const isKeyed =
        [...reach.monitors].some((index) => policy.monitors[index]!.keys !== undefined) ||
        [...reach.recorders].some((index) => policy.recorders![index]!.keys !== undefined);
    if (!isKeyed) {
        return 0;
    }
    const compared = conditionsSeen(policy, question, reach).flatMap((condition) => comparisonsIn(policy, condition));
    const counts = compared.filter(({ kind, isOfKey }) => kind === 'count' && !isOfKey);
    const totals = compared.filter(({ kind, isOfKey }) => kind === 'total' && !isOfKey);
    const shares = compared.filter(({ kind, isOfKey, bound }) => kind === 'total' && isOfKey && bound > 0);
    const share = Math.min(...shares.map(({ bound }) => bound));
    return Math.max(
        0,
        ...counts.map(({ bound }) => Math.floor(bound) + 1),
        ...totals.map(({ bound }) => (shares.length > 0 ? Math.ceil(bound / share) + 1 : 0))
    );
}

interface CountComparison {
    readonly kind: 'count' | 'total';
    readonly isOfKey: boolean;
    readonly bound: number;
}

function comparisonsIn(policy: Policy, condition: Condition): CountComparison[] {
    const found: CountComparison[] = [];
    visitParts(condition, (part) => {
        if ('op' in part && part.op === 'count') {
            found.push({
                kind: 'count',
                isOfKey: policy.monitors[part.monitor]!.keys !== undefined,
                bound: part.bound
            });
        } else if ('op' in part && part.op === 'compare') {
            found.push(...ofAggregates(policy, part));
        }
    });
    return found;
}

function ofAggregates(policy: Policy, comparison: Condition): CountComparison[] {
    const bounds: number[] = [];
    const recorders = new Set<number>();
    visitParts(comparison, (part) => {
        if ('term' in part && part.term === 'constant' && typeof part.value === 'number') {
            bounds.push(part.value);
        } else if ('term' in part && part.term === 'aggregate') {
            recorders.add(part.recorder);
        }
    });
    const bound = Math.max(0, ...bounds);
    return [...recorders].map((index) => {
        const { kind, keys } = policy.recorders![index]!;
        return { kind: kind === 'total' ? 'total' : 'count', isOfKey: keys !== undefined, bound };
    });
}

function conditionsSeen(policy: Policy, question: Question, reach: Reach): Condition[] {
    const asked = [judgedCondition(question) ?? []].flat();
    const rules = policy.rules.filter((rule) => reach.rules.has(rule));
    return [...asked, ...rules.flatMap(conditionsOf)];
}
