/**
 * Conditions that a pattern over the history cannot express: GR323: an element of a list, and GR403: `call.…`, where no
 * decided call is seen; GR405: `last is` for a selected agent.
 */
import { type AstNode, AstUtils } from 'langium';
import { obvious } from '../edits/edit.js';
import { partOf, replaceMarked } from '../edits/edits.js';
import * as ast from '../generated/ast.js';
import { withoutBy } from './without.js';
import type { Reporter, ValidationRule } from './rule.js';

export const patterns: ValidationRule = {
    codes: ['GR403', 'GR323', 'GR405'],
    checks: {
        CallRoot: checkCall,
        SessionRoot: (root, report) => {
            if (root.call) {
                checkCall(root, report);
            }
        },
        Reference: checkElement,
        LastIs: checkLast
    }
};

/** Reports `call.…` in conditions at the decision, which are evaluated over stored events, one by one. */
function checkCall(root: ast.CallRoot | ast.SessionRoot, report: Reporter): void {
    if (ast.isFieldAccess(root.$container) && !root.$container.field?.ref) {
        return; // A call without such a parameter is reported separately.
    }
    const events = eventsAround(root);
    const problem =
        events.length === 0
            ? '`call.…` is the decided call, seen from inside a `where`. Here a plain name already refers to the call: leave out `call.`.'
            : problemInWhere(root, events, '`call.…`');
    if (problem !== undefined) {
        report.error('GR403', root.$container ?? root, problem, (problem) => {
            const field = root.$container && partOf(root.$container, 'field');
            return [
                events.length === 0 && field ? obvious('Remove `call.`', replaceMarked(problem, field.text)) : undefined
            ];
        });
    }
}

/** An element of a list of the decided call is seen from inside a `where` as the decided call itself is. */
function checkElement(reference: ast.Reference, report: Reporter): void {
    const item = reference.target?.ref;
    const list = ast.isItem(item) ? item.$container : undefined;
    const events = list ? eventsAround(reference).filter((event) => isInside(event, list)) : [];
    const problem =
        events.length > 0 ? problemInWhere(reference, events, `\`${reference.target.$refText}\``) : undefined;
    if (problem !== undefined) {
        report.error('GR323', reference, problem);
    }
}

/** @param name the decided call, or an element of one of its lists */
function problemInWhere(node: AstNode, [event, ...outer]: readonly ast.Event[], name: string): string | undefined {
    return outer.length > 0 || isInHistory(node, event!)
        ? `History inside a \`where\` ends at its event, long before the decided call. Only the outermost \`where\` may use ${name}. For an earlier event of the same value, write \`once E(p) then F(p)\`.`
        : (placeProblem(event!, name) ?? besideHistory(node, name));
}

function isInside(node: AstNode, outer: AstNode): boolean {
    return AstUtils.getContainerOfType(node, (around): around is AstNode => around === outer) !== undefined;
}

/** The events whose `where` contains the node, innermost first. */
function eventsAround(node: AstNode): ast.Event[] {
    const events: ast.Event[] = [];
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
function isInHistory(node: AstNode, event: ast.Event): boolean {
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
function holds(node: AstNode, event: ast.Event): boolean {
    return (ast.isTotal(node) || ast.isLatestIs(node)) && node.event === event;
}

function placeProblem(
    { $container: container, $containerProperty: property }: ast.Event,
    name: string
): string | undefined {
    if (ast.isLastIs(container)) {
        return `\`last is\` looks at only one event, whatever the decided call is. Write \`once …\`, or leave out ${name}.`;
    }
    const isFrom =
        property === 'from' ||
        property === 'after' ||
        (ast.isOnce(container) && property === 'event' && container.then !== undefined);
    if (isFrom) {
        return `The beginning of a span is compared with the decided call by its arguments: write \`E(p)\` or \`E(p: …)\` instead of ${name}.`;
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
        : `No call is being decided here that ${name} could refer to. Use it in the \`where\` of a condition on the past.`;
}

function besideHistory(root: AstNode, name: string): string | undefined {
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
        ? `A count, total or latest inside a \`where\` belongs to the moment of its event, and cannot be compared with ${name}. Compare the two outside.`
        : undefined;
}

function checkLast(condition: ast.LastIs, report: Reporter): void {
    const event = condition.event;
    if (event?.by && !event.by.any) {
        report.error(
            'GR405',
            [event, 'by'],
            '`last is` tests the latest call of the calling agent; only `by any agent` is allowed here. Remove the `by`, or add `caller is …`.',
            (problem) => [obvious('Change to `by any agent`', replaceMarked(problem, 'any agent')), withoutBy(event)]
        );
    }
}
