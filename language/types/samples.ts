/** Finds values to start from if one is missing: of a declared type, or taken from the policy. */
import * as ast from '../generated/ast.js';
import { literalValue } from './types.js';

/** A value of the type in the syntax of a scenario or a default. */
export function sampleOf(type: ast.Type | undefined): string {
    if (ast.isLiteralType(type) && type.values[0]) {
        return JSON.stringify(literalValue(type.values[0]));
    }
    if (ast.isRangeType(type)) {
        return String(type.min);
    }
    if (ast.isListType(type)) {
        return '[]';
    }
    if (ast.isMapType(type)) {
        return '{}';
    }
    if (ast.isRecordType(type)) {
        const needed = type.fields.filter((field) => !field.optional && !field.default);
        return `{ ${needed.map((field) => `${field.name}: ${sampleOf(field.type)}`).join(', ')} }`;
    }
    if (ast.isPrimitiveType(type) && type.name !== 'string' && type.name !== 'any') {
        return type.name === 'bool' ? 'false' : String(type.min ?? Math.min(0, type.max ?? 0));
    }
    return '"x"';
}

/** The type of a literal: the declared type, for a parameter that accepts the literal. */
export function typeOfValue(value: ast.Term | ast.Data | undefined): string {
    if (ast.isNumberLiteral(value)) {
        return Number.isInteger(value.value) ? 'int' : 'number';
    }
    if (ast.isBooleanLiteral(value)) {
        return 'bool';
    }
    if (ast.isListData(value)) {
        return `${typeOfValue(value.items[0])}[]`;
    }
    return ast.isRecordData(value)
        ? `{ ${value.fields.map((field) => `${field.name}: ${typeOfValue(field.value)}`).join(', ')} }`
        : 'string';
}

export function firstOf<T extends ast.Element>(
    elements: readonly ast.Element[],
    is: (element: unknown) => element is T
): T | undefined {
    return elements.find(is);
}
