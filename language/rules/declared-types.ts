/** GR307 a type without values, a default outside of its type, a value listed twice, values of several kinds. */
import type { ValidationAcceptor } from 'langium';
import type { LiteralType, Param, PrimitiveType, RangeType } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import { isWholeLiteral } from '../terms.js';
import { kindOfValue, literalValue, misfit, shown, typeOf } from '../types.js';
import type { ValidationRule } from './rule.js';
import { list } from './rule.js';

export const declaredTypes: ValidationRule = {
    codes: ['GR307'],
    checks: () => ({
        Param: checkDefault,
        PrimitiveType: checkRange,
        RangeType: checkRange,
        LiteralType: checkLiterals
    })
};

function checkDefault(param: Param, accept: ValidationAcceptor): void {
    if (!isWholeLiteral(param.default) || ast.isDefinition(param.$container)) {
        return;
    }
    const problem = misfit(typeOf(param.type), literalValue(param.default));
    if (problem !== undefined) {
        accept('error', `The default of "${param.name}" ${problem}. Write a value of the type.`, {
            node: param,
            property: 'default',
            code: 'GR307'
        });
    }
}

function checkRange(type: PrimitiveType | RangeType, accept: ValidationAcceptor): void {
    const { min, max } = type;
    if (min === undefined || max === undefined) {
        return;
    }
    if (min > max) {
        accept('error', `No number is at least ${min} and at most ${max}. Exchange the two.`, {
            node: type,
            code: 'GR307'
        });
    } else if (ast.isPrimitiveType(type) && type.name === 'int' && Math.ceil(min) > max) {
        accept('error', `No whole number is at least ${min} and at most ${max}.`, { node: type, code: 'GR307' });
    }
}

function checkLiterals(type: LiteralType, accept: ValidationAcceptor): void {
    const literals = type.values.filter(isWholeLiteral);
    const values = literals.map(literalValue);
    values.forEach((value, index) => {
        if (values.indexOf(value) !== index) {
            accept('warning', `${shown(value)} is listed twice. Remove one of the two.`, {
                node: literals[index]!,
                code: 'GR307'
            });
        }
    });
    const kinds = [...new Set(values.map(kindOfValue))];
    if (kinds.length > 1) {
        accept(
            'warning',
            `These values are of several kinds: ${list(kinds.map((kind) => `a ${kind}`))}. Write them all as texts, or all as numbers, as the tool takes them.`,
            { node: type, code: 'GR307' }
        );
    }
}
