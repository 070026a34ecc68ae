/** Types and values of the tree as those of the policy model. */
import type { Param as ModelParam, Type as ModelType, Value } from '../server/model/policy.js';
import type { Data, Literal, Param, Type } from './generated/ast.js';
import * as ast from './generated/ast.js';

export function typeOf(type: Type | undefined): ModelType {
    if (ast.isPrimitiveType(type)) {
        if (type.name === 'int' || type.name === 'number') {
            return {
                kind: type.name,
                ...(type.min !== undefined && { min: type.min }),
                ...(type.max !== undefined && { max: type.max })
            };
        }
        return { kind: type.name };
    }
    if (ast.isRangeType(type)) {
        const whole = Number.isInteger(type.min) && Number.isInteger(type.max);
        return { kind: whole ? 'int' : 'number', min: type.min, max: type.max };
    }
    if (ast.isLiteralType(type)) {
        return { kind: 'literals', values: type.values.map(literalValue) };
    }
    if (ast.isListType(type)) {
        return { kind: 'list', element: typeOf(type.element) };
    }
    if (ast.isRecordType(type)) {
        return { kind: 'record', fields: type.fields.map(paramOf) };
    }
    return { kind: 'any' };
}

/** The parameter without its documentation, which only the services know. */
export function paramOf(param: Param): ModelParam {
    return {
        name: param.name,
        type: typeOf(param.type),
        optional: param.optional || param.default !== undefined,
        ...(param.default !== undefined && { default: literalValue(param.default) })
    };
}

export function literalValue(literal: Literal): string | number | boolean {
    if (ast.isStringLiteral(literal) || ast.isNumberLiteral(literal)) {
        return literal.value;
    }
    return ast.isBooleanLiteral(literal) && literal.value === 'true';
}

export function dataValue(data: Data): Value {
    if (ast.isListData(data)) {
        return data.items.map(dataValue);
    }
    if (ast.isRecordData(data)) {
        return Object.fromEntries(data.fields.map((field) => [field.name, dataValue(field.value)]));
    }
    return literalValue(data);
}
