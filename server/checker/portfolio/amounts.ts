/** Amounts that are never more than others: a count or total of fewer events, of one session instead of all, in a shorter window. */
import type { Condition, Policy, Recorder, Term } from '../../model/policy/policy.js';
import { mayBe } from '../../model/policy/truth.js';
import { certainlyMore, type Events, eventsAdded } from './events-of.js';

/**
 * Whether the first term is never more than the second: `alike` if the two are also unknown for the same calls.
 */
export function isNoMore(policy: Policy, a: Term, b: Term): 'alike' | 'less' | undefined {
    if (JSON.stringify(a) === JSON.stringify(b)) {
        return 'alike';
    }
    if (a.term === 'sum' && b.term === 'sum' && !a.minus && !b.minus) {
        return weaker(isNoMore(policy, a.left, b.left), isNoMore(policy, a.right, b.right));
    }
    if (a.term === 'sum' && areApart(policy, a)) {
        return weaker(isNoMore(policy, a.left, b), isNoMore(policy, a.right, b));
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

type NoMore = 'alike' | 'less' | undefined;

function weaker(one: NoMore, other: NoMore): NoMore {
    return one === undefined || other === undefined ? undefined : one === 'less' ? one : other;
}

/** Tells whether the counts of the term never count more events than these. */
export function isNoMoreThan(policy: Policy, term: Term, events: Events): NoMore {
    if (term.term === 'sum') {
        return areApart(policy, term)
            ? weaker(isNoMoreThan(policy, term.left, events), isNoMoreThan(policy, term.right, events))
            : undefined;
    }
    const own = term.term === 'aggregate' && policy.recorders![term.recorder]!.kind === 'count';
    const counted = own ? eventsAdded(policy, term.recorder) : undefined;
    // Without keys, none is unreadable.
    const are =
        counted && counted.keys.length + events.keys.length === 0
            ? certainlyMore(policy, { ...counted, kind: events.kind }, events)
            : undefined;
    return are === 'more' ? 'less' : are;
}

/** True for a sum of amounts to which no event adds twice: the events of each are calls of other tools. */
export function areApart(policy: Policy, { left, right, minus }: Term & { readonly term: 'sum' }): boolean {
    const tools = [...toolsIn(policy, left), ...toolsIn(policy, right)];
    return (
        !minus &&
        !tools.includes(undefined) &&
        new Set(tools).size === tools.length &&
        !policy.tools.some(({ mayDo = [] }) => mayDo.some(mayBe))
    );
}

/** The tools of the counted calls; undefined among them if something else adds to the amount. */
function toolsIn(policy: Policy, term: Term): (number | undefined)[] {
    if (term.term === 'sum' && !term.minus) {
        return [...toolsIn(policy, term.left), ...toolsIn(policy, term.right)];
    }
    const counted = term.term === 'aggregate' ? policy.recorders![term.recorder]! : undefined;
    return counted && (counted.kind === 'count' || counted.kind === 'total') && !counted.event.outside
        ? counted.event.tools.flatMap((value, tool) => (mayBe(value) ? [tool] : []))
        : [undefined];
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
