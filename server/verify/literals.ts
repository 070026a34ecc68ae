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

export interface Literal {
    readonly key: string;
    /** True if the condition is the negation of the one that the key represents. */
    readonly isNegated: boolean;
    /** The places at which the condition is evaluated and has this value. */
    readonly side: Side | 'both';
    /** True if the history contains at least this many events. */
    readonly least?: { readonly events: number; readonly of: Monitor };
    /** A bound of a value. A sum is no less than its `parts`, as the other one is not negative. */
    readonly above?: Bound & { readonly value: string; readonly parts: readonly string[] };
    /** A test of the one value of a term. If that cannot be read, all tests of the term are unknown. */
    readonly test?: {
        readonly of: string;
        readonly points: readonly Json[];
        readonly result: (value: unknown) => Value;
    };
    /** The caller is in a mode. */
    readonly mode?: { readonly machine: number; readonly mode: number };
}

/** A literal with a value of what its key stands for. */
export type Chosen = readonly [literal: Literal, value: Value];

/** @param isHeld true if the call may be held before it is released */
export function literalOf(policy: Policy, condition: Condition, place: Side, isHeld: boolean): Literal {
    const { op, left, right, cmp } = condition;
    // A held call is decided without its own attempt, hold and approvals, and a claim is judged with them (M4, M20): what can tell
    // the difference has a value for the rules and another one for the claim.
    const side = op === 'approved by' || (isHeld && readsHolds(policy, condition)) ? place : 'both';
    const literal = (asked: unknown, isNegated: boolean, more: Partial<Literal> = {}): Literal => ({
        key: `${side} ${text(asked)}`,
        isNegated,
        side,
        ...more
    });
    switch (op) {
        case 'monitor':
        case 'count': {
            const of = policy.monitors[condition['monitor'] as number]!;
            const least = op === 'monitor' ? { bound: 1, isMore: false } : boundOf(cmp, condition['bound']);
            const isCounted = of.kind === (op === 'monitor' ? 'once' : op) && !of.from;
            const events =
                least && isCounted ? (least.isMore ? Math.floor(least.bound) + 1 : Math.ceil(least.bound)) : 0;
            const isLess = op === 'count' && OPPOSITES[cmp as string] !== undefined;
            return events < 1
                ? literal(condition, false)
                : literal(['at least', events, historyOf(of)], isLess, { least: { events, of } });
        }
        case 'compare': {
            const constant = isObject(right) && right['term'] === 'constant' ? [right['value']!] : [];
            const bound = boundOf(cmp, constant[0]);
            const opposite = OPPOSITES[cmp as string];
            const isNegated = opposite !== undefined;
            if (!bound) {
                const isSame = cmp === '==' || cmp === '!=';
                return literal([left, opposite ?? cmp, right], isNegated, isSame ? equalTo(left, constant) : {});
            }
            const result = (of: unknown): Value =>
                typeof of !== 'number' ? 1 : of > bound.bound || (of === bound.bound && !bound.isMore) ? 2 : 0;
            return literal([text(left), bound], isNegated, {
                above: { ...bound, value: text(left), parts: operandsOf(policy, left) },
                ...testOf(left, [bound.bound], result)
            });
        }
        case 'in':
            return literal(condition, false, equalTo(condition['term'], condition['values'] as Json[]));
        case 'in mode':
            return literal(condition, false, { mode: condition as unknown as NonNullable<Literal['mode']> });
        default:
            return literal(condition, false);
    }
}

/** A test for equality with one of the values. Lists and records have other ways to be equal. */
function equalTo(term: Json | undefined, values: readonly Json[]): Partial<Literal> {
    const areSingle = values.length > 0 && values.every((one) => one !== null && typeof one !== 'object');
    return areSingle ? testOf(term, values, (of) => (values.includes(of as string) ? 2 : 0)) : {};
}

/** Sums, counts and totals are intervals, of which one test may be unknown and another not. */
function testOf(term: Json | undefined, points: readonly Json[], result: (of: unknown) => Value): Partial<Literal> {
    return /"term":"(sum|aggregate)"/.test(text(term)) ? {} : { test: { of: text(term), points, result } };
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
    return (
        a.side === b.side &&
        ((first > second && implies(a, b)) ||
            (first === 2 && second !== 2 && isOnceEntered(policy, a, b)) ||
            // The other operand may be unknown, and if this one is, the sum is.
            (first !== 0 &&
                second === 0 &&
                b.above?.parts.includes(a.above?.value ?? '') === true &&
                isAsMuch(a.above!, b.above)))
    );
}

function isNoValue(all: readonly Chosen[]): boolean {
    const tests = all.flatMap(([{ test, side }, value]) => (test ? [{ ...test, of: side + test.of, value }] : []));
    const points = tests.flatMap(({ points }) => points);
    const numbers = points.filter((point) => typeof point === 'number').sort((a, b) => a - b);
    const between = numbers.map((one, index) => one / 2 + (numbers[index + 1] ?? one) / 2);
    // A value of each kind: the points, what is between two and beyond them, and something else.
    const values = [...points, ...between, -Infinity, Infinity, Symbol()];
    return (
        tests.length > 0 &&
        tests.length === all.length &&
        tests.every(({ of }) => of === tests[0]!.of) &&
        tests.some(({ value }) => value !== 1) &&
        !values.some((one) => tests.every(({ result, value }) => result(one) === value))
    );
}

/** True if the first is never truer than the second, in false < unknown < true. */
function implies(a: Literal, b: Literal): boolean {
    if (a.least && b.least) {
        const [first, second] = [a.least.of, b.least.of];
        return (
            a.least.events >= b.least.events &&
            (first.window ?? Infinity) <= (second.window ?? Infinity) &&
            isPart(first.event, second.event, second.window === undefined) &&
            // The history of a session is part of that of all sessions.
            text(readingOf({ ...first, across: second.across ?? first.across! })) === text(readingOf(second))
        );
    }
    return a.above !== undefined && a.above.value === b.above?.value && isAsMuch(a.above, b.above);
}

function isAsMuch(a: Bound, b: Bound): boolean {
    return a.bound > b.bound || (a.bound === b.bound && (a.isMore || !b.isMore));
}

/**
 * True if a machine that is in the mode certainly entered it within the window of a history: the mode does not last longer, it is not
 * the first one, nothing else is entered, and never by a transition that only may be taken.
 */
function isOnceEntered({ machines, outsideEvents }: Policy, { mode }: Literal, { least }: Literal): boolean {
    const { initial, modes, transitions, across } = machines?.[mode?.machine ?? -1] ?? {};
    if (!mode || least?.events !== 1 || initial === mode.mode || across === true) {
        return false;
    }
    const { event, keys, perAgent, window = Infinity } = least.of;
    const { seconds = Infinity } = ((modes as JsonObject[])[mode.mode]!['lasts'] ?? {}) as { seconds?: number };
    const isOfMode = (entered: Json | undefined): boolean =>
        isObject(entered) && entered['machine'] === mode.machine && entered['mode'] === mode.mode;
    return (
        seconds <= window &&
        !keys &&
        !perAgent &&
        event.agents === undefined &&
        isAlways(event.where) &&
        ((event['outside'] ?? []) as number[]).some((index) => isOfMode(outsideEvents[index]!['mode'])) &&
        (transitions as { readonly to: number; readonly event: EventPattern; readonly when: Condition }[]).every(
            ({ to, event: { status, where, tools, outside }, when }) =>
                to === mode.mode &&
                (status === 'approved' || status === 'released') &&
                [where, when].every(isAlways) &&
                !outside &&
                !tools.includes(1)
        )
    );
}

export function isAlways({ op, value }: Condition): boolean {
    return op === 'constant' && value === 2;
}

/**
 * True if every event of the first pattern is one of the second.
 *
 * @param isEver true if the time of an event does not matter: a call is attempted before it is released, and released before it ends
 */
function isPart(a: EventPattern, b: EventPattern, isEver: boolean): boolean {
    // The history at the attempt differs from the history at the release, and at the attempt there is no result yet.
    const isSameThen = b.status !== 'attempted' || readsOnlyCall(b.where);
    const isWider = isEver && isSameThen && (EARLIER[a.status] ?? []).includes(b.status);
    return (
        (a.status === b.status || isWider) &&
        a.tools.every((value, tool) => value <= (b.tools[tool] ?? 0)) &&
        (b.agents === undefined || text(a.agents) === text(b.agents)) &&
        (text(a.where) === text(b.where) || isAlways(b.where)) &&
        ['outside', 'keys', 'humans', 'answers'].every((field) => text(a[field]) === text(b[field]))
    );
}

/** What a call has been if it has this status. */
const OF_RELEASE = ['released', 'attempted'];
const EARLIER: Readonly<Record<string, readonly string[]>> = {
    succeeded: OF_RELEASE,
    failed: OF_RELEASE,
    released: ['attempted']
};

/** True if the condition reads nothing but the call itself. */
export function readsOnlyCall(part: Json | undefined): boolean {
    if (Array.isArray(part)) {
        return part.every(readsOnlyCall);
    }
    if (!isObject(part)) {
        return true;
    }
    const { op, term, value: _, values: __, ...others } = part;
    return (
        (op === undefined || OF_CALL.includes(op)) &&
        (typeof term !== 'string' || OF_CALL.includes(term)) &&
        [...Object.values(others), ...(isObject(term) ? [term] : [])].every(readsOnlyCall)
    );
}

/** The conditions and terms that read nothing else, unless a part of them does. */
const OF_CALL: readonly unknown[] = [
    ...'constant,not,and,or,compare,in,host in,host within,path within,matches,starts with,contains'.split(','),
    ...'every,some,any text,given,redirects,command starts with,caller is,tool is'.split(','),
    ...'param,host,length,field,part,commands,sum,element'.split(',')
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
        const { monitor, recorder, machine, status, outside, op } = part as JsonObject;
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

function isObject(value: Json | undefined): value is JsonObject {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The properties that distinguish two histories. */
function historyOf(monitor: Monitor): Json {
    const { text: _, ...event } = monitor.event;
    return [event, monitor.window ?? null, readingOf(monitor)];
}

/** The way in which a decided call selects the history. */
function readingOf({ keys, across, perAgent }: Monitor): Json {
    return [keys ?? null, across ?? false, perAgent];
}

function text(value: unknown): string {
    return JSON.stringify(value ?? null);
}
