/**
 * Reports the parts of a JSON text that its schema forbids, with their places. It supports the subset of JSON Schema
 * that the schemas in `schemas/` use.
 */
import type { Node } from 'jsonc-parser';
import { nearest } from '../../../language/text/spelling.js';

export interface Schema {
    readonly type?: string | readonly string[];
    readonly enum?: readonly string[];
    readonly minimum?: number;
    readonly maximum?: number;
    readonly exclusiveMinimum?: number;
    readonly minLength?: number;
    readonly items?: Schema;
    readonly properties?: { readonly [name: string]: Schema };
    readonly required?: readonly string[];
    /** False if there are none; otherwise their schema. */
    readonly additionalProperties?: boolean | Schema;
    readonly pattern?: string;
    readonly propertyNames?: { readonly enum: readonly string[] };
}

export interface SchemaError {
    /** The place of the error in the text. */
    readonly offset: number;
    readonly message: string;
    readonly help: string;
}

/**
 * The errors in text order.
 * @param name the name of the value in messages
 */
export function schemaErrors(node: Node, schema: Schema, name: string): SchemaError[] {
    const types = [schema.type ?? []].flat();
    if (types.length > 0 && !types.some((type) => isOf(node, type))) {
        const words = types.map((type) => TYPE_WORDS[type] ?? type).join(' or ');
        return [{ offset: node.offset, message: `${name} is not ${words}`, help: `It must be ${words}.` }];
    }
    switch (node.type) {
        case 'object':
            return [
                ...missingErrors(node, schema, name),
                ...(node.children ?? []).flatMap((property) => propertyErrors(property, schema, name))
            ];
        case 'array':
            return (node.children ?? []).flatMap((item, i) =>
                schemaErrors(item, schema.items ?? {}, `item ${i + 1} of ${name}`)
            );
        default:
            return valueErrors(node, schema, name);
    }
}

const TYPE_WORDS: { readonly [type: string]: string } = {
    object: 'an object',
    array: 'a list',
    string: 'a text in quotes',
    number: 'a number',
    integer: 'a whole number',
    boolean: 'true or false'
};

function isOf(node: Node, type: string): boolean {
    return type === 'integer' ? node.type === 'number' && Number.isSafeInteger(node.value) : node.type === type;
}

function missingErrors(node: Node, { required = [] }: Schema, name: string): SchemaError[] {
    const keys = new Set(node.children?.map(({ children }) => children?.[0]?.value as unknown));
    return required
        .filter((key) => !keys.has(key))
        .map((key) => ({ offset: node.offset, message: `${name} has no "${key}"`, help: `Add a "${key}".` }));
}

function propertyErrors(property: Node, schema: Schema, parent: string): SchemaError[] {
    const [key, value] = property.children ?? [];
    if (!key || !value) {
        return [];
    }
    const name = String(key.value);
    const known = schema.properties ?? {};
    if (Object.hasOwn(known, name)) {
        return schemaErrors(value, known[name]!, `"${name}"`);
    }
    const names = schema.propertyNames?.enum;
    if (names && !names.includes(name)) {
        const meant = nearest(name, names);
        const help = meant === undefined ? 'It cannot be set here.' : `Did you mean "${meant}"?`;
        return [{ offset: key.offset, message: `${parent} cannot set "${name}"`, help }];
    }
    if (schema.additionalProperties !== false) {
        return typeof schema.additionalProperties === 'object'
            ? schemaErrors(value, schema.additionalProperties, `"${name}"`)
            : [];
    }
    const meant = nearest(name, Object.keys(known));
    return [
        {
            offset: key.offset,
            message: `${parent} has no option "${name}"`,
            help: meant === undefined ? `It has ${listed(Object.keys(known))}.` : `Did you mean "${meant}"?`
        }
    ];
}

function valueErrors(node: Node, schema: Schema, name: string): SchemaError[] {
    const value: unknown = node.value;
    const wrong = (help: string): SchemaError[] => [
        { offset: node.offset, message: `${name} cannot be ${JSON.stringify(value)}`, help }
    ];
    if (schema.enum && !schema.enum.includes(String(value))) {
        return wrong(`It must be one of ${listed(schema.enum)}.`);
    }
    if (typeof value === 'number') {
        if (schema.minimum !== undefined && value < schema.minimum) {
            return wrong(`It must be at least ${schema.minimum}.`);
        }
        if (schema.exclusiveMinimum !== undefined && value <= schema.exclusiveMinimum) {
            return wrong(`It must be greater than ${schema.exclusiveMinimum}.`);
        }
        if (schema.maximum !== undefined && value > schema.maximum) {
            return wrong(`It must be at most ${schema.maximum}.`);
        }
    }
    if (typeof value === 'string' && value.length < (schema.minLength ?? 0)) {
        return wrong('It must not be empty.');
    }
    return typeof value === 'string' && schema.pattern !== undefined && !new RegExp(schema.pattern).test(value)
        ? wrong(`It must match ${schema.pattern}.`)
        : [];
}

function listed(names: readonly string[]): string {
    return names.map((name) => `"${name}"`).join(', ');
}
