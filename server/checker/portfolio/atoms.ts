/**
 * The conditions that a search would have to examine, as atoms. Two conditions with the same meaning are the same atom.
 * The values of two atoms may be related: those of two counts of events, for example, or of two comparisons of one
 * amount.
 */
import type { Comparator, Condition, EventPattern, Policy, Status, Term, Tool } from '../../model/policy/policy.js';
import { FALSE, mayBe, TRUE, type Truth } from '../../model/policy/truth.js';
import { visitParts } from '../conditions/walk.js';
import { isNoMore, isNoMoreThan } from './amounts.js';
import { certainlyMore, type Events, eventsOfMonitor, eventsOfRecorder } from './events-of.js';
import { entails } from './entails.js';
import type { Relation } from './truth-sets.js';

export interface Atom {
    readonly key: string;
    readonly side: string;
    readonly condition: Condition;
    /** True if the history has at least `least` of the events. */
    readonly count?: { readonly events: Events; readonly least: number };
    /**
     * True if the amount `of` is at least `bound`, or, with `isMore`, greater. `parts` are the amounts that never
     * exceed it.
     */
    readonly amount?: {
        readonly of: string;
        readonly term: Term;
        readonly bound: number;
        readonly isMore: boolean;
        readonly parts: readonly string[];
    };
    /** For each value of the atom, events of which there must be at least one if the atom has that value. */
    readonly shows: { readonly [value in 'true' | 'false']: readonly Events[] };
}

export interface Literal {
    readonly atom: Atom;
    readonly isNegated: boolean;
}

/** @param side distinguishes conditions that have different values for the same call */
export function literalOf(policy: Policy, condition: Condition, side: string): Literal {
    const atom = (key: unknown, more: Partial<Atom> = {}): Atom => ({
        key: `${side} ${JSON.stringify(key)}`,
        side,
        condition,
        shows: { true: [], false: [] },
        ...more
    });
    const counted = (events: Events | undefined, least: number): Atom | undefined =>
        events && least >= 1
            ? atom(['at least', least, { ...events, pattern: { ...events.pattern, text: '' } }], {
                  count: { events, least },
                  shows: { true: [events], false: [] }
              })
            : undefined;
    switch (condition.op) {
        case 'monitor': {
            const { kind } = policy.monitors[condition.monitor]!;
            const found = kind === 'once' ? counted(eventsOfMonitor(policy, condition.monitor), 1) : undefined;
            return { atom: found ?? atom(condition), isNegated: false };
        }
        case 'count': {
            const written = lowerBound(condition.cmp, condition.bound);
            if (!written) {
                return { atom: atom(condition), isNegated: false };
            }
            const least = wholeOf(written);
            const found = counted(eventsOfMonitor(policy, condition.monitor), least);
            return { atom: found ?? atom(['>=', condition.monitor, least]), isNegated: written.isNegated };
        }
        case 'recorded': {
            const { kind } = policy.recorders![condition.recorder]!;
            const events = eventsOfRecorder(policy, condition.recorder);
            const shown = kind === 'latest' && events ? { shows: { true: [events], false: [events] } } : {};
            return {
                atom: (kind === 'once' ? counted(events, 1) : undefined) ?? atom(condition, shown),
                isNegated: false
            };
        }
        case 'compare':
            return compared(policy, condition, atom);
        default:
            return { atom: atom(condition), isNegated: false };
    }
}

/** The literal of a comparison, in a normal form that all equivalent comparisons share. */
function compared(
    policy: Policy,
    { cmp: written, left: first, right: second }: Condition & { readonly op: 'compare' },
    atom: (key: unknown, more: Partial<Atom>) => Atom
): Literal {
    const isTurned = first.term === 'constant' || (second.term !== 'constant' && textOf(first) > textOf(second));
    const [left, right, cmp] = isTurned ? [second, first, TURNED[written]] : [first, second, written];
    if (cmp === '==' || cmp === '!=') {
        const shows = shownBy(policy, left, right, '==');
        return { atom: atom(['==', left, right], { shows }), isNegated: cmp === '!=' };
    }
    const isNegated = cmp === '<' || cmp === '<=';
    const isMore = cmp === '>' || cmp === '<=';
    const shows = shownBy(policy, left, right, isMore ? '>' : '>=');
    if (right.term === 'constant' && typeof right.value === 'number') {
        const written = { bound: right.value, isMore };
        const least = isOfEvents(policy, left) ? { bound: wholeOf(written), isMore: false } : written;
        const amount = { of: textOf(left), term: left, ...least, parts: partsOf(policy, left) };
        return { atom: atom([amount.of, amount.bound, amount.isMore], { amount, shows }), isNegated };
    }
    return { atom: atom([isMore ? '>' : '>=', left, right], { shows }), isNegated };
}

const TURNED: { readonly [cmp in Comparator]: Comparator } = {
    '==': '==',
    '!=': '!=',
    '<': '>',
    '<=': '>=',
    '>': '<',
    '>=': '<='
};

function textOf(term: Term): string {
    return JSON.stringify(term);
}

/**
 * A comparison that reads the latest event has a known value only if such an event exists. If the number of some events
 * exceeds another number, at least one of those events exists.
 */
function shownBy(policy: Policy, left: Term, right: Term, cmp: '==' | '>' | '>='): Atom['shows'] {
    const latest: Events[] = [];
    for (const term of [left, right]) {
        visitParts(term, (part) => {
            const events = 'term' in part && part.term === 'latest' && eventsOfRecorder(policy, part.recorder);
            if (events) {
                latest.push(events);
            }
        });
    }
    const more = (one: Term, other: Term): Events[] =>
        one.term === 'aggregate' && policy.recorders![one.recorder]!.kind === 'count' && isNeverLess(policy, other)
            ? [eventsOfRecorder(policy, one.recorder) ?? []].flat()
            : [];
    return {
        true: [...latest, ...(cmp === '>' ? more(left, right) : [])],
        false: [...latest, ...(cmp === '>=' ? more(right, left) : [])]
    };
}

/** True if the value is never less than 0. */
function isNeverLess(policy: Policy, term: Term): boolean {
    if (term.term !== 'aggregate') {
        return term.term === 'constant' && typeof term.value === 'number' && term.value >= 0;
    }
    const { kind, bounds } = policy.recorders![term.recorder]!;
    return kind === 'count' || kind === 'distinct' || (bounds?.min ?? -1) >= 0;
}

/** The operands that are no larger than the sum, because the other operand is never less than 0. */
function partsOf(policy: Policy, term: Term): string[] {
    return term.term === 'sum' && !term.minus
        ? [
              ...(isNeverLess(policy, term.left) ? [textOf(term.right)] : []),
              ...(isNeverLess(policy, term.right) ? [textOf(term.left)] : [])
          ]
        : [];
}

/** The relations between the values of the two atoms; none if they are independent. */
export function relationsOf(policy: Policy, a: Atom, b: Atom): readonly Relation[] {
    if (a.key === b.key) {
        return [];
    }
    const isOfOne = a.side === b.side || a.side === 'both' || b.side === 'both';
    const relations = isOfOne
        ? [relationByMeaning(policy, a, b), relationByHistory(policy, a, b)]
        : // The claim sees all that the rules see of a held call, and its attempt, hold and answers: there are never fewer events.
          a.side === 'rules'
          ? [a.count && relationByEvents(policy, a, b)]
          : relationsWithoutOwn(policy, a, b);
    return relations.filter((relation) => relation !== undefined);
}

/** The relations of what the claim counts to what the rules count: of attempts, these are at most one fewer. */
function relationsWithoutOwn(policy: Policy, a: Atom, b: Atom): readonly (Relation | undefined)[] {
    const { count, amount } = a;
    if (count?.events.pattern.status === 'attempted') {
        const fewer = { ...a, count: { ...count, least: count.least - 1 } };
        return [relationByEvents(policy, fewer, b)];
    }
    const recorder = amount?.term.term === 'aggregate' ? policy.recorders![amount.term.recorder]! : undefined;
    return amount && recorder?.kind === 'count' && recorder.event.status === 'attempted'
        ? [amountRelation(policy, { ...amount, bound: amount.bound - 1 }, b.amount)]
        : [];
}

/**
 * True if whatever the rules count, the claim counts too, and the other way round except for what belongs to the call itself. History
 * inside `where` and modes may make an event one of those for one of them alone, because the claim sees more before it.
 *
 * @param isSeenOtherwise whether the rules and the claim see different histories for a condition
 */
export function isOneForBoth(
    policy: Policy,
    { count, amount }: Atom,
    isSeenOtherwise: (condition: Condition) => boolean
): boolean {
    const counted =
        count?.events ??
        (amount?.term.term === 'aggregate' ? eventsOfRecorder(policy, amount.term.recorder) : undefined);
    if (!counted) {
        return false;
    }
    const { pattern, asked } = counted;
    return (
        ![pattern.where, asked].some(isSeenOtherwise) &&
        !pattern.outside?.some((one) => policy.outsideEvents[one]!.mode)
    );
}

/** The relation of two amounts, conditions or counts, by what each of them says. */
function relationByMeaning(policy: Policy, a: Atom, b: Atom): Relation | undefined {
    if (a.amount && b.amount) {
        const { of } = a.amount;
        return !isAsMuch(a.amount, b.amount)
            ? undefined
            : of === b.amount.of
              ? NEVER_TRUER
              : b.amount.parts.includes(of)
                ? // The other operand may be unknown; if this one is unknown, so is the sum.
                  (one, other) => one === FALSE || other !== FALSE
                : undefined;
    }
    if (entails(policy, a.condition, b.condition)) {
        return NEVER_TRUER;
    }
    return relationByEvents(policy, a, b);
}

function relationByEvents(policy: Policy, a: Atom, b: Atom): Relation | undefined {
    const { count } = b;
    if (!count) {
        return undefined;
    }
    if (a.count && a.count.least >= count.least && a.count.events.kind === count.events.kind) {
        const are = certainlyMore(policy, a.count.events, count.events);
        if (are) {
            return are === 'alike' ? NEVER_TRUER : (one, other) => one !== TRUE || other === TRUE;
        }
    }
    const least = a.count?.least ?? 1;
    const isShown = (events: readonly Events[]): boolean =>
        least >= count.least && events.some((one) => certainlyMore(policy, one, count.events) !== undefined);
    const [ifTrue, ifFalse] = [isShown(a.shows.true), isShown(a.shows.false)];
    return ifTrue || ifFalse
        ? (one, other) => !((ifTrue && one === TRUE) || (ifFalse && one === FALSE)) || other === TRUE
        : undefined;
}

/** The relation of two conditions by the events that change them: amounts of fewer events, labels, orders of events. */
function relationByHistory(policy: Policy, a: Atom, b: Atom): Relation | undefined {
    const byAmount =
        a.amount && (amountRelation(policy, a.amount, b.amount) ?? countRelation(policy, a.amount, b.count));
    return byAmount ?? labelRelation(policy, a, b.condition);
}

function countRelation(policy: Policy, a: NonNullable<Atom['amount']>, b: Atom['count']): Relation | undefined {
    const are = b && wholeOf(a) >= b.least ? isNoMoreThan(policy, a.term, b.events) : undefined;
    return are === 'alike' ? NEVER_TRUER : are && ((one, other) => one !== TRUE || other === TRUE);
}

function amountRelation(policy: Policy, a: NonNullable<Atom['amount']>, b: Atom['amount']): Relation | undefined {
    const are = b && isAsMuch(a, b) ? isNoMore(policy, a.term, b.term) : undefined;
    return are === 'alike' ? NEVER_TRUER : are && ((one, other) => one !== TRUE || other === TRUE);
}

/** A label that nothing clears is carried by everybody who received it, and by everybody who has called what reads it. */
function labelRelation(policy: Policy, a: Atom, b: Condition): Relation | undefined {
    const { tools, delegations = [], rules } = policy;
    if ((b.op !== 'carries' && b.op !== 'received') || tools.some(({ clears }) => clears.includes(b.label))) {
        return undefined;
    }
    if (a.condition.op === 'received' && b.op === 'carries' && a.condition.label === b.label) {
        return (received, carried) => received === carried;
    }
    const { pattern, across, perAgent } = a.count?.events ?? {};
    const isOfCaller =
        pattern?.agents === 'caller' && perAgent === true && across === false && delegations.length === 0;
    const isRelease = pattern !== undefined && RELEASES.includes(pattern.status) && pattern.outside === undefined;
    const isRead = (value: Truth, tool: number): boolean =>
        value === FALSE ||
        (value === TRUE &&
            tools[tool]!.reads.includes(b.label) &&
            !rules.some(({ kind, subject }) => kind === 'withhold' && mayBe(subject.tools[tool] ?? FALSE)));
    // However such a call ends, and whatever a `where` asks of it, it brought the label; an inner call may not have been made.
    return isOfCaller && isRelease && pattern.tools.every(isRead) && !tools.some(mayDoSome(pattern))
        ? (one, other) => one === FALSE || other === TRUE
        : undefined;
}

/** For a tool: true if its calls may include calls of the pattern. */
function mayDoSome(pattern: EventPattern): (tool: Tool) => boolean {
    return ({ mayDo = [] }) => mayDo.some((value, inner) => mayBe(value) && mayBe(pattern.tools[inner] ?? FALSE));
}

const RELEASES: readonly Status[] = ['released', 'succeeded', 'failed'];

/** True if what is at least as much as the first says is at least as much as the second says. */
function isAsMuch(a: NonNullable<Atom['amount']>, b: NonNullable<Atom['amount']>): boolean {
    return a.bound > b.bound || (a.bound === b.bound && (a.isMore || !b.isMore));
}

/** The least whole number that is at least the bound, or, with `isMore`, greater. */
function wholeOf({ bound, isMore }: { readonly bound: number; readonly isMore: boolean }): number {
    return isMore ? Math.floor(bound) + 1 : Math.ceil(bound);
}

/** True for a number of events, or of their distinct values, and for a sum of such numbers. */
function isOfEvents(policy: Policy, term: Term): boolean {
    if (term.term === 'sum') {
        return isOfEvents(policy, term.left) && isOfEvents(policy, term.right);
    }
    const kind = term.term === 'aggregate' && policy.recorders![term.recorder]!.kind;
    return kind === 'count' || kind === 'distinct';
}

/** The second atom is at least as true as the first, in the order false, unknown, true. */
const NEVER_TRUER: Relation = (one, other) => one <= other;

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
