import type { Condition, Monitor } from '../../server/model/policy.js';
import type * as tree from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import type { LoweringContext } from './context.js';
import { textOf } from './context.js';
import { allOf, lowerLogic, negate } from './logic.js';
import { lowerEvent } from './patterns.js';

export function lowerCondition(condition: tree.Condition, context: LoweringContext): Condition {
    return lowerLogic(condition, context, (atom) => monitorCondition(lowerHistory(atom, context), context));
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

function lowerHistory(condition: tree.Once | tree.LastIs | tree.Since, context: LoweringContext): Monitor {
    const text = textOf(condition);
    const event = lowerEvent(condition.event, context);
    if (ast.isLastIs(condition)) {
        // Whose call it is, `perAgent` says; a `by` of the pattern would ask that of the event once more.
        const pattern = { tools: event.tools, status: event.status, where: event.where, text: event.text };
        return { kind: 'last is', event: pattern, perAgent: condition.event.by?.any !== true, text };
    }
    const from = ast.isSince(condition) && condition.from ? lowerEvent(condition.from, context) : undefined;
    return {
        kind: ast.isOnce(condition) ? 'once' : condition.negated ? 'no since' : 'since',
        event,
        ...(from && { from }),
        perAgent: event.agents === 'caller' || from?.agents === 'caller',
        text
    };
}
