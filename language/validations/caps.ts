/**
 * GR427: a cap that leaves out the call it decides; GR429: an attempt, which a denied call is too, where a success is
 * intended.
 */
import { AstUtils } from 'langium';
import { type Fix, obvious } from '../edits/edit.js';
import { insertAfter, partOf, replacePart } from '../edits/edits.js';
import * as ast from '../generated/ast.js';
import { eventTools } from '../names/selectors.js';
import { termText } from '../types/terms.js';
import { kindsOf, typeOf } from '../types/types.js';
import { conjunctsOf } from '../types/value-sets.js';
import { nameText } from '../../server/model/text/typed-text.js';
import { withoutStatus } from './without.js';
import type { Reporter, ValidationRule } from './rule.js';

export const caps: ValidationRule = {
    codes: ['GR427', 'GR429'],
    checks: {
        Comparison: checkCap,
        Total: checkTotalOfAttempts,
        Rule: checkAttempts
    }
};

/**
 * Reports `deny pay when total(pay.amount) > 100`: the first call may be of any amount, because a decision does not
 * count its own call.
 */
function checkCap(node: ast.Comparison, report: Reporter): void {
    const { inventory } = report;
    const rule = AstUtils.getContainerOfType(node, ast.isSubjectRule);
    const isInPast = AstUtils.getContainerOfType(node, ast.isEvent) !== undefined;
    const { left: total, right: bound } = node;
    if (!ast.isTotal(total) || total.distinct || !bound || total.result || total.where || !rule || isInPast) {
        return;
    }
    const isUpper = ast.isDeny(rule) ? /^>/ : ast.isRequire(rule) || ast.isAllow(rule) ? /^</ : undefined;
    const name = total.field?.$refText;
    if (!isUpper?.test(node.operator) || !total.event || total.event.where || !total.event.selector || !isPlain(node)) {
        return;
    }
    const counted = new Set(eventTools([total.event], inventory));
    const decided = eventTools(rule.subjects, inventory);
    const isOwn =
        decided.length > 0 &&
        decided.every(
            (tool) => counted.has(tool) && tool.params.some((param) => param.name === name && isAmount(param))
        );
    const others = [...AstUtils.streamAllContents(bound)].concat(bound).some((term) => namesParam(term, name));
    if (isOwn && !others) {
        report.warning(
            'GR427',
            node,
            `The total covers only earlier calls, so one more call of any \`${name}\` passes. Include it: \`${termText(total)} + ${name} ${node.operator === '>=' ? '>' : node.operator === '<' ? '<=' : node.operator} ${termText(bound)}\`.`,
            () => [withOwnCall(node)]
        );
    }
}

/** Adds the amount of the decided call to the total of a cap. */
export function withOwnCall(cap: ast.Comparison): Fix | undefined {
    const { left: total, operator } = cap;
    // The operator changes whether the bound itself is included.
    const changed = operator === '>=' ? '>' : operator === '<' ? '<=' : undefined;
    return ast.isTotal(total)
        ? obvious(
              `Add \`+ ${nameText(total.field.$refText)}\``,
              insertAfter(total, ` + ${nameText(total.field.$refText)}`),
              ...(changed ? [replacePart(partOf(cap, 'operator')!, changed)] : [])
          )
        : undefined;
}

/** True for numbers; GR490 and GR492 report other types. */
function isAmount({ type, optional, default: otherwise }: ast.Param): boolean {
    const kinds = kindsOf(typeOf(type));
    return (kinds.has('number') || kinds.has('any')) && (!optional || otherwise !== undefined);
}

/** True if the condition is used directly, not under a `not` that inverts it. */
function isPlain(node: ast.Comparison): boolean {
    const negation = AstUtils.getContainerOfType(node, ast.isNegation);
    const implied = AstUtils.getContainerOfType(
        node,
        (other): other is ast.BinaryCondition => ast.isBinaryCondition(other) && other.operator === 'implies'
    );
    return (
        !negation &&
        !implied &&
        node.$container !== undefined &&
        AstUtils.getContainerOfType(node, isUnless) === undefined
    );
}

function isUnless(node: unknown): node is ast.Condition {
    return (node as ast.Condition).$containerProperty === 'unless';
}

function namesParam(term: unknown, name: string | undefined): boolean {
    return ast.isReference(term) && term.target?.$refText === name;
}

function checkTotalOfAttempts(total: ast.Total, report: Reporter): void {
    const { status } = total.event ?? {};
    if ((status === 'attempted' || status === 'denied') && AstUtils.getContainerOfType(total, ast.isRule)) {
        report.warning(
            'GR429',
            [total.event, 'status'],
            `This also adds up calls that were denied and had no effect: a hijacked agent can use up the total with calls that are refused. Remove \`${status}\`.`,
            () => [withoutStatus(total.event)]
        );
    }
}

/** Reports attempts where something must have happened, because a refused call does not count there. */
function checkAttempts(rule: ast.Rule, report: Reporter): void {
    if (rule.audit) {
        return;
    }
    const required = ast.isRequire(rule)
        ? conjunctsOf(rule.condition, true)
        : ast.isAllow(rule)
          ? conjunctsOf(rule.when, true)
          : [];
    const events: (ast.Event | undefined)[] = required
        .filter(({ holds }) => holds)
        .flatMap(({ condition }) =>
            ast.isOnce(condition)
                ? [condition.event, condition.then]
                : ast.isSince(condition) && !condition.negated
                  ? [condition.event]
                  : []
        );
    for (const event of ast.isOrder(rule) ? rule.events.slice(0, 1) : events) {
        if (event?.status === 'attempted') {
            report.warning(
                'GR429',
                [event, 'status'],
                `A call that was denied or that failed was attempted too, so it is enough to try \`${termText(event.selector)}\`. Remove \`attempted\`, so that it must have succeeded.`,
                () => [withoutStatus(event)]
            );
        }
    }
}
