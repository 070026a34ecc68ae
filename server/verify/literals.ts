/**
 * Conditions as literals: two conditions that test the same property of the same history have one key. The relations
 * between keys are the only facts about the meaning of conditions that a certificate can use.
 */
import { isObject, text } from './policy.js';
import type { Condition, Json, JsonObject, Monitor, Policy } from './policy.js';
import { atLeast, type Bound, equalTo, type Test, testsIn } from './tests.js';
import type { Value } from './truth.js';

/** The place where a condition is evaluated. */
export type Side = 'rules' | 'claim';

/** A lower bound of an amount: the value of a term, or a number of events. */
export type Above = Bound & { readonly amount: Json };

export interface Literal {
    readonly key: string;
    /** True if the condition is the negation of the one that the key represents. */
    readonly isNegated: boolean;
    /** The places at which the condition is evaluated and has this value. */
    readonly side: Side | 'both';
    readonly condition: Condition;
    readonly above?: Above;
    /** Bounds that are met as certainly as this is true: the history contains certain events. */
    readonly shows?: readonly Above[];
    /** What it tests of a value. If that cannot be read, all tests of it are unknown. */
    readonly tests?: readonly Test[];
}

/** A literal with a value of what its key stands for. */
export type Chosen = readonly [literal: Literal, value: Value];

/**
 * @param isHeld true if the call may be held before it is released
 * @param isEnd true if the claim is judged at the end of the call
 */
export function literalOf(policy: Policy, condition: Condition, place: Side, isHeld: boolean, isEnd?: Json): Literal {
    const { op, left, right, cmp } = condition;
    // A held call is decided without its own attempt, hold and approvals, and a claim is judged with them (M4, M20): what can tell
    // the difference has a value for the rules and another one for the claim.
    const isApart = (isEnd === true && !readsOnlyCall(condition)) || (isHeld && readsHolds(policy, condition));
    const side = op === 'approved by' || isApart ? place : 'both';
    const isOpposite = OPPOSITES[cmp as string] !== undefined;
    const literal = (asked: unknown, isNegated = false, more: Partial<Literal> = {}): Literal => ({
        key: `${side} ${text(asked)}`,
        isNegated,
        side,
        condition,
        ...more
    });
    const reaching = (amount: Json, bound: Bound, tests: readonly Test[]): Literal =>
        literal([amount, bound], isOpposite, { above: { ...bound, amount }, tests });
    switch (op) {
        case 'monitor':
        case 'recorded':
        case 'count': {
            const of = historyOf(policy, condition);
            const written = op === 'count' ? boundOf(cmp, condition['bound']) : ONE;
            const isCounted = of.kind === (op === 'count' ? op : 'once') && !of.from;
            return isCounted && written
                ? reaching(eventsOf(of), wholeOf(written), [])
                : literal(condition, false, op === 'monitor' ? { shows: shownBy(of) } : {});
        }
        case 'compare': {
            // Only the operands of a comparison of programs or commands, which may be many, have an order.
            const isConstant = (term: Json | undefined): boolean => isObject(term) && term['term'] === 'constant';
            const isMirrored = isConstant(left) || (!isConstant(right) && text(left) > text(right));
            if (isMirrored && !isConstant(right) && !/"(commands?|program)"/.test(text(condition))) {
                const mirrored = { ...condition, cmp: MIRRORED[cmp as string] ?? cmp!, left: right, right: left };
                return literalOf(policy, mirrored, place, isHeld, isEnd);
            }
            const constant = isConstant(right) ? [(right as JsonObject)['value']!] : [];
            const written = boundOf(cmp, constant[0]);
            if (!written) {
                const tests = cmp === '==' || cmp === '!=' ? equalTo(left, constant) : [];
                return literal([left, OPPOSITES[cmp as string] ?? cmp, right], isOpposite, { tests });
            }
            const kind = isAggregate(left) && historyOf(policy, left).kind;
            const bound = kind === 'count' || kind === 'distinct' ? wholeOf(written) : written;
            return reaching(left!, bound, atLeast(left, bound));
        }
        default:
            return literal(condition, false, { tests: testsIn(condition) });
    }
}

/** True for counts, and for totals of amounts whose types have no negative values. */
export function isNeverNegative({ kind, bounds }: JsonObject): boolean {
    return kind === 'count' || kind === 'distinct' || (isObject(bounds) && (bounds['min'] as number) >= 0);
}

export const isPositive = (left: Json): Condition => ({
    op: 'compare',
    cmp: '>',
    left,
    right: { term: 'constant', value: 0 }
});

export const TRUE: Condition = { op: 'constant', value: 2 };

export const isAlways = ({ op, value }: Condition): boolean => op === 'constant' && value === 2;

/** True if the condition reads nothing but the call itself. */
export function readsOnlyCall(part: Json | undefined): boolean {
    return [...text(part).matchAll(/"(?:op|term)":"([^"]*)"/g)].every(([_, name]) => OF_CALL.includes(name));
}

/** The conditions and terms that read nothing else, unless a part of them does. */
const OF_CALL: readonly unknown[] = [
    ...'constant,not,and,or,compare,in,host in,host within,path within,matches,starts with,contains'.split(','),
    ...'every,some,any text,given,redirects,command starts with,caller is,tool is'.split(','),
    ...'param,host,length,bytes,field,part,commands,entries,sum,element'.split(',')
];

/**
 * True if some pattern that the condition depends on selects what belongs to the hold of a call. Whether a result is withheld was
 * decided when it came, for all that ask what it brought.
 */
function readsHolds(policy: Policy, condition: Condition): boolean {
    const parts = new Set<unknown>([condition]);
    for (const part of parts) {
        const outside = [...text(part).matchAll(/"outside":\[([\d,]+)/g)].flatMap(([_, all]) => all!.split(','));
        outside.forEach((index) => parts.add(policy.outsideEvents[Number(index)]));
        historiesIn(policy, part).forEach((one) => parts.add(one));
    }
    // A mode that an approval enters is entered at the release.
    const isOfHold = (part: unknown): boolean =>
        (text(part).includes('"transitions":') ? /"status":"(attempted|held)"/ : OF_A_HOLD).test(text(part));
    return [...parts].some(isOfHold);
}

const OF_A_HOLD = /"status":"(attempted|held|approved)"/;

/** The monitors, recorders and machines that the condition names. */
export function historiesIn(policy: Policy, condition: unknown): JsonObject[] {
    const named = [...text(condition).matchAll(/"(monitor|recorder|machine)":(\d+)/g)];
    return named.map(([_, list, index]) => policy[`${list as 'monitor'}s`][Number(index)]!);
}

/** The lower bound that a comparison, or the opposite of one, is with; undefined for `==` and `!=`. */
function boundOf(cmp: Json | undefined, bound: Json | undefined): Bound | undefined {
    const isBound = typeof bound === 'number' && ['>=', '>', '<', '<='].includes(cmp as string);
    return isBound ? { bound, isMore: cmp === '>' || cmp === '<=' } : undefined;
}

/**
 * Comparisons of the same terms are unknown together, namely if a value is missing or an amount is not known exactly
 * enough.
 */
const OPPOSITES: Readonly<Record<string, string>> = { '!=': '==', '<': '>=', '<=': '>' };

const MIRRORED: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

export const isAggregate = (term: Json | undefined): term is JsonObject =>
    isObject(term) && term['term'] === 'aggregate';

export const ONE: Bound = { bound: 1, isMore: false };

/** At least so many, for a number without fractions. */
function wholeOf({ bound, isMore }: Bound): Bound {
    return { bound: isMore ? Math.floor(bound) + 1 : Math.ceil(bound), isMore: false };
}

/** The history that a condition or term asks about. */
export const historyOf = ({ monitors, recorders }: Policy, { monitor, recorder }: JsonObject): Monitor =>
    monitor === undefined ? (recorders![recorder as number] as Monitor) : monitors[monitor as number]!;

/** The events that a history counts, as what distinguishes them from others. */
export type Events = Pick<Monitor, 'kind' | 'event' | 'keys' | 'window'> & JsonObject;

export function eventsOf({ event, keys, window, across, asked, sameCall }: Monitor): Events {
    const { text: _, ...pattern } = event;
    return { kind: 'count', event: pattern, keys, window, across, asked, sameCall } as unknown as Events;
}

/** The events of which a condition on their order shows one. A window is that of F, or that of B in `once A then B`. */
function shownBy(monitor: Monitor): readonly Above[] {
    const { window: _, ...untimed } = monitor;
    const { kind, event, from = event } = monitor;
    const once = (of: Monitor, one = event): Above => ({ ...ONE, amount: eventsOf({ ...of, event: one }) });
    const forms: Readonly<Record<string, readonly Above[]>> = {
        since: [once(monitor), once(monitor, from)],
        'no since': monitor.from ? [once(monitor, from)] : [],
        'since or start': [once(untimed)],
        'once then': [once(monitor), once(untimed, from)],
        'last is': [once(monitor, monitor.perAgent ? { ...event, agents: 'caller' } : event)]
    };
    return forms[kind] ?? [];
}
