/**
 * Conditions as literals: two conditions that test the same property of the same history have one key. The relations
 * between keys are the only facts about the meaning of conditions that a certificate can use.
 */
import type { Condition, EventPattern, Json, JsonObject, Monitor, Policy } from './policy.js';
import type { Value } from './truth.js';

/** The place where a condition is evaluated. */
export type Side = 'rules' | 'claim';

/** The value is at least `bound`, or more than that. */
type Bound = { readonly bound: number; readonly isMore: boolean };

/** A tested value, with the points and prefixes at which the result can change. */
type Test = { readonly of: string; readonly points: readonly Json[]; readonly result: (of: unknown) => Value };

/** What is at least its bound: the value of a term, or the number of events of a monitor. */
type Above = Bound & { readonly amount: Json };

/** How one condition follows from another: it is true where the other one is, and if this is an `order`, never less true. */
type Follows = 'truth' | 'order' | undefined;

export interface Literal {
    readonly key: string;
    /** True if the condition is the negation of the one that the key represents. */
    readonly isNegated: boolean;
    /** The places at which the condition is evaluated and has this value. */
    readonly side: Side | 'both';
    /** A bound of an amount. Each of the `parts` of a sum is at most the sum, because the other part is not negative. */
    readonly above?: Above & { readonly parts: readonly string[] };
    /** Bounds that are met as certainly as this is true: the history contains certain events. */
    readonly shows?: readonly Above[];
    /** A test of the one value of a term. If that cannot be read, all tests of the term are unknown. */
    readonly test?: Test;
    /** The caller is in a mode. */
    readonly mode?: JsonObject;
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
    const literal = (asked: unknown, isNegated: boolean, more: Partial<Literal> = {}): Literal => ({
        key: `${side} ${text(asked)}`,
        isNegated,
        side,
        ...more
    });
    const atLeast = (amount: Json, bound: Bound, isLess: boolean, test: Partial<Literal> = {}): Literal =>
        literal([amount, bound], isLess, { above: { ...bound, amount, parts: operandsOf(policy, amount) }, ...test });
    const isLess = OPPOSITES[cmp as string] !== undefined;
    switch (op) {
        case 'monitor':
        case 'recorded':
        case 'count': {
            const of =
                op === 'recorded' ? recordedIn(policy, condition) : policy.monitors[condition['monitor'] as number]!;
            const written = op === 'count' ? boundOf(cmp, condition['bound']) : ONE;
            const isCounted = of.kind === (op === 'count' ? op : 'once') && !of.from;
            return isCounted && written
                ? atLeast(countOf(of), wholeOf(written), isLess)
                : literal(condition, false, op === 'monitor' ? { shows: shownBy(of) } : {});
        }
        case 'compare': {
            const constant = isObject(right) && right['term'] === 'constant' ? [right['value']!] : [];
            const written = boundOf(cmp, constant[0]);
            if (!written) {
                const same = cmp === '==' || cmp === '!=' ? equalTo(left, constant) : {};
                return literal([left, OPPOSITES[cmp as string] ?? cmp, right], isLess, same);
            }
            const kind = isObject(left) && left['term'] === 'aggregate' && recordedIn(policy, left).kind;
            const bound = kind === 'count' || kind === 'distinct' ? wholeOf(written) : written;
            const result = (of: unknown): Value =>
                typeof of !== 'number' ? 1 : of > bound.bound || (of === bound.bound && !bound.isMore) ? 2 : 0;
            return atLeast(left!, bound, isLess, testOf(left, [bound.bound], result));
        }
        default:
            return literal(condition, false, op === 'in mode' ? { mode: condition } : testIn(condition));
    }
}

/** The test in a condition on a single value; empty for other conditions. */
function testIn({ op, term, values, from, to, prefix, root, base }: Condition): Partial<Literal> {
    const beginning = (begin: string, kind = ''): Partial<Literal> =>
        testOf(term, [begin], (of) => (typeof of !== 'string' ? 1 : of.startsWith(begin) ? 2 : 0), kind);
    switch (op) {
        case 'in':
            return equalTo(term, values as Json[]);
        case 'day in': {
            const days = WEEKS.slice(WEEKS.indexOf(from as string));
            return equalTo(op, days.slice(0, days.indexOf(to as string) + 1));
        }
        case 'time in': {
            const [first = 0, end = 0] = [from, to].map((one) => Number((one as string).replace(':', '.')));
            const isIn = (of: number): boolean => (first <= end ? of >= first && of < end : of >= first || of < end);
            return testOf(op, [first, end], (of) => (typeof of === 'number' && isIn(of) ? 2 : 0));
        }
        case 'starts with':
            return beginning(prefix as string);
        case 'path within':
            // Such a folder has no other spelling.
            return /^(\/\w[\w.-]*)+$/.test(root as string) ? beginning(`${root as string}/`, text([op, base])) : {};
        default:
            return {};
    }
}

/** A sign of no text that is tested. */
const NOWHERE = '\uffff';

const WEEKS = 'mon,tue,wed,thu,fri,sat,sun,mon,tue,wed,thu,fri,sat,sun'.split(',');

/** A test for equality with one of the values. Lists and records have other ways to be equal. */
function equalTo(term: Json | undefined, values: readonly Json[]): Partial<Literal> {
    const areSingle = values.length > 0 && values.every((one) => one !== null && typeof one !== 'object');
    return areSingle ? testOf(term, values, (of) => (values.includes(of as string) ? 2 : 0)) : {};
}

/**
 * Sums, counts and totals are intervals, and a line may run other programs than the first: one test of them may be unknown and another
 * not.
 */
function testOf(term: Json | undefined, points: readonly Json[], result: Test['result'], kind = ''): Partial<Literal> {
    const of = kind + text(term);
    return /"(sum|aggregate|command|program)"/.test(of) ? {} : { test: { of, points, result } };
}

/** The operands of a sum with something that is never negative. */
function operandsOf({ recorders }: Policy, term: Json | undefined): string[] {
    const { left, right, minus } = isObject(term) ? term : {};
    const isNatural = (one: Json | undefined): boolean =>
        isObject(one) && one['term'] === 'aggregate' && isNeverNegative(recorders![one['recorder'] as number]!);
    return minus === false ? [left, right].filter((one) => isNatural(one === left ? right : left)).map(text) : [];
}

/** True for counts, and for totals of amounts whose types have no negative values. */
export function isNeverNegative({ kind, bounds }: JsonObject): boolean {
    return kind === 'count' || kind === 'distinct' || (isObject(bounds) && (bounds['min'] as number) >= 0);
}

/** True if no call has all of these values: two exclude each other, or no one value passes all of the tests. */
export function areExcluded(policy: Policy, all: readonly Chosen[]): boolean {
    const [a, b] = all as [Chosen, Chosen];
    return (all.length === 2 && (excludes(policy, a, b) || excludes(policy, b, a))) || isNoValue(all);
}

function excludes(policy: Policy, [a, first]: Chosen, [b, second]: Chosen): boolean {
    const how = first > second ? followsFrom(policy, a, b) : undefined;
    // The other operand may be unknown, and if this one is, the sum is.
    const isOperand = a.above && b.above?.parts.includes(text(a.above.amount)) && isAsMuch(a.above, b.above);
    const isLess = first !== 0 && second === 0 && isOperand === true;
    return a.side === b.side && (how === 'order' || (how === 'truth' && first === 2) || isLess);
}

function isNoValue(all: readonly Chosen[]): boolean {
    const tests = all.flatMap(([{ test, side }, value]) => (test ? [{ ...test, of: side + test.of, value }] : []));
    const points = tests.flatMap(({ points }) => points);
    const numbers = points.filter((point) => typeof point === 'number').sort((a, b) => a - b);
    const between = numbers.map((one, index) => one / 2 + (numbers[index + 1] ?? one) / 2);
    const texts = points.filter((point) => typeof point === 'string').map((begin) => begin + NOWHERE);
    // A value of each kind: the points, what is between two and beyond them, texts that begin so, and something else.
    const values = [...points, ...between, -Infinity, Infinity, ...texts, NOWHERE, Symbol()];
    return (
        tests.length > 0 &&
        tests.length === all.length &&
        tests.every(({ of }) => of === tests[0]!.of) &&
        tests.some(({ value }) => value !== 1) &&
        !text(points).includes(NOWHERE) &&
        !values.some((one) => tests.every(({ result, value }) => result(one) === value))
    );
}

/** How the second condition follows from the first. */
function followsFrom(policy: Policy, a: Literal, b: Literal): Follows {
    const { above } = b;
    const shown = above ? (a.above ? [a.above] : (a.shows ?? [])) : [];
    const found = shown.map((one) => (isAsMuch(one, above!) ? isMore(policy, one.amount, above!.amount) : undefined));
    const isTrue = found.includes('truth') || isOnceEntered(policy, a, b);
    return found.includes('order') ? 'order' : isTrue ? 'truth' : undefined;
}

/** How the second history has at least as many events as the first. */
function areMore(a: Monitor, b: Monitor): Follows {
    // A call that ended has its place in a record where it was released.
    const wider = b['isRecorded'] ? ['released'] : b.window === undefined ? OF_RELEASE : [];
    const isPlace = (field: string): boolean => !b[field] || text(a[field]) === text(b[field]);
    const areAll =
        (a.window ?? Infinity) <= (b.window ?? Infinity) &&
        ['keys', 'sameCall', 'asked'].every(isPlace) &&
        // The history of a session is part of that of all sessions, but in others, agents may not act for others.
        (Boolean(a.across) === Boolean(b.across) || (b.across === true && !a.perAgent)) &&
        isPart(a.event, b.event, wider);
    const areAlike = text({ ...a, event: 0, window: 0, across: b.across }) === text({ ...b, event: 0, window: 0 });
    return areAll ? (areAlike ? 'order' : 'truth') : undefined;
}

/** How the second amount is at least the first: it counts, or adds up, at least these events. */
function isMore(policy: Policy, a: Json, b: Json): Follows {
    if (text(a) === text(b)) {
        return 'order';
    }
    const [first, second] = [a, b].map((term) => (isObject(term) ? term : {})) as [JsonObject, JsonObject];
    if (first['minus'] === false && second['minus'] === false) {
        const parts = ['left', 'right'].map((side) => isMore(policy, first[side]!, second[side]!));
        return parts.includes(undefined) ? undefined : parts.includes('truth') ? 'truth' : 'order';
    }
    const [one, other] = [first, second].map((term) =>
        term['term'] === 'aggregate' ? recordedIn(policy, term) : (term as Monitor)
    ) as [Monitor, Monitor];
    const isSame = (field: string): boolean => text(one[field]) === text(other[field]);
    const areSums = one.event && other.event && !one.from && ['kind', 'value', 'bounds', 'from'].every(isSame);
    return areSums && isNeverNegative(other) ? areMore(one, other) : undefined;
}

const isAsMuch = (a: Bound, b: Bound): boolean => a.bound > b.bound || (a.bound === b.bound && (a.isMore || !b.isMore));

/**
 * True if a machine that is in the mode certainly entered it within the window of a history: the mode does not last longer, it is not
 * the first one, nothing else is entered, and never by a transition that only may be taken.
 */
function isOnceEntered({ machines, outsideEvents }: Policy, { mode: state }: Literal, { above }: Literal): boolean {
    const { event, keys, perAgent, window = Infinity } = (above?.amount ?? {}) as Monitor;
    if (!state || !event || above?.bound !== 1) {
        return false;
    }
    const { machine, mode } = state;
    const { initial, modes, transitions, across } = machines![machine as number]!;
    const { seconds = Infinity } = modes[mode as number]!.lasts ?? {};
    const isEntered = ({ mode: entered }: JsonObject): boolean => text(entered) === text({ machine, mode });
    return (
        seconds <= window &&
        initial !== mode &&
        ![keys, perAgent, across, event.agents].some(Boolean) &&
        isAlways(event.where) &&
        ((event['outside'] ?? []) as number[]).some((index) => isEntered(outsideEvents[index]!)) &&
        transitions.every(
            ({ to, event: { status, where, tools, outside }, when }) =>
                to === mode &&
                ['approved', 'released'].includes(status) &&
                [where, when].every(isAlways) &&
                !(outside || tools.includes(1))
        )
    );
}

export const isAlways = ({ op, value }: Condition): boolean => op === 'constant' && value === 2;

/**
 * True if every event of the first pattern is one of the second.
 *
 * @param wider what a call of another status also counts as: before it ends it is released, and before that attempted
 */
function isPart(a: EventPattern, b: EventPattern, wider: readonly string[]): boolean {
    // The history at the attempt differs from the history at the release, and at the attempt there is no result yet.
    const isSameThen = b.status !== 'attempted' || readsOnlyCall(b.where);
    const isWider = isSameThen && wider.includes(b.status) && (EARLIER[a.status] ?? []).includes(b.status);
    return (
        (a.status === b.status || isWider) &&
        a.tools.every((value, tool) => value <= (b.tools[tool] ?? 0)) &&
        (text(a.where) === text(b.where) || isAlways(b.where)) &&
        ['agents', 'keys', 'humans'].every((field) => b[field] === undefined || text(a[field]) === text(b[field])) &&
        ['outside', 'answers'].every((field) => text(a[field]) === text(b[field]))
    );
}

/** What a call has been if it has this status. */
const OF_RELEASE = ['released', 'attempted'];
const EARLIER: Record<string, string[]> = { succeeded: OF_RELEASE, failed: OF_RELEASE, released: ['attempted'] };

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

const OF_A_HOLD: readonly unknown[] = ['attempted', 'held', 'approved'];

/** True if some pattern that the condition depends on selects what belongs to the hold of a call. */
function readsHolds(policy: Policy, condition: Condition): boolean {
    const seen = new Set<unknown>();
    const visit = (part: unknown): boolean => {
        if (typeof part !== 'object' || part === null || seen.has(part)) {
            return false;
        }
        seen.add(part);
        const { monitor, recorder, machine, status, outside, op, event, to } = part as JsonObject;
        // A mode that an approval enters is entered at the release.
        if (to !== undefined && isObject(event) && event['status'] === 'approved') {
            return visit({ ...part, event: event['where'] });
        }
        // A result that is withheld brings no labels and no values.
        const isOfResults = op === 'carries' || op === 'received' || op === 'from';
        return (
            OF_A_HOLD.includes(status) ||
            visit(policy.monitors[monitor as number]) ||
            visit(policy.recorders?.[recorder as number]) ||
            visit(policy.machines?.[machine as number]) ||
            (Array.isArray(outside) && outside.some((index) => visit(policy.outsideEvents[index as number]))) ||
            (isOfResults && policy.rules.some((rule) => rule.kind === 'withhold' && visit(rule))) ||
            Object.values(part).some(visit)
        );
    };
    return visit(condition);
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

const isObject = (value: Json | undefined): value is JsonObject =>
    typeof value === 'object' && value !== null && !Array.isArray(value);

const ONE: Bound = { bound: 1, isMore: false };

/** At least so many, for a number without fractions. */
function wholeOf({ bound, isMore }: Bound): Bound {
    return { bound: isMore ? Math.floor(bound) + 1 : Math.ceil(bound), isMore: false };
}

/** A recorder in the form of a monitor. */
function recordedIn({ recorders }: Policy, { recorder }: JsonObject): Monitor {
    const of = recorders![recorder as number] as Monitor;
    const { kind, from, value, bounds } = of;
    const counted = { ...countOf({ ...of, perAgent: typeof of.event.agents === 'string' }), isRecorded: true };
    return { ...counted, kind, value, bounds, ...(from && { from }) };
}

/** The number of the events of a monitor, as what distinguishes it from others. */
function countOf({ event, keys, window, across, perAgent, asked, sameCall, isRecorded }: Monitor): Monitor {
    const { text: _, ...pattern } = event;
    return { kind: 'count', event: pattern, keys, window, across, perAgent, asked, sameCall, isRecorded } as Monitor;
}

/** The events of which a condition on their order shows one. A window is that of F, or that of B in `once A then B`. */
function shownBy(monitor: Monitor): readonly Above[] {
    const { window: _, ...untimed } = monitor;
    const { kind, event, from = event } = monitor;
    const once = (of: Monitor, one = event): Above => ({ ...ONE, amount: countOf({ ...of, event: one }) });
    const forms: Readonly<Record<string, readonly Above[]>> = {
        since: [once(monitor), once(monitor, from)],
        'no since': monitor.from ? [once(monitor, from)] : [],
        'since or start': [once(untimed)],
        'once then': [once(monitor), once(untimed, from)],
        'last is': [once({ ...monitor, perAgent: true }, { ...event, agents: 'caller' })]
    };
    return forms[kind] ?? [];
}

const text = (value: unknown): string => JSON.stringify(value ?? null);
