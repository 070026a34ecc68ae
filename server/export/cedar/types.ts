/** Maps the types of arguments to those of Cedar: texts, whole numbers, truth values, and sets and records of these. */
import type { Param, Type } from '../../model/policy/policy.js';
import { attributeName } from './texts.js';

export type Scalar = 'String' | 'Long' | 'Bool';

/** Undefined if the type is none of these. */
export function scalarOf(type: Type): Scalar | undefined {
    switch (type.kind) {
        case 'string':
        case 'entity':
            return 'String';
        case 'bool':
            return 'Bool';
        case 'int':
            return 'Long';
        case 'literals': {
            const [first, ...others] = [...new Set(type.values.map(scalarOfValue))];
            return others.length === 0 ? first : undefined;
        }
        default:
            return undefined;
    }
}

export function scalarOfValue(value: unknown): Scalar | undefined {
    switch (typeof value) {
        case 'string':
            return 'String';
        case 'boolean':
            return 'Bool';
        case 'number':
            return Number.isSafeInteger(value) ? 'Long' : undefined;
        default:
            return undefined;
    }
}

/** The type in schema syntax; undefined if a request to Cedar omits the argument. */
export function cedarType(type: Type): string | undefined {
    if (type.kind === 'list') {
        const element = cedarType(type.element);
        return element && `Set<${element}>`;
    }
    return type.kind === 'record' ? recordType(type.fields) : scalarOf(type);
}

export function recordType(fields: readonly Param[]): string {
    const members = fields.flatMap((field) => {
        const type = cedarType(field.type);
        return type === undefined ? [] : [`${attributeName(field.name)}${isAlwaysThere(field) ? '' : '?'}: ${type}`];
    });
    return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

/** True if the argument is always present; defaults are filled in before a call is decided. */
export function isAlwaysThere({ optional, default: otherwise }: Param): boolean {
    return !optional || otherwise !== undefined;
}
