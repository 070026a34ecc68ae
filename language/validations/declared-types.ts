/** GR307: a type without values, a default outside of its type, a value listed twice, values of several kinds. */
import type { CstNode } from 'langium';
import { type Fix, obvious } from '../edits/edit.js';
import { keywordOf, partOf, removeParts, replaceNode, replacePart } from '../edits/edits.js';
import * as ast from '../generated/ast.js';
import { isWholeData, isWholeLiteral } from '../types/terms.js';
import { dataValue, kindOfValue, literalValue, misfit, shown, typeOf } from '../types/types.js';
import { fittingValues } from '../types/fitting.js';
import { list, type Reporter, type ValidationRule } from './rule.js';
import { repeated } from '../text/repeated.js';

export const declaredTypes: ValidationRule = {
    codes: ['GR307'],
    checks: {
        Param: checkDefault,
        PrimitiveType: checkRange,
        RangeType: checkRange,
        LiteralType: checkLiterals,
        Entity: checkCanonical
    }
};

function checkDefault(param: ast.Param, report: Reporter): void {
    if (!param.default || !isWholeData(param.default) || ast.isDefinition(param.$container)) {
        return;
    }
    const problem = misfit(typeOf(param.type), dataValue(param.default));
    if (problem !== undefined) {
        report.error(
            'GR307',
            [param, 'default'],
            `The default of "${param.name}" ${problem}. Write a value of the type.`,
            () => [
                ...fittingValues(param.default, [typeOf(param.type)]),
                {
                    title: 'Remove the default',
                    changes: [removeParts(keywordOf(param, '=')!, partOf(param, 'default'))]
                }
            ]
        );
    }
}

/** The maximum number of digits of a decimal, so that its numbers stay exact. */
const MOST_DIGITS = 9;

function checkDecimal(type: ast.PrimitiveType, report: Reporter): void {
    const { scale = 0 } = type;
    if (!Number.isInteger(scale) || scale < 0 || scale > MOST_DIGITS) {
        report.error(
            'GR307',
            [type, 'scale'],
            `A decimal has from 0 to ${MOST_DIGITS} digits after its point, not ${scale}.`
        );
        return;
    }
    for (const property of ['min', 'max'] as const) {
        const bound = type[property];
        const problem = bound === undefined ? undefined : misfit({ kind: 'decimal', scale }, bound);
        if (problem !== undefined) {
            report.error(
                'GR307',
                [type, property],
                `The bound ${problem}, so no value meets it. Write a value of the type.`
            );
        }
    }
}

function checkCanonical(entity: ast.Entity, report: Reporter): void {
    const forms = entity.canonical.map(({ form }) => form);
    if (forms.includes('lower') && forms.includes('upper')) {
        report.error(
            'GR307',
            [entity, 'canonical'],
            'A text cannot be in both lower and upper case. Keep the one that the tools use.'
        );
    }
}

function checkRange(type: ast.PrimitiveType | ast.RangeType, report: Reporter): void {
    if (ast.isPrimitiveType(type) && type.name === 'decimal') {
        checkDecimal(type, report);
    }
    const { min, max } = type;
    if (min === undefined || max === undefined) {
        return;
    }
    if (min > max) {
        report.error('GR307', type, `No number is at least ${min} and at most ${max}. Swap the two.`, () => [
            swapped(partOf(type, 'min')!, partOf(type, 'max')!)
        ]);
    } else if (ast.isPrimitiveType(type) && type.name === 'int' && Math.ceil(min) > max) {
        report.error('GR307', type, `No whole number is at least ${min} and at most ${max}.`);
    }
}

function swapped(min: CstNode, max: CstNode): Fix {
    return obvious('Swap the bounds', replacePart(min, max.text), replacePart(max, min.text));
}

function checkLiterals(type: ast.LiteralType, report: Reporter): void {
    const literals = type.values.filter(isWholeLiteral);
    const values = literals.map(literalValue);
    for (const literal of repeated(literals, literalValue)) {
        report.warning(
            'GR307',
            literal,
            `${shown(literalValue(literal))} is listed twice. Remove one of the two.`,
            () => {
                const { end } = type.values[literal.$containerIndex! - 1]!.$cstNode!.range;
                const edit = replaceNode(literal, '');
                return [obvious('Remove the second one', { ...edit, range: { start: end, end: edit.range.end } })];
            }
        );
    }
    const kinds = [...new Set(values.map(kindOfValue))];
    if (kinds.length > 1) {
        report.warning(
            'GR307',
            type,
            `These values are of several kinds: ${list(kinds.map((kind) => `a ${kind}`))}. Write all of them as texts or all as numbers, whichever the tool accepts.`
        );
    }
}
