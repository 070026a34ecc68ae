/**
 * Conditions as literals: two conditions that test the same property of the same history have one key. The relations
 * between keys are the only facts about the meaning of conditions that a certificate can use.
 */
import { text } from './policy.js';
import type { Condition, EventPattern, Json, JsonObject, Monitor, Policy } from './policy.js';
import type { Value } from './truth.js';

/** The place where a condition is evaluated. */
export type Side = 'rules' | 'claim';

/** The value is at least `bound`, or more than that. */
type Bound = { readonly bound: number; readonly isMore: boolean };

/** A tested value, with the points and prefixes at which the result can change. */
type Test = { readonly of: string; readonly points: readonly Json[]; readonly result: (of: unknown) => Value };

/** A lower bound of an amount: the value of a term, or a number of events. */
type Above = Bound & { readonly amount: Json };

/** How one condition follows from another: it is true where the other one is, and if this is an `order`, never less true. */
type Follows = 'truth' | 'order' | undefined;

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
    /** A test of the one value of a term. If that cannot be read, all tests of the term are unknown. */
    readonly test?: Test;
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
    const atLeast = (amount: Json, bound: Bound, test: Partial<Literal> = {}): Literal =>
        literal([amount, bound], isOpposite, { above: { ...bound, amount }, ...test });
    switch (op) {
        case 'monitor':
        case 'recorded':
        case 'count': {
            const of = historyOf(policy, condition);
            const written = op === 'count' ? boundOf(cmp, condition['bound']) : ONE;
            const isCounted = of.kind === (op === 'count' ? op : 'once') && !of.from;
            return isCounted && written
                ? atLeast(eventsOf(of), wholeOf(written))
                : literal(condition, false, op === 'monitor' ? { shows: shownBy(of) } : {});
        }
        case 'compare': {
            if (isAggregate(left) && isAggregate(right) && text(left) > text(right)) {
                const mirrored = { ...condition, cmp: MIRRORED[cmp as string] ?? cmp!, left: right, right: left };
                return literalOf(policy, mirrored, place, isHeld, isEnd);
            }
            const constant = isObject(right) && right['term'] === 'constant' ? [right['value']!] : [];
            const written = boundOf(cmp, constant[0]);
            if (!written) {
                const same = cmp === '==' || cmp === '!=' ? equalTo(left, constant) : {};
                return literal([left, OPPOSITES[cmp as string] ?? cmp, right], isOpposite, same);
            }
            const kind = isAggregate(left) && historyOf(policy, left).kind;
            const bound = kind === 'count' || kind === 'distinct' ? wholeOf(written) : written;
            const result = (of: unknown): Value =>
                typeof of !== 'number' ? 1 : of > bound.bound || (of === bound.bound && !bound.isMore) ? 2 : 0;
            return atLeast(left!, bound, testOf(left, [bound.bound], result));
        }
        default:
            return literal(condition, false, testIn(condition));
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
function operandsOf(policy: Policy, sum: Json): string[] {
    const { left, right, minus } = isObject(sum) ? sum : {};
    const isNatural = (one: Json | undefined): boolean => isAggregate(one) && isNeverNegative(historyOf(policy, one));
    return minus === false ? [left, right].filter((one) => isNatural(one === left ? right : left)).map(text) : [];
}

/** True for counts, and for totals of amounts whose types have no negative values. */
export function isNeverNegative({ kind, bounds }: JsonObject): boolean {
    return kind === 'count' || kind === 'distinct' || (isObject(bounds) && (bounds['min'] as number) >= 0);
}

/**
 * True if no call has all of these values: two exclude each other, or no one value passes all of the tests.
 *
 * @param params the parameters of the call, whose arguments fit them
 */
export function areExcluded(policy: Policy, all: readonly Chosen[], params: readonly JsonObject[] = []): boolean {
    const [a, b] = all as [Chosen, Chosen];
    return (all.length === 2 && (excludes(policy, a, b) || excludes(policy, b, a))) || isNoValue(all, params);
}

function excludes(policy: Policy, [a, first]: Chosen, [b, second]: Chosen): boolean {
    const how = first > second ? followsFrom(policy, a, b) : undefined;
    // The other operand may be unknown, and if this one is, the sum is.
    const isOperand = a.above && b.above && operandsOf(policy, b.above.amount).includes(text(a.above.amount));
    const isOver = first !== 0 && second === 0 && isOperand === true && isAsMuch(a.above, b.above);
    // A machine is in one mode.
    const isElsewhere = second !== 0 && areModes(a.condition, b.condition);
    const isAfter = first !== 1 && second !== 2 && isOfLatest(policy, a.condition, b);
    const isExcluded = how === 'order' || isOver || isAfter || (first === 2 && (how === 'truth' || isElsewhere));
    return a.side === b.side && isExcluded;
}

/** True if the comparison is with a value of the latest of certain events, which is unknown if there was none for certain (M11). */
const isOfLatest = (policy: Policy, { op, left, right }: Condition, { above }: Literal): boolean =>
    [left, right].some((term) => {
        const isLatest = op === 'compare' && isObject(term) && term['term'] === 'latest';
        const seen = isLatest && above && isAsMuch(ONE, above) && latestOf(historyOf(policy, term));
        return seen && isMore(policy, seen, above.amount);
    });

/** The events of which the latest is asked for, of any time, with their keys as those of a monitor. */
function latestOf({ window: _, keys: pairs, ...of }: Monitor): Events {
    const keys = pairs as { readonly event: JsonObject; readonly call: Json }[] | undefined;
    const names = keys?.map(({ event }) => (event['term'] === 'param' ? event['name']! : event));
    return eventsOf({
        ...of,
        event: { ...of.event, ...(names && { keys: names }) },
        ...(keys && { keys: keys.map(({ call }) => call) })
    });
}

const areModes = (a: Condition, b: Condition): boolean =>
    a.op === 'in mode' && b.op === a.op && a['machine'] === b['machine'] && a['mode'] !== b['mode'];

function isNoValue(all: readonly Chosen[], params: readonly JsonObject[]): boolean {
    const tests = all.flatMap(([{ test, side }, value]) => (test ? [{ ...test, key: side + test.of, value }] : []));
    const fits = testOfType(params.find(({ name }) => tests[0]?.of === text({ term: 'param', name })));
    const points = [...tests.flatMap((test) => test.points), ...fits.points];
    const numbers = points.filter((point) => typeof point === 'number').sort((a, b) => a - b);
    const between = numbers.map((one, index) => one / 2 + (numbers[index + 1] ?? one) / 2);
    const whole = numbers.flatMap((one) => [Math.ceil(one) - 1, Math.floor(one) + 1]);
    const texts = points.filter((point) => typeof point === 'string').map((begin) => begin + NOWHERE);
    // A value of each kind: the points, what is between two and beyond them, texts that begin so, and something else.
    const kinds = [...points, ...between, ...whole, -Infinity, Infinity, ...texts, NOWHERE, Symbol()];
    return (
        tests.length > 0 &&
        tests.length === all.length &&
        tests.every(({ key }) => key === tests[0]!.key) &&
        (fits.test || tests.some(({ value }) => value !== 1)) &&
        !text(points).includes(NOWHERE) &&
        !kinds.some((one) => fits.test?.(one) !== false && tests.every(({ result, value }) => result(one) === value))
    );
}

/** The test of the values of a parameter that in each call is a number, or one of some values; and the points of the test. */
function testOfType({ type = {}, optional }: JsonObject = {}): { points: Json[]; test?: (of: unknown) => boolean } {
    const { kind, values = [], ...range } = type as { kind: string; values?: Json[]; min?: number; max?: number };
    const { min = -Infinity, max = Infinity } = range;
    const isOne = (of: unknown): boolean => values.includes(of as Json);
    const isNumber = (of: unknown): boolean =>
        typeof of === 'number' && of >= min && of <= max && !(kind === 'int' && of % 1);
    const isKnown = optional === false && ['literals', 'int', 'number', 'decimal'].includes(kind);
    return { points: [...values, min, max], ...(isKnown && { test: kind === 'literals' ? isOne : isNumber }) };
}

/** How the second condition follows from the first. */
function followsFrom(policy: Policy, a: Literal, b: Literal): Follows {
    const { above } = b;
    const shown = above ? (a.above ? [a.above] : (a.shows ?? [])) : [];
    const found = shown.map((one) => (isAsMuch(one, above!) ? isMore(policy, one.amount, above!.amount) : undefined));
    const entered = isOnceEntered(policy, a.condition, b) ? 'truth' : undefined;
    const inParts = isLessInParts(policy, a.condition, b.condition) ? 'order' : undefined;
    return (['order', 'truth'] as const).find((how) => [...found, entered, inParts].includes(how));
}

/** True if the first condition is never truer than the second, where both are asked of the same event or element. */
function isLess(policy: Policy, a: Condition, b: Condition): boolean {
    const parts = ({ args }: Condition): Condition[] => (args ?? []) as Condition[];
    if (text(a) === text(b) || isAlways(b)) {
        return true;
    }
    if (a.op === 'or') {
        return parts(a).every((one) => isLess(policy, one, b));
    }
    const isInParts =
        (a.op === 'and' && parts(a).some((one) => isLess(policy, one, b))) ||
        (b.op === 'or' && parts(b).some((one) => isLess(policy, a, one))) ||
        (b.op === 'and' && parts(b).every((one) => isLess(policy, a, one)));
    const [one, other] = [a, b].map((of) => literalOf(policy, of, 'rules', false)) as [Literal, Literal];
    return isInParts || (!one.isNegated && !other.isNegated && followsFrom(policy, one, other) === 'order');
}

/** True if the first condition is never truer than the second, which has the same form. */
function isLessInParts(policy: Policy, a: Condition, b: Condition): boolean {
    const isAlike = ['op', 'term', 'canonical', 'list', 'level'].every((field) => text(a[field]) === text(b[field]));
    if (a.op === 'from' && isAlike) {
        const [part, whole] = [a, b].map(({ source }) => policy.sources![source as number]!) as [Monitor, Monitor];
        const areResults = [part, whole].every(({ kind, across }) => kind === 'result' && across !== true);
        const isInside = ['[]', text(part['fields'])].includes(text(whole['fields']));
        return areResults && isInside && isPart(policy, part.event, whole.event, []);
    }
    const isOfElements = (a.op === 'every' || a.op === 'some') && isAlike;
    return isOfElements && isLess(policy, a['arg'] as Condition, b['arg'] as Condition);
}

/** How the second history has at least as many events as the first. */
function areMore(policy: Policy, a: Events, b: Events): Follows {
    // The attempt of a call may be older than its release.
    const wider = b.window === undefined ? OF_RELEASE : ['released'];
    const isPlace = (field: string): boolean => !b[field] || text(a[field]) === text(b[field]);
    const areAll =
        (a.window ?? Infinity) <= (b.window ?? Infinity) &&
        ['keys', 'sameCall', 'asked'].every(isPlace) &&
        // The history of a session is part of that of all sessions, but in others, agents may not act for others.
        (Boolean(a['across']) === Boolean(b['across']) ||
            (b['across'] === true && typeof a.event.agents !== 'string')) &&
        isPart(policy, a.event, b.event, wider);
    const areAlike = ['keys', 'sameCall', 'asked'].every((field) => text(a[field]) === text(b[field]));
    return areAll ? (areAlike ? 'order' : 'truth') : undefined;
}

/** How the second amount is at least the first: it counts, or adds up, at least these events. */
function isMore(policy: Policy, a: Json, b: Json): Follows {
    if (text(a) === text(b)) {
        return 'order';
    }
    const [first, second] = [a, b].map((one) => (isObject(one) ? one : {})) as [JsonObject, JsonObject];
    if (first['minus'] === false && second['minus'] === false) {
        const parts = ['left', 'right'].map((side) => isMore(policy, first[side]!, second[side]!));
        return parts.includes(undefined) ? undefined : parts.includes('truth') ? 'truth' : 'order';
    }
    const [one, other] = [first, second].map((term) => {
        const of = isAggregate(term) ? historyOf(policy, term) : undefined;
        return of ? { ...eventsOf(of), from: of.from, kind: of.kind, value: of['value'], bounds: of['bounds'] } : term;
    }) as [Events, Events];
    const isSame = (field: string): boolean => text(one[field]) === text(other[field]);
    const areSums = one.event && other.event && !one['from'] && ['kind', 'value', 'bounds', 'from'].every(isSame);
    return areSums && isNeverNegative(other) ? areMore(policy, one, withZeros(other)) : undefined;
}

/** The events with those that add nothing to a total. An amount that cannot be read may be zero, or may be no event of it. */
function withZeros(of: Events): Events {
    const { where } = of.event;
    const parts = where.op === 'and' ? (where['args'] as Condition[]) : [where];
    const args = parts.filter((part) => text(part) !== text(isPositive(of['value']!)));
    const areZeros = of.kind === 'total' && (of['bounds'] as JsonObject)['min'] === 0;
    return areZeros ? { ...of, event: { ...of.event, where: { op: 'and', args } } } : of;
}

export const isPositive = (left: Json): Condition => ({
    op: 'compare',
    cmp: '>',
    left,
    right: { term: 'constant', value: 0 }
});

const isAsMuch = (a: Bound, b: Bound): boolean => a.bound > b.bound || (a.bound === b.bound && (a.isMore || !b.isMore));

/**
 * True if a machine that is in the mode certainly entered it by an event of a history: it is not the first mode, time does not enter it,
 * and each event that does is one of the history. That the mode was entered, and when, is certain where each change of the machine is.
 */
function isOnceEntered(policy: Policy, { op, machine, mode }: Condition, { above }: Literal): boolean {
    const { kind: _, event, window = Infinity, ...others } = (above?.amount ?? {}) as Events;
    const of = op === 'in mode' && event && above?.bound === 1 ? policy.machines![machine as number]! : undefined;
    const areOther = [event?.agents, of?.['across'], ...Object.values(others)].some(Boolean);
    if (!of || areOther || of.initial === mode || of.modes.some(({ lasts }) => lasts?.returnTo === mode)) {
        return false;
    }
    const selected = ((event['outside'] ?? []) as number[]).map((index) => policy.outsideEvents[index]!['mode']);
    const isOfMode = selected.some((one) => text(one) === text({ machine, mode })) && isAlways(event.where);
    const isInTime = (of.modes[mode as number]!.lasts?.seconds ?? Infinity) <= window;
    // The approval of another call may serve, and what it asks of the history, a change asks at the release.
    const isReused = policy.rules.some(({ per }) => per);
    return of.transitions.every(({ to, event: by, when }) => {
        const isPlain = ['approved', 'released'].includes(by.status) && [by.where, when].every(isAlways);
        const isCertain =
            isPlain && !by['outside'] && !by.tools.includes(1) && !policy.tools.some(({ mayDo }) => mayDo);
        const isEntered = isOfMode && isCertain && (to === mode ? isInTime : window === Infinity);
        // A transition on an approval is taken at the release.
        const done = by.status === 'approved' && event.status !== by.status ? { ...by, status: 'released' } : by;
        const isSeen = !isOfMode && window === Infinity && (to !== mode || isPart(policy, done, event, ['released']));
        const isLater = isReused || !readsOnlyCall(event.where);
        return isEntered || (isSeen && !(isLater && event.status === 'approved'));
    });
}

export const TRUE: Condition = { op: 'constant', value: 2 };

export const isAlways = ({ op, value }: Condition): boolean => op === 'constant' && value === 2;

/**
 * True if every event of the first pattern is one of the second.
 *
 * @param wider what a call of another status also counts as: before it ends it is released, and before that attempted
 */
function isPart(policy: Policy, a: EventPattern, b: EventPattern, wider: readonly string[]): boolean {
    // The history at the attempt differs from the history at the release, and at the attempt there is no result yet.
    const isSameThen = b.status !== 'attempted' || readsOnlyCall(b.where);
    const isWider = isSameThen && wider.includes(b.status) && (EARLIER[a.status] ?? []).includes(b.status);
    return (
        (a.status === b.status || isWider) &&
        a.tools.every((value, tool) => value <= (b.tools[tool] ?? 0)) &&
        ['agents', 'keys', 'humans'].every((field) => b[field] === undefined || text(a[field]) === text(b[field])) &&
        ['outside', 'answers'].every((field) => text(a[field]) === text(b[field])) &&
        isLess(policy, a.where, b.where)
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

const isObject = (value: Json | undefined): value is JsonObject =>
    typeof value === 'object' && value !== null && !Array.isArray(value);

const ONE: Bound = { bound: 1, isMore: false };

/** At least so many, for a number without fractions. */
function wholeOf({ bound, isMore }: Bound): Bound {
    return { bound: isMore ? Math.floor(bound) + 1 : Math.ceil(bound), isMore: false };
}

/** The history that a condition or term asks about. */
export const historyOf = ({ monitors, recorders }: Policy, { monitor, recorder }: JsonObject): Monitor =>
    monitor === undefined ? (recorders![recorder as number] as Monitor) : monitors[monitor as number]!;

/** The events that a history counts, as what distinguishes them from others. */
type Events = Pick<Monitor, 'kind' | 'event' | 'keys' | 'window'> & JsonObject;

function eventsOf({ event, keys, window, across, asked, sameCall }: Monitor): Events {
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
