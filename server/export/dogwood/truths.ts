/**
 * Expresses the history by the formulas of `server/model/events/once-and-since.ts` over its points: an event that a
 * formula requires must be certain, and an event that it excludes may be merely possible.
 */
import type { EventPattern } from '../../model/policy/policy.js';
import { TRUE } from '../../model/policy/truth.js';
import { type ConditionContext, negated, type Side } from '../cedar/conditions.js';
import { anyOf, type History, otherSide, unasked, whereKnown } from './histories.js';
import { type OccurrenceText, occurrences, type Pattern } from './occurrences.js';
import { all, exists, fromOn, not } from './temporal.js';

/** The history condition as an operand of Cedar. */
export function happened(history: History, side: Side, asking: ConditionContext): string {
    return whereKnown(history, side, asking, () => happenedIn(history, side, asking));
}

function happenedIn(history: History, side: Side, asking: ConditionContext): string {
    const { kind, event, from, window } = history;
    if (kind === 'last is') {
        return lastIs(history, side, asking);
    }
    if (kind === 'once' || (kind === 'since' && !from && window === undefined)) {
        return anyOf(
            occurrences(event, side, asking, { each: true })?.map((occurred) => occurred(window, [])),
            side
        );
    }
    if (kind === 'no since' && !from && window === undefined) {
        return negated(happenedIn({ ...history, kind: 'once' }, otherSide(side), asking));
    }
    if (kind === 'since or start') {
        return window === undefined && from ? sinceOrStart(event, from, side, asking) : unasked(AGE, side, asking);
    }
    if (!from) {
        return unasked(AGE, side, asking);
    }
    switch (kind) {
        case 'once then':
            return pairs(from, undefined, side, asking, () =>
                occurrences(event, side, asking)?.map((e) => [e(window, AFTER_S)])
            );
        case 'no since':
            return pairs(from, window, side, asking, () => {
                const excluded = none(event, side, asking, AFTER_S);
                return excluded && [excluded];
            });
        default:
            return pairs(from, window, side, asking, () => {
                const excluded = none(from, side, asking, [fromOn('t')]);
                return excluded && occurrences(event, side, asking)?.map((e) => [atT(e, undefined, AFTER_S, excluded)]);
            });
    }
}

const AGE = 'how long the session has lasted';

/** The conditions on a point after that of F. */
const AFTER_S = [fromOn('s'), '!tp(s)'];

/** The condition that there is an E with no F at or after its point. */
function sinceOrStart(event: Pattern, from: Pattern, side: Side, asking: ConditionContext): string {
    const excluded = none(from, side, asking, [fromOn('t')]);
    return anyOf(excluded && occurrences(event, side, asking)?.map((e) => atT(e, undefined, [], excluded)), side);
}

/** The condition that some F is at the point `s`, together with any of the conditions in `then`. */
function pairs(
    from: Pattern,
    window: number | undefined,
    side: Side,
    asking: ConditionContext,
    then: () => readonly string[][] | undefined
): string {
    const seconds = then();
    return anyOf(
        seconds &&
            occurrences(from, side, asking)?.flatMap((f) =>
                seconds.map((second) => exists('s', 'Timepoint', [f(window, ['tp(s)']), ...second]))
            ),
        side
    );
}

function atT(
    occurred: OccurrenceText,
    window: number | undefined,
    there: readonly string[],
    besides: readonly string[]
): string {
    return exists('t', 'Timepoint', [occurred(window, ['tp(t)', ...there]), ...besides]);
}

/** A single condition that no such event happened there; undefined if there may be events that cannot be observed. */
export function none(
    pattern: Pattern,
    side: Side,
    asking: ConditionContext,
    there: readonly string[]
): string[] | undefined {
    const excluded = occurrences(pattern, otherSide(side), asking)?.map((occurred) => not(occurred(undefined, there)));
    return excluded && (excluded.length === 0 ? [] : [all(excluded)]);
}

/** It is unknown if another call was released after it, so any earlier E may be the last (M9). */
function lastIs(history: History, side: Side, asking: ConditionContext): string {
    const { event, window, isPerAgent } = history;
    if (typeof event.event.agents === 'object') {
        return unasked('whose call is the last', side, asking);
    }
    const byAgent = (pattern: EventPattern): EventPattern =>
        isPerAgent ? { ...pattern, agents: 'same agent' } : pattern;
    const last: Pattern = { ...event, event: byAgent(event.event) };
    if (side === 'may') {
        asking.unsaid.add('which call was the last');
        return happenedIn({ ...history, kind: 'once', event: last }, side, asking);
    }
    const { text } = event.event;
    const tools = asking.policy.tools.map(() => TRUE);
    const any = byAgent({ tools, status: 'released', where: { op: 'constant', value: TRUE }, text });
    const later = none({ event: any, keys: [], isSameCall: false }, side, asking, [fromOn('t'), '!tp(t)']);
    return anyOf(later && occurrences(last, side, asking)?.map((e) => atT(e, window, [], later)), side);
}
