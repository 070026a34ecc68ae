/**
 * Converts JSON Schema to types of the language. The result is never narrower than the schema without a note: where the
 * language cannot express a constraint, the type becomes wider, up to `any`, and the note describes what was lost.
 */
import { kindOfValue, misfit } from '../../../language/types/types.js';
import type { Param, Type } from '../../model/policy/policy.js';
import { decimal, describe, isObject, isPrimitive, isWritable, type Json, type Primitive, shorten } from './values.js';

export interface ImportedParam extends Param {
    /** The notes for a comment after the parameter. */
    readonly notes: readonly string[];
}

export interface ImportedParams {
    readonly params: readonly ImportedParam[];
    /** The notes about the schema as a whole. */
    readonly notes: readonly string[];
}

interface MappedType {
    readonly type: Type;
    readonly nullable: boolean;
    readonly notes: readonly string[];
}

const ANY: Type = { kind: 'any' };

/** Keywords that narrow a value and have no counterpart, for any type. */
const LOST_ANYWHERE = ['not', 'if', 'then', 'else', 'dependentSchemas', 'dependentRequired'];
const LOST_OF_TYPE: { readonly [type: string]: readonly string[] } = {
    string: ['format', 'pattern', 'minLength', 'maxLength', 'contentEncoding', 'contentMediaType'],
    integer: ['multipleOf', 'format'],
    number: ['multipleOf', 'format'],
    array: ['minItems', 'maxItems', 'uniqueItems', 'contains', 'minContains', 'maxContains'],
    object: ['minProperties', 'maxProperties', 'patternProperties', 'propertyNames']
};

/** The parameters of a tool from its `inputSchema`. */
export function paramsOf(inputSchema: unknown): ImportedParams {
    if (inputSchema === undefined || inputSchema === null) {
        return { params: [], notes: ['the list has no inputSchema: taken as a tool without parameters'] };
    }
    const reader = new SchemaReader(inputSchema);
    const schema = reader.resolve(inputSchema, []);
    if (!schema) {
        return { params: [], notes: ['the inputSchema is not a JSON Schema of an object: its parameters are lost'] };
    }
    const combined = ['anyOf', 'oneOf', 'allOf'].filter((keyword) => keyword in schema.schema);
    const notes = combined.map((keyword) => `${keyword} over all parameters is not kept`);
    const lost = lostKeywords(schema.schema, 'object');
    return {
        params: reader.fields(schema.schema, schema.path),
        notes: [...notes, ...lost, ...openness(schema.schema)]
    };
}

/**
 * The maximum number of schemas that are read for one tool. References can turn a text of a few lines into an endless
 * tree.
 */
const MAX_SCHEMAS = 2000;

/** The part of a reference that a comment shows. */
const MAX_REFERENCE = 200;

class SchemaReader {
    private read = 0;

    constructor(private readonly root: unknown) {}

    /** `path` contains the references being followed, so that a recursive schema terminates. */
    type(schema: unknown, path: readonly string[]): MappedType {
        if (schema === true || schema === undefined || schema === null) {
            return mapped(ANY);
        }
        if (schema === false) {
            return mapped(ANY, ['the schema admits no value']);
        }
        this.read += 1;
        if (this.read > MAX_SCHEMAS) {
            return mapped(ANY, [`the schema has more than ${MAX_SCHEMAS} parts`]);
        }
        const resolved = this.resolve(schema, path);
        if (!resolved) {
            return mapped(ANY, [this.unresolved(schema)]);
        }
        return this.resolvedType(resolved.schema, resolved.path);
    }

    fields(schema: Json, path: readonly string[]): ImportedParam[] {
        const properties = isObject(schema['properties']) ? schema['properties'] : {};
        const required = Array.isArray(schema['required']) ? schema['required'] : [];
        return Object.entries(properties).map(([name, property]) =>
            this.param(name, property, required.includes(name), path)
        );
    }

    /** A schema after resolving `$ref`s; keywords next to a `$ref` count too and take precedence. */
    resolve(schema: unknown, path: readonly string[]): { schema: Json; path: readonly string[] } | undefined {
        if (!isObject(schema)) {
            return undefined;
        }
        const single = singleAllOf(schema);
        if (single !== undefined) {
            const inner = this.resolve(single, path);
            return inner && { schema: { ...inner.schema, ...without(schema, 'allOf') }, path: inner.path };
        }
        const reference = schema['$ref'];
        if (reference === undefined) {
            return { schema, path };
        }
        if (typeof reference !== 'string' || path.includes(reference)) {
            return undefined;
        }
        const inner = this.resolve(this.lookUp(reference), [...path, reference]);
        return inner && { schema: { ...inner.schema, ...without(schema, '$ref') }, path: inner.path };
    }

    private resolvedType(schema: Json, path: readonly string[]): MappedType {
        const lost = LOST_ANYWHERE.filter((keyword) => keyword in schema).map((keyword) => `${keyword} is not kept`);
        const inner = this.shapeType(schema, path);
        return { ...inner, notes: [...inner.notes, ...lost] };
    }

    private shapeType(schema: Json, path: readonly string[]): MappedType {
        if ('const' in schema) {
            return literals([schema['const']]);
        }
        if (Array.isArray(schema['enum'])) {
            return literals(schema['enum']);
        }
        const alternatives = schema['anyOf'] ?? schema['oneOf'];
        if (Array.isArray(alternatives)) {
            return union(alternatives.map((alternative) => this.type(alternative, path)));
        }
        if (Array.isArray(schema['allOf'])) {
            return mapped(ANY, [`allOf of ${schema['allOf'].length} schemas is not kept`]);
        }
        if (Array.isArray(schema['type'])) {
            return union(schema['type'].map((type) => this.typeNamed(type, schema, path)));
        }
        return this.typeNamed(schema['type'] ?? impliedType(schema), schema, path);
    }

    private typeNamed(name: unknown, schema: Json, path: readonly string[]): MappedType {
        const lost = typeof name === 'string' ? lostKeywords(schema, name) : [];
        switch (name) {
            case 'string':
                return mapped({ kind: 'string' }, lost);
            case 'boolean':
                return mapped({ kind: 'bool' }, lost);
            case 'null':
                return { type: ANY, nullable: true, notes: ['always null'] };
            case 'integer':
            case 'number':
                return { ...numberType(name, schema, lost), nullable: false };
            case 'array':
                return this.list(schema, path, lost);
            case 'object':
                return this.record(schema, path, lost);
            case undefined:
                return mapped(ANY);
            default:
                return mapped(ANY, [`the type ${JSON.stringify(name)} is unknown`]);
        }
    }

    private list(schema: Json, path: readonly string[], lost: readonly string[]): MappedType {
        if ('prefixItems' in schema || Array.isArray(schema['items'])) {
            return mapped({ kind: 'list', element: ANY }, [...lost, 'the types of individual items are not kept']);
        }
        const element = this.type(schema['items'], path);
        const notes = [...lost, ...element.notes.map((note) => `items: ${note}`)];
        return element.nullable
            ? mapped({ kind: 'list', element: ANY }, [...notes, `items: ${describe(element.type)} or null`])
            : mapped({ kind: 'list', element: element.type }, notes);
    }

    private record(schema: Json, path: readonly string[], lost: readonly string[]): MappedType {
        const fields = this.fields(schema, path);
        const values = schema['additionalProperties'];
        if (fields.length === 0) {
            const value = isObject(values) && !('patternProperties' in schema) ? this.type(values, path) : undefined;
            if (value && !value.nullable) {
                return mapped({ kind: 'map', value: value.type }, [
                    ...lost,
                    ...value.notes.map((note) => `values: ${note}`)
                ]);
            }
            const what = isObject(values) ? `a map to ${describe(this.type(values, path).type)}` : 'any object';
            return values === false
                ? mapped({ kind: 'record', fields }, lost)
                : mapped(ANY, [...lost, `${what}, and nothing else`]);
        }
        return values !== undefined && values !== false
            ? mapped(ANY, [...lost, `an object with ${fields.map((field) => field.name).join(', ')} and more fields`])
            : mapped({ kind: 'record', fields }, lost);
    }

    private param(name: string, schema: unknown, required: boolean, path: readonly string[]): ImportedParam {
        const own = this.resolve(schema, path)?.schema ?? {};
        const { type, nullable, notes } = this.type(schema, path);
        const doc = typeof own['description'] === 'string' ? own['description'].trim() : '';
        const presence = presenceOf(type, nullable, required, own['default'], 'default' in own);
        return { name, ...(doc ? { doc } : {}), ...presence, notes: [...notes, ...presence.notes] };
    }

    private lookUp(reference: string): unknown {
        if (!reference.startsWith('#')) {
            return undefined;
        }
        let current: unknown = this.root;
        for (const part of reference.slice(1).split('/').slice(1)) {
            const key = unescapePointer(part);
            if (Array.isArray(current)) {
                current = current[Number(key)] as unknown;
            } else if (isObject(current) && Object.hasOwn(current, key)) {
                current = current[key];
            } else {
                return undefined;
            }
        }
        return current;
    }

    private unresolved(schema: unknown): string {
        const reference = isObject(schema) ? schema['$ref'] : undefined;
        return reference === undefined
            ? 'the schema is not a valid JSON Schema'
            : `$ref ${JSON.stringify(reference).slice(0, MAX_REFERENCE)} is recursive or leads nowhere`;
    }
}

/** The type of a parameter, and whether it may be omitted, with the default that then applies. */
function presenceOf(
    type: Type,
    nullable: boolean,
    required: boolean,
    byDefault: unknown,
    hasDefault: boolean
): Pick<ImportedParam, 'type' | 'optional' | 'default' | 'notes'> {
    if (required) {
        const notes = hasDefault && byDefault !== null ? [`required, so its default never counts`] : [];
        return nullable
            ? { type, optional: true, notes: ['required, but may be null: left out means null', ...notes] }
            : { type, optional: false, notes };
    }
    if (!hasDefault || byDefault === null) {
        return { type, optional: true, notes: nullable ? ['null means left out'] : [] };
    }
    const value =
        isPrimitive(byDefault) && isWritable(byDefault) && misfit(type, byDefault) === undefined
            ? byDefault
            : undefined;
    const notes = nullable ? [`${describe(type)} or null`] : [];
    return value === undefined
        ? { type, optional: true, notes: [...notes, `its default ${shorten(JSON.stringify(byDefault))} is not kept`] }
        : { type: nullable ? ANY : type, optional: false, default: value, notes };
}

function literals(values: readonly unknown[]): MappedType {
    const rest = values.filter((value) => value !== null);
    const nullable = rest.length < values.length;
    if (rest.length === 0) {
        return { type: ANY, nullable: true, notes: ['always null'] };
    }
    if (!rest.every(isPrimitive)) {
        return { type: ANY, nullable, notes: [`one of ${rest.length} values, some of them lists or objects`] };
    }
    if (!rest.every(isWritable)) {
        const kinds = new Set(rest.map((value) => typeof value));
        const type: Type = kinds.size === 1 && kinds.has('string') ? { kind: 'string' } : ANY;
        return { type, nullable, notes: [`one of ${rest.length} values, some of which cannot be written`] };
    }
    return { ...literalType(rest), nullable };
}

/** The language has unions of texts, of numbers or of truth values. */
function literalType(values: readonly Primitive[]): Pick<MappedType, 'type' | 'notes'> {
    const distinct = [...new Set(values)];
    return new Set(distinct.map(kindOfValue)).size > 1
        ? { type: ANY, notes: [`one of ${distinct.map((value) => JSON.stringify(value)).join(', ')}`] }
        : { type: { kind: 'literals', values: distinct }, notes: [] };
}

function union(alternatives: readonly MappedType[]): MappedType {
    const rest = alternatives.filter((alternative) => !isAlwaysNull(alternative));
    const nullable = alternatives.some((alternative) => alternative.nullable);
    const notes = [...new Set(rest.flatMap((alternative) => alternative.notes))];
    const [first, ...others] = rest;
    if (!first) {
        return { type: ANY, nullable: true, notes: ['always null'] };
    }
    if (others.every((other) => JSON.stringify(other.type) === JSON.stringify(first.type))) {
        return { type: first.type, nullable, notes };
    }
    const values = rest.map(literalValues);
    if (values.every((list) => list !== undefined)) {
        const { type, notes: more } = literalType(values.flat());
        return { type, nullable, notes: [...notes, ...more] };
    }
    const kinds = [...new Set(rest.map((alternative) => describe(alternative.type)))];
    return { type: ANY, nullable, notes: [...notes, `${kinds.join(' or ')}`] };
}

function literalValues(alternative: MappedType): readonly Primitive[] | undefined {
    if (alternative.type.kind === 'bool') {
        return [true, false];
    }
    return alternative.type.kind === 'literals' ? alternative.type.values : undefined;
}

function isAlwaysNull(alternative: MappedType): boolean {
    return alternative.nullable && alternative.type === ANY && alternative.notes.includes('always null');
}

function mapped(type: Type, notes: readonly string[] = []): MappedType {
    return { type, nullable: false, notes };
}

function lostKeywords(schema: Json, type: string): string[] {
    return (LOST_OF_TYPE[type] ?? [])
        .filter((keyword) => keyword in schema)
        .map((keyword) => `${keyword} ${shorten(JSON.stringify(schema[keyword]))} is not kept`);
}

function openness(schema: Json): string[] {
    const values = schema['additionalProperties'];
    return values === undefined || values === false ? [] : ['the schema allows more parameters than it names'];
}

/** Schemas of older tools omit `type` if another keyword implies it. */
function impliedType(schema: Json): string | undefined {
    if ('properties' in schema || 'additionalProperties' in schema) {
        return 'object';
    }
    return 'items' in schema || 'prefixItems' in schema ? 'array' : undefined;
}

function without(schema: Json, keyword: string): Json {
    return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== keyword));
}

function singleAllOf(schema: Json): unknown {
    const all = schema['allOf'];
    return Array.isArray(all) && all.length === 1 ? (all[0] as unknown) : undefined;
}

function unescapePointer(part: string): string {
    let text = part;
    try {
        text = decodeURIComponent(part);
    } catch {
        // The name is not percent-encoded, so it is used as it is.
    }
    return text.replaceAll('~1', '/').replaceAll('~0', '~');
}

interface ImportedNumber {
    readonly type: Type;
    readonly notes: readonly string[];
}

type Bounds = { readonly [keyword: string]: unknown };

/**
 * The bounds of a number in old and new JSON Schema drafts, converted to those of the language.
 *
 * @param lost the notes about keywords that were dropped earlier
 */
function numberType(name: 'integer' | 'number', schema: Bounds, lost: readonly string[]): ImportedNumber {
    const kind = name === 'integer' ? 'int' : 'number';
    const notes = [...lost];
    const bound = (inclusive: string, exclusive: string, direction: 1 | -1): number | undefined => {
        const candidates: number[] = [];
        const plain = schema[inclusive];
        const strict = schema[exclusive];
        if (typeof plain === 'number') {
            candidates.push(kind === 'int' ? inward(plain, direction) : plain);
        }
        const above = strict === true && typeof plain === 'number' ? plain : strict;
        if (typeof above === 'number') {
            candidates.push(
                kind === 'int' ? inward(above + direction * Number(Number.isInteger(above)), direction) : above
            );
            if (kind === 'number') {
                notes.push(`${above} itself is excluded by the schema`);
            }
        }
        const tightest =
            candidates.length === 0 ? undefined : direction * Math.max(...candidates.map((c) => direction * c));
        // Libraries write the largest exact integer automatically if the author gave no bound.
        if (kind === 'int' && Math.abs(tightest ?? 0) >= Number.MAX_SAFE_INTEGER) {
            return undefined;
        }
        if (tightest !== undefined && decimal(tightest) === undefined) {
            notes.push(`${inclusive} ${tightest} is not kept`);
            return undefined;
        }
        return tightest;
    };
    const min = bound('minimum', 'exclusiveMinimum', 1);
    const max = bound('maximum', 'exclusiveMaximum', -1);
    if (min !== undefined && max !== undefined && min > max) {
        return { type: { kind }, notes: [...notes, `no number is at least ${min} and at most ${max}`] };
    }
    return { type: { kind, ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) }, notes };
}

/** The nearest whole number inside a bound. */
function inward(bound: number, direction: 1 | -1): number {
    return direction === 1 ? Math.ceil(bound) : Math.floor(bound);
}
