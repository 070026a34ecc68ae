/**
 * Settles `always count(E) <= n` and `always total(E.x) <= n` by the rules alone. Such a comparison is true when a session
 * begins, and only the release of a counted call can make it false: time only removes events from a window. So it is always
 * true if the rules release no call that would make it false.
 */
import type {
    Comparator,
    Condition,
    EventPattern,
    Monitor,
    Policy,
    Recorder,
    Term
} from '../../model/policy/policy.js';
import { TRUE } from '../../model/policy/truth.js';
import { noRelease } from '../questions/own.js';
import type { ReleaseQuestion, StateQuestion } from '../questions/question.js';
import { isOfCallAlone } from '../reductions/slice.js';
import { areApart } from './amounts.js';
import { settledByRules } from './rules-alone.js';

/** True if the rules alone guarantee that the condition is true in every state. */
export function keptByRules(policy: Policy, question: StateQuestion): boolean {
    const isKept = (condition: Condition): boolean => {
        if (condition.op === 'and' || condition.op === 'or') {
            return condition.op === 'and' ? condition.args.every(isKept) : condition.args.some(isKept);
        }
        const releases = releasesBreaking(policy, question, condition);
        return releases !== undefined && releases.every((release) => settledByRules(policy, release));
    };
    return isKept(question.condition);
}

/** The claims that no release makes the comparison false; undefined if the condition has another form. */
function releasesBreaking(
    policy: Policy,
    question: StateQuestion,
    condition: Condition
): readonly ReleaseQuestion[] | undefined {
    if (condition.op === 'count') {
        const { bound, cmp, monitor } = condition;
        const counted = policy.monitors[monitor]!;
        return isAtMost(cmp, bound) && isCounted(counted)
            ? [noBreaking(question, counted.event, { ...condition, bound: bound - 1 })]
            : undefined;
    }
    if (condition.op !== 'compare') {
        return undefined;
    }
    const isTurned = condition.left.term === 'constant';
    const [left, right] = isTurned ? [condition.right, condition.left] : [condition.left, condition.right];
    const cmp = isTurned ? TURNED[condition.cmp] : condition.cmp;
    const bound = right.term === 'constant' ? right.value : undefined;
    const counted = addendsOf(policy, left);
    if (typeof bound !== 'number' || !cmp || !isAtMost(cmp, bound) || !counted?.every(isCounted)) {
        return undefined;
    }
    const isOne = left.term === 'aggregate' || (left.term === 'sum' && areApart(policy, left));
    if (counted.every(({ kind }) => kind === 'count')) {
        // One call may be counted in several of them.
        const most: Term = { term: 'constant', value: bound - (isOne ? 1 : counted.length) };
        return counted.map(({ event }) => noBreaking(question, event, { op: 'compare', cmp, left, right: most }));
    }
    if (!isOne || !counted.every(isOfAmounts)) {
        return undefined;
    }
    return counted.map(({ event, value }) =>
        noBreaking(question, event, {
            op: 'compare',
            cmp,
            left: { term: 'sum', left, right: value!, minus: false },
            right
        })
    );
}

/** True for a total of an argument that is never negative. */
function isOfAmounts({ kind, value, bounds }: Recorder): boolean {
    return kind === 'total' && value?.term === 'param' && (bounds?.min ?? -1) >= 0;
}

/** The counts and totals that the term adds up; undefined if it is something else. */
function addendsOf(policy: Policy, term: Term): readonly Recorder[] | undefined {
    if (term.term === 'sum' && !term.minus) {
        const [left, right] = [addendsOf(policy, term.left), addendsOf(policy, term.right)];
        return left && right && [...left, ...right];
    }
    return term.term === 'aggregate' ? [policy.recorders![term.recorder]!] : undefined;
}

const TURNED: { readonly [cmp in Comparator]?: Comparator } = { '>=': '<=', '>': '<' };

/** True if 0 is in the bound, and less always is. */
function isAtMost(cmp: Comparator, bound: number): boolean {
    return cmp === '<=' ? bound >= 0 : cmp === '<' && bound > 0;
}

/** True if each release adds at most one event, and the number is the same for every call that reads it. */
function isCounted(counted: Monitor | Recorder): boolean {
    const { event, keys = [] } = counted;
    const isOfCall = 'kind' in counted && ('sameCall' in counted || 'asked' in counted || 'fromKeys' in counted);
    return (
        (counted.kind === 'count' || counted.kind === 'total') &&
        keys.length === 0 &&
        !isOfCall &&
        typeof event.agents !== 'string' &&
        event.outside === undefined &&
        RELEASED.has(event.status)
    );
}

const RELEASED: ReadonlySet<EventPattern['status']> = new Set(['released', 'succeeded', 'failed']);

/** @param before the comparison before such a release, if it is true after it */
function noBreaking(
    question: StateQuestion,
    { tools, agents, text, where }: EventPattern,
    before: Condition
): ReleaseQuestion {
    const subject = { tools, text, ...(agents && { agents }) };
    const parts = (where.op === 'and' ? where.args : [where]).filter(
        (part) => isOfCallAlone(part) && !(part.op === 'constant' && part.value === TRUE)
    );
    return noRelease(question, subject, { op: 'and', args: [...parts, { op: 'not', arg: before }] });
}
