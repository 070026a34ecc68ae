/**
 * GR301: values of different types, GR303: an order comparison of unordered values, and a bare value that is not a
 * condition.
 */
import { type Fix, obvious } from '../edits/edit.js';
import { insertBefore, partOf, replaceNode, replacePart } from '../edits/edits.js';
import type { Type } from '../../server/model/policy/policy.js';
import { definitionOf } from '../names/conditions.js';
import * as ast from '../generated/ast.js';
import { couldBeEqual, declarations, isWholeLiteral, paramOfTerm, termText, termTypes } from '../types/terms.js';
import { isTimeType, kindsOf, literalValue, shown, typeOf, typeText, withArticle } from '../types/types.js';
import { fittingValues } from '../types/fitting.js';
import { without } from './given-values.js';
import type { Reporter, ValidationRule } from './rule.js';

export const comparisons: ValidationRule = {
    codes: ['GR301', 'GR303'],
    checks: {
        Comparison: checkComparison,
        Membership: checkMembership,
        EventArgument: checkArgument,
        Holds: checkHolds,
        Reference: checkReference
    }
};

function checkComparison(node: ast.Comparison, report: Reporter): void {
    const { inventory } = report;
    const left = termTypes(node.left, inventory);
    const right = termTypes(node.right, inventory);
    if (!couldBeEqual(left, right)) {
        report.error(
            'GR301',
            node,
            `${is(node.left, left)}, ${is(node.right, right)}: they ${isEquality(node) ? 'are never equal' : 'cannot be compared'}. ${adviceFor([...left, ...right])}`,
            () => comparedValue(node, left, right)
        );
    } else if (!isEquality(node)) {
        const [term, types] = isOrdered(left) ? [node.right, right] : [node.left, left];
        if (!isOrdered(types)) {
            report.error(
                'GR303',
                [node, 'operator'],
                `${is(term, types)}, and \`${node.operator}\` compares only numbers. Use \`==\`, \`!=\` or \`in [..]\`.`,
                () =>
                    ['==', '!='].map((text) => ({
                        title: `Change to \`${text}\``,
                        changes: [replacePart(partOf(node, 'operator')!, text)]
                    }))
            );
        }
    }
}

function checkMembership(node: ast.Membership, report: Reporter): void {
    const { inventory } = report;
    const types = termTypes(node.left, inventory);
    node.values.forEach((value, index) => {
        if (isWholeLiteral(value) && !couldBeEqual(types, termTypes(value, inventory))) {
            report.error(
                'GR301',
                [node, 'values', index],
                `${is(node.left, types)}, so it is never ${shown(literalValue(value))}.`,
                () => [...fittingValues(value, types), ...withoutValue(node, value)]
            );
        }
    });
}

function checkArgument(node: ast.EventArgument, report: Reporter): void {
    const { inventory } = report;
    const param = node.param?.ref;
    if (param && isWholeLiteral(node.value)) {
        const types = declarations(node, param, inventory).map((declared) => typeOf(declared.type));
        if (!couldBeEqual(types, termTypes(node.value, inventory))) {
            const value = shown(literalValue(node.value));
            report.error(
                'GR301',
                [node, 'value'],
                `\`${param.name}\` is ${described(types)}, so it is never ${value}.`,
                () => fittingValues(node.value, types)
            );
        }
    }
}

function checkHolds(node: ast.Holds, report: Reporter): void {
    const types = termTypes(node.term, report.inventory);
    const couldHold = types.some((type) => kindsOf(type).has('truth value') || kindsOf(type).has('any'));
    if (types.length > 0 && !couldHold) {
        const compare = paramOfTerm(node.term) ? ` Compare it: \`${termText(node.term)} == …\`.` : '';
        report.error('GR303', node, `${is(node.term, types)}, not a condition.${compare}`, () => asTest(node, types));
    }
}

/** A bound may be out of range on purpose, so the value that was intended is unknown. */
function comparedValue(node: ast.Comparison, left: readonly Type[], right: readonly Type[]): Fix[] {
    const [value, types] = isWholeLiteral(node.right) ? [node.right, left] : [node.left, right];
    const isBound = !isEquality(node) && isWholeLiteral(value) && typeof literalValue(value) === 'number';
    if (isBound) {
        // A text has no order, but its length has.
        const text = value === node.right ? node.left : node.right;
        return types.every(({ kind }) => kind === 'string')
            ? [obvious('Insert `length of`', insertBefore(text, 'length of '))]
            : [];
    }
    return isWholeLiteral(value) ? fittingValues(value, types) : [];
}

/** Removes a value that never occurs from a list with others. */
export function withoutValue({ values }: ast.Membership, value: ast.Term): Fix[] {
    return values.length > 1 ? [without(value)] : [];
}

/** Compares a parameter that is used as a condition but is not a truth value. */
function asTest(holds: ast.Holds, [type]: readonly Type[]): Fix[] {
    if (isWholeLiteral(holds.term)) {
        return [];
    }
    const text = holds.$cstNode!.text;
    const param = ast.isReference(holds.term) ? holds.term.target.ref : undefined;
    const given = ast.isParam(param) && param.optional ? [`${text} given`] : [];
    const tests =
        type?.kind === 'string' || type?.kind === 'entity'
            ? [`${text} != ""`]
            : type?.kind === 'literals'
              ? type.values.slice(0, MOST_OFFERED).map((value) => `${text} == ${JSON.stringify(value)}`)
              : type && kindsOf(type).has('number')
                ? [`${text} > 0`]
                : [];
    return [...given, ...tests].map((test) => ({ title: `Write \`${test}\``, changes: [replaceNode(holds, test)] }));
}

const MOST_OFFERED = 5;

/** Reports a definition that is used as a value, because a definition is a condition. */
function checkReference(node: ast.Reference, report: Reporter): void {
    if ((definitionOf(node) || ast.isConditionParam(node.target?.ref)) && !ast.isHolds(node.$container)) {
        const name = termText(node);
        report.error(
            'GR301',
            node,
            `\`${name}\` is a condition, not a value. Write \`${name}\` or \`not ${name}\` alone.`
        );
    }
}

/**
 * The advice for entities: an entity is compared with values of the same entity, and declarations say which values
 * these are.
 */
function adviceFor(types: readonly Type[]): string {
    if (types.some(isTimeType)) {
        return types.some((type) => kindsOf(type).has('text') || kindsOf(type).has('any'))
            ? 'Write `time of` before a text that names an instant, such as `time of due < now`; a date needs no quotes.'
            : 'An instant is compared with an instant, and the difference of two with a span, such as `2h`.';
    }
    const entity = types.find((type) => type.kind === 'entity');
    return entity && types.some((type) => type.kind === 'string')
        ? `If both are ${withArticle(entity.entity)}, declare both so.`
        : 'Compare values of one type.';
}

function isOrdered(types: readonly Type[]): boolean {
    return (
        types.length === 0 ||
        types.some((type) => kindsOf(type).has('number') || kindsOf(type).has('any') || isTimeType(type))
    );
}

function is(term: ast.Term, types: readonly Type[]): string {
    return isWholeLiteral(term)
        ? `${shown(literalValue(term))} is ${[...kindsOf(types[0]!)].map((kind) => `a ${kind}`).join(' or ')}`
        : `\`${termText(term)}\` is ${described(types)}`;
}

function described(types: readonly Type[]): string {
    const type = types[0]!;
    switch (type.kind) {
        case 'string':
            return 'a text';
        case 'bool':
            return 'true or false';
        case 'int':
        case 'number':
        case 'decimal':
            return 'a number';
        case 'entity':
            return withArticle(type.entity);
        case 'literals':
            return `one of ${typeText(type)}`;
        case 'list':
            return `a list (${typeText(type)})`;
        case 'record':
            return 'a record';
        case 'map':
            return `a map (${typeText(type)})`;
        case 'any':
            return 'of any type';
    }
}

function isEquality({ operator }: ast.Comparison): boolean {
    return operator === '==' || operator === '!=';
}
