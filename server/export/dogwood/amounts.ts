/**
 * Compares numbers of events, numbers of distinct values, and sums with a constant. Each is an interval (M3), and each
 * side uses one of its ends.
 */
import type { Comparator, Condition, Param, Term } from '../../model/policy/policy.js';
import { MIRRORED } from '../../model/policy/comparators.js';
import { FALSE, mayBe, mustBe } from '../../model/policy/truth.js';
import { type ConditionContext, joined, negated, type Side, TRUE_TEXT } from '../cedar/conditions.js';
import { field } from './events.js';
import { anyOf, type History, ofMonitor, ofRecorder, otherSide, unasked, whereKnown } from './histories.js';
import { type OccurrenceText, occurrences } from './occurrences.js';
import { all, exists, formerly, fromOn, some } from './temporal.js';
import { none } from './truths.js';

/** The condition as an operand of Cedar; undefined if it is not a quantity over the history. */
export function amountIs(condition: Condition, side: Side, asking: ConditionContext): string | undefined {
    const { policy } = asking;
    if (condition.op === 'count') {
        const history = ofMonitor(policy.monitors[condition.monitor]!);
        return compared(condition.cmp, condition.bound, side, (least, of) => atLeast(history, least, of, asking));
    }
    if (condition.op !== 'compare') {
        return undefined;
    }
    const [amount, cmp, bound] = isAmount(condition.left)
        ? [condition.left, condition.cmp, condition.right]
        : [condition.right, MIRRORED[condition.cmp], condition.left];
    if (!isAmount(amount)) {
        return undefined;
    }
    const [recorder, more] = partsOf(amount);
    if (bound.term !== 'constant' || typeof bound.value !== 'number' || recorder === undefined) {
        return unasked(OTHER_AMOUNTS, side, asking);
    }
    const history = ofRecorder(policy, recorder);
    return compared(cmp, bound.value, side, (least, of) => atLeast(history, least, of, asking, more));
}

const OTHER_AMOUNTS = 'such amounts';

function isAmount(term: Term): boolean {
    return term.term === 'aggregate' || (term.term === 'sum' && (isAmount(term.left) || isAmount(term.right)));
}

/**
 * The recorder of a plain aggregate or of `total(E.x) + x`, with the summand; undefined if the term has another form.
 */
function partsOf(term: Term): readonly [recorder: number | undefined, more?: Term] {
    if (term.term === 'aggregate') {
        return [term.recorder];
    }
    if (term.term !== 'sum' || term.minus) {
        return [undefined];
    }
    const [aggregate, more] = isAmount(term.left) ? [term.left, term.right] : [term.right, term.left];
    return aggregate.term === 'aggregate' && more.term === 'param' ? [aggregate.recorder, more] : [undefined];
}

/** Compares whole numbers, possibly with a number that is not whole. */
function compared(
    cmp: Comparator,
    bound: number,
    side: Side,
    isAtLeast: (least: number, side: Side) => string
): string {
    switch (cmp) {
        case '>=':
            return isAtLeast(Math.ceil(bound), side);
        case '>':
            return isAtLeast(Math.floor(bound) + 1, side);
        case '<':
            return negated(isAtLeast(Math.ceil(bound), otherSide(side)));
        case '<=':
            return negated(isAtLeast(Math.floor(bound) + 1, otherSide(side)));
        case '==':
            return joined('&&', [compared('>=', bound, side, isAtLeast), compared('<=', bound, side, isAtLeast)]);
        case '!=':
            return negated(compared('==', bound, otherSide(side), isAtLeast));
    }
}

function atLeast(history: History, least: number, side: Side, asking: ConditionContext, more?: Term): string {
    return whereKnown(history, side, asking, () => atLeastIn(history, least, side, asking, more));
}

function atLeastIn(history: History, least: number, side: Side, asking: ConditionContext, more?: Term): string {
    if (!Number.isSafeInteger(least) || history.kind === 'total distinct') {
        return unasked(OTHER_AMOUNTS, side, asking);
    }
    if (more === undefined && least <= 0 && history.kind !== 'total') {
        return TRUE_TEXT;
    }
    switch (history.kind) {
        case 'count':
            return more === undefined ? countIs(history, least, side, asking) : unasked(OTHER_AMOUNTS, side, asking);
        case 'distinct':
            return more === undefined ? distinctIs(history, least, side, asking) : unasked(OTHER_AMOUNTS, side, asking);
        default:
            return totalIs(history, least, side, asking, more);
    }
}

function countIs({ event, from, window }: History, least: number, side: Side, asking: ConditionContext): string {
    const each = occurrences(event, side, asking, { each: least === 1 && !from });
    const excluded = from ? none(from, side, asking, [fromOn('t')]) : [];
    return anyOf(each && excluded && counted(each, window, excluded, least), side);
}

function counted(
    each: readonly OccurrenceText[],
    window: number | undefined,
    excluded: readonly string[],
    least: number
): string[] {
    if (least === 1) {
        return each.map((occurred) =>
            excluded.length === 0
                ? occurred(window, [])
                : exists('t', 'Timepoint', [occurred(window, ['tp(t)']), ...excluded])
        );
    }
    const [first] = each;
    if (!first) {
        return [];
    }
    const points =
        each.length === 1
            ? [first(window, ['tp(t)'])]
            : [formerly(window, ['tp(t)']), some(each.map((occurred) => occurred(window, ['tp(t)'])))];
    return [`(count for (t: Timepoint). where (${all([...points, ...excluded])})) >= ${least}`];
}

function distinctIs(history: History, least: number, side: Side, asking: ConditionContext): string {
    const value = valueIn(history, asking);
    const each = !history.from && value && occurrences(history.event, side, asking, { each: true });
    const [only, other] = each || [];
    if (!value || !each || other || (side === 'may' && !value.isAlwaysThere)) {
        return unasked(OTHER_AMOUNTS, side, asking);
    }
    const text = only?.(history.window, [], [`${value.path}: v`]);
    return anyOf(text === undefined ? [] : [`(count for (v: ${value.type}). where (${text})) >= ${least}`], side);
}

/**
 * A sum of amounts that are never negative. With `more`, it includes the amount of the decided call: the call is one of
 * the events if it matches, and without its amount the sum is smaller.
 */
function totalIs(history: History, least: number, side: Side, asking: ConditionContext, more?: Term): string {
    const value = valueIn(history, asking);
    const withNow = more !== undefined && side === 'may';
    const each = !history.from && value && occurrences(history.event, side, asking, { each: true, withNow });
    const [only, other] = each || [];
    const isOwn = isOneItself(history, asking, more);
    if (!value?.isNeverNegative || !each || other || !value.isAlwaysThere || (more && !isOwn)) {
        return unasked(OTHER_AMOUNTS, side, asking);
    }
    if (least <= 0) {
        return TRUE_TEXT;
    }
    // A request with a smaller amount does not fit its tool, and was denied.
    const text = only?.(history.window, ['tp(t)', 'v >= 0'], [`${value.path}: v`]);
    return anyOf(
        text === undefined ? [] : [`(sum v for (v: Long), (t: Timepoint). where (${text})) >= ${least}`],
        side
    );
}

interface Summand {
    readonly path: string;
    readonly type: string;
    readonly isAlwaysThere: boolean;
    readonly isNeverNegative: boolean;
}

/** The value that is summed or distinguished, if the events are calls of one tool. */
function valueIn({ value, event: { event } }: History, asking: ConditionContext): Summand | undefined {
    const [tool, other] = event.tools.flatMap((isMeant, index) => (mayBe(isMeant) ? [index] : []));
    // A call that did not fit its tool may lack the value.
    const hasFit = event.status !== 'attempted' && event.status !== 'denied';
    if (tool === undefined || other !== undefined || value?.term !== 'param' || !hasFit) {
        return undefined;
    }
    const found = field(value, { tool, kind: 'request', asking });
    const param = asking.policy.tools[tool]!.params.find(({ name }) => name === value.name);
    return found && { ...found, isNeverNegative: isNeverNegative(param) };
}

/** True if the decided call would be one of the events, with the summand as its value. */
function isOneItself(
    { value, event: { event, keys, asked } }: History,
    { tool }: ConditionContext,
    more: Term | undefined
): boolean {
    return (
        mayBe(event.tools[tool] ?? FALSE) &&
        value?.term === 'param' &&
        more?.term === 'param' &&
        more.name === value.name &&
        event.where.op === 'constant' &&
        mustBe(event.where.value) &&
        asked === undefined &&
        typeof event.agents !== 'object' &&
        keys.every((key) => isSameTerm(key.event, key.call))
    );
}

function isSameTerm(event: Term, call: Term): boolean {
    return event.term === 'param'
        ? call.term === 'param' && call.name === event.name
        : event.term === 'session' && call.term === 'session' && call.constant === event.constant;
}

function isNeverNegative(param: Param | undefined): boolean {
    return param?.type.kind === 'int' && param.type.min !== undefined && param.type.min >= 0;
}
