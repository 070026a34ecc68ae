/** Converts types and values of the tree to those of the policy model. */
import type { Param as ModelParam, Type as ModelType, Value } from '../../server/model/policy/policy.js';
import * as ast from '../generated/ast.js';
import { matches, textPattern } from '../text/text-patterns.js';

export function typeOf(type: ast.Type | undefined): ModelType {
    if (ast.isPrimitiveType(type)) {
        if (type.name === 'int' || type.name === 'number') {
            return {
                kind: type.name,
                ...(type.min !== undefined && { min: type.min }),
                ...(type.max !== undefined && { max: type.max })
            };
        }
        if (type.name === 'decimal') {
            return {
                kind: 'decimal',
                scale: type.scale ?? 0,
                ...(type.min !== undefined && { min: type.min }),
                ...(type.max !== undefined && { max: type.max })
            };
        }
        return type.name === 'string' && type.regex !== undefined
            ? { kind: 'string', pattern: textPattern(type) }
            : { kind: type.name };
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
    if (ast.isMapType(type)) {
        return { kind: 'map', value: typeOf(type.value) };
    }
    if (ast.isRecordType(type)) {
        return { kind: 'record', fields: type.fields.map(paramOf) };
    }
    if (ast.isEntityType(type)) {
        const canonical = (type.entity?.ref?.canonical ?? []).map(({ form }) => form);
        return { kind: 'entity', entity: type.entity?.$refText, canonical };
    }
    return { kind: 'any' };
}

/** The parameter without its documentation, which only the services use. */
export function paramOf(param: ast.Param): ModelParam {
    return {
        name: param.name,
        type: typeOf(param.type),
        optional: param.optional || param.default !== undefined,
        ...(param.default !== undefined && { default: dataValue(param.default) })
    };
}

export function literalValue(literal: ast.Literal): string | number | boolean {
    if (ast.isStringLiteral(literal) || ast.isNumberLiteral(literal)) {
        return literal.value;
    }
    return ast.isBooleanLiteral(literal) && literal.value === 'true';
}

export function dataValue(data: ast.Data): Value {
    if (ast.isListData(data)) {
        return data.items.map(dataValue);
    }
    if (ast.isRecordData(data)) {
        return Object.fromEntries(data.fields.map((field) => [field.name, dataValue(field.value)]));
    }
    return literalValue(data);
}

/** The kinds that values of a type can be compared with. A union of literals can be of several kinds. */
export type Kind = 'text' | 'number' | 'truth value' | 'identifier' | 'list' | 'record' | 'map' | 'any';

export function kindsOf(type: ModelType): ReadonlySet<Kind> {
    switch (type.kind) {
        case 'string':
            return new Set<Kind>(['text']);
        case 'int':
        case 'number':
        case 'decimal':
            return new Set<Kind>(['number']);
        case 'entity':
            return new Set<Kind>(['identifier']);
        case 'bool':
            return new Set<Kind>(['truth value']);
        case 'literals':
            return new Set(type.values.map(kindOfValue));
        case 'list':
        case 'record':
        case 'map':
        case 'any':
            return new Set<Kind>([type.kind]);
    }
}

/**
 * True if some value of one type can equal a value of the other, ignoring ranges and lists of literals. An entity is a
 * separate kind: it can be compared with the same entity, or with a literal text.
 */
export function areComparable(a: ModelType, b: ModelType): boolean {
    if (isTimeType(a) || isTimeType(b)) {
        return a === b;
    }
    if (a.kind === 'entity' || b.kind === 'entity') {
        const [entity, other] = a.kind === 'entity' ? [a, b] : [b, a];
        return other.kind === 'entity'
            ? other.entity === (entity as typeof other).entity
            : other.kind === 'any' || (other.kind === 'literals' && kindsOf(other).has('text'));
    }
    const [left, right] = [comparedAs(a), comparedAs(b)];
    return left.has('any') || right.has('any') || [...left].some((kind) => right.has(kind));
}

/** A map may be a record of another type. */
function comparedAs(type: ModelType): ReadonlySet<Kind> {
    return type.kind === 'map' ? new Set<Kind>(['record']) : kindsOf(type);
}

/** An instant is compared only with instants, and a span only with spans: each is an identifier that no policy declares. */
export const INSTANT: ModelType = { kind: 'entity', entity: 'point in time', canonical: [] };
export const SPAN: ModelType = { kind: 'entity', entity: 'span of time', canonical: [] };

/** True for the types of `time of due`, `now` and `2h`, which can be ordered although they are not numbers. */
export function isTimeType(type: ModelType): boolean {
    return type === INSTANT || type === SPAN;
}

/** The type in source syntax. */
export function typeText(type: ModelType): string {
    switch (type.kind) {
        case 'int':
        case 'number':
        case 'decimal':
            return [
                type.kind === 'decimal' ? `decimal(${type.scale})` : type.kind,
                ...(type.min === undefined ? [] : [`>= ${type.min}`]),
                ...(type.max === undefined ? [] : [`<= ${type.max}`])
            ].join(' ');
        case 'literals':
            return type.values.map((value) => JSON.stringify(value)).join(' | ');
        case 'list':
            return type.element.kind === 'literals' && type.element.values.length > 1
                ? `(${typeText(type.element)})[]`
                : `${typeText(type.element)}[]`;
        case 'record':
            return 'a record';
        case 'map':
            return `map<string, ${typeText(type.value)}>`;
        case 'entity':
            return type.entity;
        case 'string':
            return type.pattern ? `string /${type.pattern.regex}/${type.pattern.ignoreCase ? 'i' : ''}` : 'string';
        default:
            return type.kind;
    }
}

/**
 * The reason why the value is not of the type, to follow its name (`is 5, not a string`), or undefined if it is. The
 * model makes the same judgement for values that can be written as constants, in its own words: the language has only
 * the model's types. A test compares the two.
 */
export function misfit(type: ModelType, value: Value): string | undefined {
    switch (type.kind) {
        case 'any':
            return undefined;
        case 'string':
            return typeof value !== 'string'
                ? `is ${shown(value)}, not a text`
                : type.pattern && !matches(value, type.pattern)
                  ? `is ${shown(value)}, which does not match its pattern`
                  : undefined;
        case 'bool':
            return typeof value === 'boolean' ? undefined : `is ${shown(value)}, not true or false`;
        case 'int':
        case 'number':
        case 'decimal':
            return numberMisfit(type, value);
        case 'entity':
            return typeof value === 'string'
                ? undefined
                : `is ${shown(value)}, and ${withArticle(type.entity)} is a text`;
        case 'literals':
            return type.values.some((literal) => literal === value)
                ? undefined
                : `is ${shown(value)}, not one of ${type.values.map(shown).join(', ')}`;
        case 'list': {
            if (!isList(value)) {
                return `is ${shown(value)}, not a list`;
            }
            const problem = value.map((item) => misfit(type.element, item)).find((text) => text !== undefined);
            return problem && `has an element that ${problem}`;
        }
        case 'map': {
            if (typeof value !== 'object' || value === null || isList(value)) {
                return `is ${shown(value)}, not a map`;
            }
            const problem = Object.values(value)
                .map((item) => misfit(type.value, item))
                .find((text) => text !== undefined);
            return problem && `has a value that ${problem}`;
        }
        case 'record':
            return typeof value === 'object' && value !== null && !isList(value)
                ? fieldsMisfit(type.fields, value)
                : `is ${shown(value)}, not a record`;
    }
}

/** True if every value of the type is also one of the other. A false answer may be too cautious. */
export function isWithinType(type: ModelType, other: ModelType): boolean {
    if (other.kind === 'any' || typeText(type) === typeText(other)) {
        return true;
    }
    if (type.kind === 'literals') {
        return type.values.every((value) => misfit(other, value) === undefined);
    }
    if (type.kind === 'string') {
        return other.kind === 'string' && !other.pattern;
    }
    if (!isNumeric(type) || !isNumeric(other)) {
        return false;
    }
    const isFine = other.kind === 'number' || scaleOf(type) <= scaleOf(other);
    const isAbove = other.min === undefined || (type.min !== undefined && type.min >= other.min);
    return isFine && isAbove && (other.max === undefined || (type.max !== undefined && type.max <= other.max));
}

type NumericType = ModelType & { kind: 'int' | 'number' | 'decimal' };

function isNumeric(type: ModelType): type is NumericType {
    return type.kind === 'int' || type.kind === 'number' || type.kind === 'decimal';
}

/** The number of digits after the point. */
function scaleOf(type: NumericType): number {
    return type.kind === 'int' ? 0 : type.kind === 'decimal' ? type.scale : Infinity;
}

export function kindOfValue(value: string | number | boolean): Kind {
    return typeof value === 'string' ? 'text' : typeof value === 'number' ? 'number' : 'truth value';
}

/** The value in source syntax, cut if it is long. */
export function shown(value: Value): string {
    const text = JSON.stringify(value);
    return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** The text in the canonical form of the entity, which is the same for two spellings of one thing. */
export function canonicalForm(type: ModelType & { kind: 'entity' }, text: string): string {
    return type.canonical.reduce(
        (form, step) => (step === 'lower' ? form.toLowerCase() : step === 'upper' ? form.toUpperCase() : form.trim()),
        text
    );
}

/** Writes `an Account`, or `a Profile`. */
export function withArticle(name: string): string {
    return `${/^(?:[aeio]|u(?![^aeiou][aeiou]))/i.test(name) ? 'an' : 'a'} ${name}`;
}

/** A description of the type's values, worded to follow `is`. */
export function whatIs(type: ModelType): string {
    return type.kind === 'entity' ? withArticle(type.entity) : typeText(type);
}

/** The values of a type without parts or patterns, in words, to follow `is`. */
export function whyNoText(type: ModelType): string {
    return type.kind === 'entity' ? `${whatIs(type)}, which can only be compared for equality` : typeText(type);
}

function numberMisfit(type: ModelType & { kind: 'int' | 'number' | 'decimal' }, value: Value): string | undefined {
    if (typeof value !== 'number') {
        return `is ${shown(value)}, not a number`;
    }
    if (type.kind === 'decimal' && digitsAfterPoint(value) > type.scale) {
        return type.scale === 0
            ? `is ${value}, not a whole number`
            : `is ${value}, with more than ${type.scale} ${type.scale === 1 ? 'digit' : 'digits'} after the point`;
    }
    const scale = type.kind === 'decimal' ? type.scale : 0;
    if (Math.abs(value) * 10 ** scale > Number.MAX_SAFE_INTEGER) {
        return `is ${value}, too large to be exact`;
    }
    if (type.kind === 'int' && !Number.isInteger(value)) {
        return `is ${value}, not a whole number`;
    }
    if (type.min !== undefined && value < type.min) {
        return `is ${value}, less than ${type.min}`;
    }
    return type.max !== undefined && value > type.max ? `is ${value}, more than ${type.max}` : undefined;
}

function fieldsMisfit(fields: readonly ModelParam[], value: { readonly [field: string]: Value }): string | undefined {
    for (const field of fields) {
        const given = Object.hasOwn(value, field.name) ? value[field.name] : undefined;
        if (given === undefined) {
            if (!field.optional && field.default === undefined) {
                return `lacks the field "${field.name}"`;
            }
        } else {
            const problem = misfit(field.type, given);
            if (problem !== undefined) {
                return `has a field "${field.name}" that ${problem}`;
            }
        }
    }
    const extra = Object.keys(value).find((name) => !fields.some((field) => field.name === name));
    return extra === undefined ? undefined : `has a field "${extra}" that is not declared`;
}

function digitsAfterPoint(value: number): number {
    const [, fraction = '', exponent = '0'] = /^-?\d+(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value)) ?? [];
    return Math.max(0, fraction.length - Number(exponent));
}

function isList(value: Value): value is readonly Value[] {
    return Array.isArray(value);
}
