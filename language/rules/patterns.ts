/**
 * Conditions that a pattern over the history cannot express: GR403: `call.…` without a decided call, GR405: `last is`
 * for a selected agent.
 */
import type { AstNode, ValidationAcceptor } from 'langium';
import { AstUtils } from 'langium';
import type { CallRoot, Event, LastIs } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import type { ValidationRule } from './rule.js';

export const patterns: ValidationRule = {
    codes: ['GR403', 'GR405'],
    checks: () => ({
        CallRoot: checkCall,
        LastIs: checkLast
    })
};

/** Reports `call.…` in conditions at the decision, which are evaluated over stored events, one by one. */
function checkCall(root: CallRoot, accept: ValidationAcceptor): void {
    if (ast.isFieldAccess(root.$container) && !root.$container.field?.ref) {
        return; // A call without such a parameter is reported separately.
    }
    const [event, ...outer] = eventsAround(root);
    const problem = !event
        ? '`call.…` is the decided call, seen from inside a `where`. Here a plain name already refers to the call: leave out `call.`.'
        : outer.length > 0 || isInHistory(root, event)
          ? 'History inside a `where` ends at its event, long before the decided call. Only the outermost `where` may use `call.…`.'
          : (placeProblem(event) ?? besideHistory(root));
    if (problem !== undefined) {
        accept('error', problem, { node: root.$container ?? root, code: 'GR403' });
    }
}

/** The events whose `where` contains the node, innermost first. */
function eventsAround(node: AstNode): Event[] {
    const events: Event[] = [];
    for (let current = node; current.$container; current = current.$container) {
        const { $container: container, $containerProperty: property } = current;
        if (ast.isEvent(container) && property === 'where') {
            events.push(container);
        } else if (ast.isTotal(container) && property === 'where') {
            events.push(container.event);
        } else if (ast.isLatestIs(container) && property === 'condition') {
            events.push(container.event);
        }
    }
    return events;
}

/** True if the node belongs to other history inside the `where` of the event, such as an argument of another event. */
function isInHistory(node: AstNode, event: Event): boolean {
    let current = node.$container;
    while (current && current !== event && !holds(current, event)) {
        if (ast.isEvent(current)) {
            return true;
        }
        current = current.$container;
    }
    return false;
}

/** True if the node evaluates the `where` of the event, which is one of its parts. */
function holds(node: AstNode, event: Event): boolean {
    return (ast.isTotal(node) || ast.isLatestIs(node)) && node.event === event;
}

function placeProblem({ $container: container, $containerProperty: property }: Event): string | undefined {
    if (ast.isLastIs(container)) {
        return '`last is` looks at only one event, whatever the decided call is. Write `once …`, or leave out `call.…`.';
    }
    const isFrom =
        property === 'from' ||
        property === 'after' ||
        (ast.isOnce(container) && property === 'event' && container.then !== undefined);
    if (isFrom) {
        return 'The beginning of a span is compared with the decided call by its arguments: write `E(p)` or `E(p: …)` instead of `call.…`.';
    }
    const isAsked =
        ast.isOnce(container) ||
        ast.isSince(container) ||
        ast.isCount(container) ||
        ast.isTotal(container) ||
        ast.isLatestIs(container) ||
        (ast.isNeverClaim(container) && property === 'until');
    return isAsked
        ? undefined
        : 'No call is being decided here that `call.…` could refer to. Use it in the `where` of a condition on the past.';
}

function besideHistory(root: CallRoot): string | undefined {
    let comparison: AstNode | undefined = root;
    while (comparison && !ast.isComparison(comparison)) {
        // The comparison with the event's count is outside of the `where`.
        comparison = ast.isCondition(comparison) ? undefined : comparison.$container;
    }
    const isBeside =
        comparison &&
        AstUtils.streamAllContents(comparison).some(
            (node) => ast.isCount(node) || ast.isTotal(node) || ast.isLatest(node)
        );
    return isBeside
        ? 'A count, total or latest inside a `where` belongs to the moment of its event, and cannot be compared with `call.…`. Compare the two outside.'
        : undefined;
}

function checkLast(condition: LastIs, accept: ValidationAcceptor): void {
    const event = condition.event;
    if (event?.by && !event.by.any) {
        accept(
            'error',
            '`last is` tests the latest call of the calling agent; only `by any agent` is allowed here. Remove the `by`, or add `caller is …`.',
            { node: event, property: 'by', code: 'GR405' }
        );
    }
    if (event?.status === 'denied' || event?.status === 'held' || event?.status === 'attempted') {
        accept(
            'error',
            `\`last is\` looks only at released calls, and tests how the latest one ended. Remove \`${event.status}\`, or write \`once ${event.status} …\`.`,
            { node: event, property: 'status', code: 'GR405' }
        );
    }
}
