/**
 * The conditions that a search would have to look into, as atoms: two conditions that ask the same are the same atom, and of two
 * counts of events, or two comparisons of one amount, one may imply the other.
 */
import type { Comparator, Condition, EventPattern, Monitor, Policy, Status, Term } from '../../model/policy/policy.js';
import { TRUE } from '../../model/policy/truth.js';
import { isOfCallAlone } from '../reductions/slice.js';

export interface Atom {
    readonly key: string;
    readonly side: string;
    /** At least so many events of a history. */
    readonly count?: { readonly monitor: Monitor; readonly least: number };
    /** An amount, in its text, that is at least `bound`, or more than that. */
    readonly amount?: { readonly of: string; readonly bound: number; readonly isMore: boolean };
}

export interface Literal {
    readonly atom: Atom;
    readonly isNegated: boolean;
}

/** @param side distinguishes conditions that have different values for the same call */
export function literalOf(policy: Policy, condition: Condition, side: string): Literal {
    const atom = (key: unknown, more: Omit<Atom, 'key' | 'side'> = {}): Atom => ({
        key: `${side} ${JSON.stringify(key)}`,
        side,
        ...more
    });
    const counted = (index: number, least: number): Atom | undefined => {
        const monitor = policy.monitors[index]!;
        const isPlain = (monitor.kind === 'once' || monitor.kind === 'count') && !monitor.from && least >= 1;
        return isPlain ? atom(['at least', least, historyOf(monitor)], { count: { monitor, least } }) : undefined;
    };
    if (condition.op === 'monitor') {
        const found = policy.monitors[condition.monitor]!.kind === 'once' ? counted(condition.monitor, 1) : undefined;
        return { atom: found ?? atom(condition), isNegated: false };
    }
    if (condition.op === 'count') {
        const { bound, isMore, isNegated } = lowerBound(condition.cmp, condition.bound) ?? {};
        const found = bound === undefined ? undefined : counted(condition.monitor, isMore ? bound + 1 : bound);
        return found ? { atom: found, isNegated: isNegated! } : { atom: atom(condition), isNegated: false };
    }
    if (condition.op === 'compare' && condition.right.term === 'constant' && isInterval(condition.left)) {
        const { value } = condition.right;
        const bounds = typeof value === 'number' ? lowerBound(condition.cmp, value) : undefined;
        if (bounds) {
            const { bound, isMore, isNegated } = bounds;
            const of = JSON.stringify(condition.left);
            return { atom: atom([of, bound, isMore], { amount: { of, bound, isMore } }), isNegated };
        }
    }
    return { atom: atom(condition), isNegated: false };
}

/** True if the first atom is never truer than the second: it implies it, and is unknown only where the second may be true. */
export function implies(a: Atom, b: Atom): boolean {
    if (a.side !== b.side) {
        return false;
    }
    if (a.count && b.count) {
        return (
            a.count.least >= b.count.least &&
            (a.count.monitor.window ?? Infinity) <= (b.count.monitor.window ?? Infinity) &&
            isPart(a.count.monitor.event, b.count.monitor.event, b.count.monitor.window === undefined) &&
            JSON.stringify(readingOf(a.count.monitor)) === JSON.stringify(readingOf(b.count.monitor))
        );
    }
    return (
        a.amount !== undefined &&
        a.amount.of === b.amount?.of &&
        (a.amount.bound > b.amount.bound ||
            (a.amount.bound === b.amount.bound && (a.amount.isMore || !b.amount.isMore)))
    );
}

/**
 * Each event of the first pattern is one of the second, or belongs to one.
 *
 * @param isEver true if the times of the events do not matter: a call is attempted before it is released
 */
function isPart(a: EventPattern, b: EventPattern, isEver: boolean): boolean {
    const text = (value: unknown): string => JSON.stringify(value ?? null);
    // The history at the attempt is another one than at the release, and there is no result yet.
    const isSameThen = b.status !== 'attempted' || isOfCallAlone(b.where);
    return (
        (a.status === b.status || (isEver && isSameThen && WIDER[a.status]?.includes(b.status) === true)) &&
        a.tools.every((value, tool) => value <= (b.tools[tool] ?? 0)) &&
        (b.agents === undefined || text(a.agents) === text(b.agents)) &&
        (text(a.where) === text(b.where) || (b.where.op === 'constant' && b.where.value === TRUE)) &&
        [a.outside, a.keys, a.humans, a.answers].every(
            (value, at) => text(value) === text([b.outside, b.keys, b.humans, b.answers][at])
        )
    );
}

/** The statuses that every event of a status has, too. */
const WIDER: { readonly [status in Status]?: readonly Status[] } = {
    succeeded: ['released', 'attempted'],
    failed: ['released', 'attempted'],
    released: ['attempted']
};

/** How a decided call selects the history. */
function readingOf({ keys, across, perAgent }: Monitor): unknown {
    return [keys ?? null, across ?? false, perAgent];
}

function historyOf(monitor: Monitor): unknown {
    const { text: _, ...event } = monitor.event;
    return [event, monitor.window ?? null, readingOf(monitor)];
}

/** Sums and recorded amounts are intervals, and comparisons of them are unknown together. */
function isInterval(term: Term): boolean {
    return term.term === 'sum' || term.term === 'aggregate';
}

function lowerBound(
    cmp: Comparator,
    bound: number
): { readonly bound: number; readonly isMore: boolean; readonly isNegated: boolean } | undefined {
    switch (cmp) {
        case '>=':
        case '<':
            return { bound, isMore: false, isNegated: cmp === '<' };
        case '>':
        case '<=':
            return { bound, isMore: true, isNegated: cmp === '<=' };
        default:
            return undefined;
    }
}
