/** Relations between conditions: which values of them no call has together. */
import { Equalities, type Fact, isNoOrder, listedIn } from './equalities.js';
import { eventsOf, type Events, historyOf, isAggregate, isAlways, isNeverNegative } from './literals.js';
import { isPositive, type Literal, literalOf, ONE, type Chosen, readsOnlyCall } from './literals.js';
import { isObject, text } from './policy.js';
import type { Condition, EventPattern, Json, JsonObject, Monitor, Policy } from './policy.js';
import { type Bound, isNoValue, typeOf } from './tests.js';
import type { Value } from './truth.js';

/** How one condition follows from another: it is true where the other one is, and if this is an `order`, never less true. */
type Follows = 'truth' | 'order' | undefined;

/** The operands of a sum with something that is never negative. */
function operandsOf(policy: Policy, sum: Json): string[] {
    const { left, right, minus } = isObject(sum) ? sum : {};
    const isNatural = (one: Json | undefined): boolean => isAggregate(one) && isNeverNegative(historyOf(policy, one));
    return minus === false ? [left, right].filter((one) => isNatural(one === left ? right : left)).map(text) : [];
}

/**
 * True if no call has all of these values.
 *
 * @param params the parameters of the call, whose arguments fit them
 */
export function areExcluded(policy: Policy, all: readonly Chosen[], params: readonly JsonObject[] = []): boolean {
    const places = all.some(([{ side }]) => side !== 'both') ? (['rules', 'claim'] as const) : (['both'] as const);
    return places.some((place) => {
        const here = all.filter(([{ side }]) => side === 'both' || side === place);
        return areExcludedHere(policy, here, params);
    });
}

/** The same, for conditions that are asked at one place, so that equal terms have the same value. */
function areExcludedHere(policy: Policy, all: readonly Chosen[], params: readonly JsonObject[]): boolean {
    const tests = all.flatMap(([literal, value]) => (literal.tests ?? []).map((test) => [test, value] as const));
    const ofValues = [...new Set(tests.map(([{ of }]) => of))].map((value) => tests.filter(([{ of }]) => of === value));
    if (
        all.some((one) => all.some((other) => excludes(policy, one, other))) ||
        ofValues.some((ofValue) => isNoValue(ofValue, params))
    ) {
        return true;
    }
    const facts = all.map(([{ condition, isNegated }, value]): Fact => [
        condition,
        isNegated ? negation(value) : value
    ]);
    const equal = new Equalities(facts);
    const also = (more: readonly Fact[]): boolean => {
        const literals = more.map(([condition]) => literalOf(policy, equal.in(condition), 'rules', false));
        const given = literals.map((literal, at): Chosen => {
            const value = more[at]![1];
            return [literal, literal.isNegated ? negation(value) : value];
        });
        return areExcludedHere(policy, given, params);
    };
    const isThere = (term: Json): boolean => typeOf(term as JsonObject, params).isThere;
    const isUnread = ([{ op, cmp, left, right }, value]: Fact): boolean =>
        op === 'compare' && value === 1 && '==!='.includes(cmp as string) && isThere(left!) && isThere(right!);
    if (facts.some(isUnread) || isNoOrder(facts)) {
        return true;
    }
    if (equal.others.size > 0) {
        return also(facts);
    }
    return listedIn(facts)?.every((one) => also([...facts, [one, 2]])) ?? false;
}

const negation = (value: Value): Value => (2 - value) as Value;

function excludes(policy: Policy, [a, first]: Chosen, [b, second]: Chosen): boolean {
    const how = first > second ? followsFrom(policy, a, b) : undefined;
    // The other operand may be unknown, and if this one is, the sum is.
    const isOperand = a.above && b.above && operandsOf(policy, b.above.amount).includes(text(a.above.amount));
    const isOver = first !== 0 && second === 0 && isOperand === true && isAsMuch(a.above, b.above);
    // A machine is in one mode.
    const isElsewhere = second !== 0 && areModes(a.condition, b.condition);
    const isAfter = first !== 1 && second !== 2 && isOfLatest(policy, a.condition, b);
    return how === 'order' || isOver || isAfter || (first === 2 && (how === 'truth' || isElsewhere));
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

/** How the second condition follows from the first. */
function followsFrom(policy: Policy, a: Literal, b: Literal): Follows {
    const { above } = b;
    const shown = above ? (a.above ? [a.above] : (a.shows ?? [])) : [];
    const found = shown.map((one) => (isAsMuch(one, above!) ? isMore(policy, one.amount, above!.amount) : undefined));
    const entered = a.condition.op === 'in mode' && isOnceEntered(policy, a.condition, b) ? 'truth' : undefined;
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
    const isAlike =
        ['from', 'every', 'some'].includes(a.op) &&
        ['op', 'term', 'canonical', 'list', 'level'].every((field) => text(a[field]) === text(b[field]));
    if (a.op === 'from' && isAlike) {
        const [part, whole] = [a, b].map(({ source }) => policy.sources![source as number]!) as [Monitor, Monitor];
        const areResults = [part, whole].every(({ kind, across }) => kind === 'result' && across !== true);
        const isInside = ['[]', text(part['fields'])].includes(text(whole['fields']));
        return areResults && isInside && isPart(policy, part.event, whole.event, []);
    }
    return isAlike && a.op !== 'from' && isLess(policy, a['arg'] as Condition, b['arg'] as Condition);
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

const isAsMuch = (a: Bound, b: Bound): boolean => a.bound > b.bound || (a.bound === b.bound && (a.isMore || !b.isMore));

/**
 * True if a machine that is in the mode certainly entered it by an event of a history: it is not the first mode, time does not enter it,
 * and each event that does is one of the history. That the mode was entered, and when, is certain where each change of the machine is.
 */
function isOnceEntered(policy: Policy, { machine, mode }: Condition, { above }: Literal): boolean {
    const { kind: _, event, window = Infinity, ...others } = (above?.amount ?? {}) as Events;
    const of = event && above?.bound === 1 ? policy.machines![machine as number]! : undefined;
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
