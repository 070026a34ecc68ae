/** Amounts that are never more than others: a count or total of fewer events, of one session instead of all, in a shorter window. */
import type { Condition, Policy, Recorder, Term } from '../../model/policy/policy.js';
import { certainlyMore, type Events, eventsAdded } from './events-of.js';

/**
 * Whether the first term is never more than the second: `alike` if the two are also unknown for the same calls.
 */
export function isNoMore(policy: Policy, a: Term, b: Term): 'alike' | 'less' | undefined {
    if (JSON.stringify(a) === JSON.stringify(b)) {
        return 'alike';
    }
    if (a.term === 'sum' && b.term === 'sum' && !a.minus && !b.minus) {
        const parts = [isNoMore(policy, a.left, b.left), isNoMore(policy, a.right, b.right)];
        return parts.includes(undefined) ? undefined : parts.includes('less') ? 'less' : 'alike';
    }
    if (a.term !== 'aggregate' || b.term !== 'aggregate') {
        return undefined;
    }
    const [one, other] = [policy.recorders![a.recorder]!, policy.recorders![b.recorder]!];
    const [events, others] = [eventsAdded(policy, a.recorder), positivesAdded(policy, b.recorder)];
    const isAdded = one.kind === other.kind && JSON.stringify(one.value) === JSON.stringify(other.value);
    if (!events || !others || !isAdded || !isOfAtLeastZero(other) || !areNarrower(one, other)) {
        return undefined;
    }
    // What is counted in one session is counted in all of them. Agents may act for others in one session alone.
    const isOfOne = others.across && !events.perAgent && !others.perAgent;
    const are = certainlyMore(policy, isOfOne ? { ...events, across: true } : events, others, 'same place');
    return are === 'more' ? 'less' : are;
}

/** What a total adds up, without the condition that it is positive: what is not makes no total larger. */
function positivesAdded(policy: Policy, index: number): Events | undefined {
    const events = eventsAdded(policy, index);
    const { kind, value, bounds } = policy.recorders![index]!;
    if (!events || kind !== 'total' || (bounds?.min ?? -1) > 0) {
        return events;
    }
    const isPositive = (part: Condition): boolean =>
        part.op === 'compare' &&
        part.cmp === '>' &&
        JSON.stringify(part.left) === JSON.stringify(value) &&
        part.right.term === 'constant' &&
        part.right.value === 0;
    const { where } = events.pattern;
    const parts = (where.op === 'and' ? where.args : [where]).filter((part) => !isPositive(part));
    return {
        ...events,
        pattern: { ...events.pattern, where: parts.length === 1 ? parts[0]! : { op: 'and', args: parts } }
    };
}

/** True if more events never make the amount smaller. */
function isOfAtLeastZero({ kind, bounds }: Recorder): boolean {
    return kind === 'count' || kind === 'distinct' || (kind === 'total' && (bounds?.min ?? -1) >= 0);
}

/** True if an amount of the first that cannot be read is assumed to be no more than it would be in the second. */
function areNarrower({ bounds: one }: Recorder, { bounds: other }: Recorder): boolean {
    return (one?.min ?? -Infinity) <= (other?.min ?? -Infinity) && (one?.max ?? Infinity) <= (other?.max ?? Infinity);
}
