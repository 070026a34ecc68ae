/**
 * Conditions as literals: two conditions that test the same property of the same history have one key. The relations
 * between keys are the only facts about the meaning of conditions that a certificate can use.
 */
import type { Condition, EventPattern, Json, JsonObject, Monitor, Policy } from './policy.js';

/** The place where a condition is evaluated. */
export type Side = 'rules' | 'claim';

export interface Literal {
    readonly key: string;
    /** True if the condition is the negation of the one that the key represents. */
    readonly isNegated: boolean;
    /** The places at which the condition is evaluated and has this value. */
    readonly side: Side | 'both';
    /** True if the history contains at least this many events. */
    readonly least?: { readonly events: number; readonly of: Monitor };
    /** True if the value is at least `bound`, or greater. */
    readonly above?: { readonly value: string; readonly bound: number; readonly isMore: boolean };
}

/** @param isHeld true if the call may be held before it is released */
export function literalOf(policy: Policy, condition: Condition, place: Side, isHeld: boolean): Literal {
    const side = isSeenOtherwise(policy, condition, isHeld) ? place : 'both';
    const { left, right, cmp, bound } = condition;
    if (condition.op === 'monitor' || condition.op === 'count') {
        const monitor = policy.monitors[condition['monitor'] as number]!;
        const asked = condition.op === 'monitor' ? { bound: 1, isMore: false, isNegated: false } : above(cmp, bound);
        const isCounted = monitor.kind === (condition.op === 'monitor' ? 'once' : 'count') && !monitor.from;
        if (asked && isCounted) {
            const events = asked.isMore ? asked.bound + 1 : asked.bound;
            if (events >= 1) {
                const key = text(['at least', events, historyOf(monitor)]);
                return { key: `${side} ${key}`, isNegated: asked.isNegated, side, least: { events, of: monitor } };
            }
        }
    }
    if (condition.op === 'compare') {
        const asked = isObject(right) && right['term'] === 'constant' ? above(cmp, right['value']) : undefined;
        if (asked) {
            const { isNegated, ...rest } = asked;
            const value = text(left);
            return { key: `${side} ${text([value, rest])}`, isNegated, side, above: { value, ...rest } };
        }
        const opposite = OPPOSITES[cmp as string];
        return { key: `${side} ${text([left, opposite ?? cmp, right])}`, isNegated: opposite !== undefined, side };
    }
    return { key: `${side} ${text(condition)}`, isNegated: false, side };
}

/** True if the first is never truer than the second, in the order false < unknown < true. */
export function implies(a: Literal, b: Literal): boolean {
    if (a.side !== b.side) {
        return false;
    }
    if (a.least && b.least) {
        const [first, second] = [a.least.of, b.least.of];
        return (
            a.least.events >= b.least.events &&
            (first.window ?? Infinity) <= (second.window ?? Infinity) &&
            isPart(first.event, second.event, second.window === undefined) &&
            text(readingOf(first)) === text(readingOf(second))
        );
    }
    return (
        a.above !== undefined &&
        a.above.value === b.above?.value &&
        (a.above.bound > b.above.bound || (a.above.bound === b.above.bound && (a.above.isMore || !b.above.isMore)))
    );
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
        (text(a.where) === text(b.where) || (b.where.op === 'constant' && b.where['value'] === 2)) &&
        ['outside', 'keys', 'humans', 'answers'].every((field) => text(a[field]) === text(b[field]))
    );
}

/** For each status, the statuses that a call with it has had. */
const EARLIER: Readonly<Record<string, readonly string[]>> = {
    succeeded: ['released', 'attempted'],
    failed: ['released', 'attempted'],
    released: ['attempted']
};

/** True if the condition reads only the call itself. */
function readsOnlyCall(part: Json | undefined): boolean {
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

/** The conditions and terms that read only the call, unless one of their parts reads more. */
const OF_CALL: readonly Json[] = [
    ...[
        'constant',
        'not',
        'and',
        'or',
        'compare',
        'in',
        'host in',
        'host within',
        'path within',
        'matches',
        'starts with'
    ],
    ...['contains', 'every', 'some', 'any text', 'given', 'redirects', 'command starts with', 'caller is', 'tool is'],
    ...['param', 'host', 'length', 'field', 'part', 'commands', 'sum', 'element']
];

/**
 * A held call is decided without its own attempt, hold and approvals, but a claim judges it with them (M4, M20). A
 * condition that can tell the difference therefore has one value for the rules and another for the claim.
 */
function isSeenOtherwise(policy: Policy, condition: Condition, isHeld: boolean): boolean {
    return condition.op === 'approved by' || (isHeld && readsHolds(policy, condition));
}

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

/** A comparison with a number as a lower bound, or the negation of one; undefined for `==` and `!=`. */
function above(
    cmp: Json | undefined,
    bound: Json | undefined
): { readonly bound: number; readonly isMore: boolean; readonly isNegated: boolean } | undefined {
    return typeof bound === 'number' && typeof cmp === 'string' && ['>=', '>', '<', '<='].includes(cmp)
        ? { bound, isMore: cmp === '>' || cmp === '<=', isNegated: cmp.startsWith('<') }
        : undefined;
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
