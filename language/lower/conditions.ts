import type { Comparator, Condition, EventPattern, Monitor } from '../../server/model/policy.js';
import type * as tree from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import { durationSeconds } from '../values.js';
import type { CountComparison, HistoryLowering, LoweringContext } from './context.js';
import { textOf } from './context.js';
import { allOf, lowerLogic, negate } from './logic.js';
import { lowerEvent } from './patterns.js';
import type { Bindings } from './terms.js';

export function lowerCondition(condition: tree.Condition, context: LoweringContext): Condition {
    return lowerLogic(condition, context);
}

/** `when C unless D`. */
export function lowerGuards(
    guards: { when?: tree.Condition; unless?: tree.Condition },
    context: LoweringContext
): Condition {
    return allOf([
        ...(guards.when ? [lowerCondition(guards.when, context)] : []),
        ...(guards.unless ? [negate(lowerCondition(guards.unless, context))] : [])
    ]);
}

/** A condition over the history, as the value of a monitor. */
export function monitorCondition(monitor: Monitor, context: LoweringContext): Condition {
    return { op: 'monitor', monitor: context.monitor(monitor) };
}

/** A count compared with a number: the count saturates above it. */
export function countCondition(
    event: EventPattern,
    from: EventPattern | undefined,
    cmp: Comparator,
    bound: number,
    context: LoweringContext
): Condition {
    const perAgent = event.agents === 'caller' || from?.agents === 'caller';
    const text = `count(${event.text}${from ? ` since ${from.text}` : ''})`;
    const monitor = context.countMonitor({ kind: 'count', event, ...(from && { from }), perAgent, text }, bound);
    return { op: 'count', monitor, cmp, bound };
}

function lowerCount({ count, cmp, bound }: CountComparison, context: LoweringContext, bindings: Bindings): Condition {
    const from = count.from && lowerEvent(count.from, context, bindings);
    return countCondition(lowerEvent(count.event, context, bindings), from, cmp, bound, context);
}

function lowerHistory(
    condition: tree.Once | tree.LastIs | tree.Since,
    context: LoweringContext,
    bindings: Bindings
): Monitor {
    const text = textOf(condition);
    const event = lowerEvent(condition.event, context, bindings);
    const window = condition.within === undefined ? {} : { window: durationSeconds(condition.within) };
    if (ast.isLastIs(condition)) {
        // Whose call it is, `perAgent` says; a `by` of the pattern would ask that of the event once more.
        const pattern = { ...event };
        delete pattern.agents;
        return { kind: 'last is', event: pattern, perAgent: condition.event.by?.any !== true, text, ...window };
    }
    if (ast.isOnce(condition) && condition.then) {
        const then = lowerEvent(condition.then, context, bindings);
        const perAgent = event.agents === 'caller' || then.agents === 'caller';
        return { kind: 'once then', event: then, from: event, perAgent, text, ...window };
    }
    const from = ast.isSince(condition) && condition.from ? lowerEvent(condition.from, context, bindings) : undefined;
    return {
        kind: ast.isOnce(condition) ? 'once' : condition.negated ? 'no since' : 'since',
        event,
        ...(from && { from }),
        perAgent: event.agents === 'caller' || from?.agents === 'caller',
        text,
        ...window
    };
}

export const HISTORY: HistoryLowering = {
    condition: (condition, context, bindings) => {
        if (ast.isLatestIs(condition)) {
            throw new Error(`a condition of type ${condition.$type} cannot be lowered`);
        }
        return monitorCondition(lowerHistory(condition, context, bindings), context);
    },
    count: lowerCount,
    term: (term) => {
        throw new Error(`a term of type ${term.$type} cannot be lowered`);
    }
};
