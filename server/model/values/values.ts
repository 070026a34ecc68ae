/**
 * Checks arguments against their declared types, and computes the canonical form in which two calls are equal (M4, M7).
 */
import { canonicalText } from './canonical-text.js';
import { digitsAfterPoint } from './decimals.js';
import type { Arguments, Param, Tool, Type, Value } from '../policy/policy.js';
import { matchesPattern } from './text-patterns.js';
import { mustBe } from '../policy/truth.js';

export type CompletedArguments = { readonly ok: true; readonly args: Arguments } | Incomplete;
type Incomplete = { readonly ok: false; readonly problem: string };

/**
 * The arguments with defaults filled in and optional `null` values dropped, or a sentence that describes what does not
 * fit the tool's schema.
 */
export function completeArguments(tool: Pick<Tool, 'params'>, args: Arguments): CompletedArguments {
    const complete = fittedFields(tool.params, args, 'parameter');
    return complete instanceof Misfit ? { ok: false, problem: complete.problem } : { ok: true, args: complete };
}

/** The arguments of an outside event, or of a call that is refused: those that do not fit cannot be read, and are dropped. */
export function readableArguments(params: readonly Param[], args: Arguments): Arguments {
    const readable: { [param: string]: Value } = {};
    for (const { name, type, optional, default: otherwise } of params) {
        const value = ownField(args, name);
        if (value === undefined || (value === null && optional)) {
            if (otherwise !== undefined) {
                setField(readable, name, completeValue(type, otherwise));
            }
        } else {
            const fit = fitted(type, value);
            if (!(fit instanceof Misfit)) {
                setField(readable, name, fit);
            }
        }
    }
    return readable;
}

/** The reason why the value is not of the type, or undefined if it is. */
export function misfit(type: Type, value: Value): string | undefined {
    const fit = fitted(type, value);
    return fit instanceof Misfit ? fit.problem : undefined;
}

class Misfit {
    constructor(readonly problem: string) {}
}

/**
 * The value with the defaults of its records filled in and entities in canonical form, or the reason why it is not of
 * the type. A complete value is returned unchanged, because arguments may be large, and usually nothing in them has to
 * change.
 */
function fitted(type: Type, value: Value): Value | Misfit {
    switch (type.kind) {
        case 'list':
            return Array.isArray(value)
                ? fittedList(type.element, value as readonly Value[])
                : new Misfit(`is ${show(value)}, not a list`);
        case 'record': {
            if (typeof value !== 'object' || value === null || Array.isArray(value)) {
                return new Misfit(`is ${show(value)}, not a record`);
            }
            const fields = fittedFields(type.fields, value as Arguments, 'field');
            return fields instanceof Misfit ? new Misfit(`is a record whose ${fields.problem}`) : fields;
        }
        case 'map':
            return typeof value !== 'object' || value === null || Array.isArray(value)
                ? new Misfit(`is ${show(value)}, not a map`)
                : fittedMap(type.value, value as Arguments);
        default: {
            const problem = scalarMisfit(type, value);
            return problem !== undefined
                ? new Misfit(problem)
                : type.kind === 'entity'
                  ? canonicalForm(type, value as string)
                  : value;
        }
    }
}

/** Keys may be any well-formed texts, even names that every object has. */
function fittedMap(type: Type, map: Arguments): Arguments | Misfit {
    const changed: { [key: string]: Value } = {};
    let isChanged = false;
    for (const [key, value] of Object.entries(map)) {
        if (LONE_SURROGATE.test(key)) {
            return new Misfit('has a key that is not a well-formed text');
        }
        const fit = fitted(type, value);
        if (fit instanceof Misfit) {
            return new Misfit(`has a value that ${fit.problem}`);
        }
        setField(changed, key, fit);
        isChanged ||= fit !== value;
    }
    return isChanged ? changed : map;
}

/** The entries of a map, each a record with its `key` and `value`. */
export function entriesOf(map: { readonly [key: string]: Value }): readonly Arguments[] {
    return Object.entries(map).map(([key, value]) => ({ key, value }));
}

function fittedList(type: Type, elements: readonly Value[]): readonly Value[] | Misfit {
    let changed: Value[] | undefined;
    for (let index = 0; index < elements.length; index++) {
        const element = elements[index]!;
        const fit = fitted(type, element);
        if (fit instanceof Misfit) {
            return new Misfit(`has an element that ${fit.problem}`);
        }
        if (fit !== element) {
            changed ??= elements.slice(0, index);
        }
        changed?.push(fit);
    }
    return changed ?? elements;
}

/** The fields in declaration order. */
function fittedFields(params: readonly Param[], args: Arguments, word: string): Arguments | Misfit {
    const names = Object.keys(args);
    let changed: { [param: string]: Value } | undefined;
    let declared = 0;
    for (let index = 0; index < params.length; index++) {
        const { name, type, optional, default: otherwise } = params[index]!;
        const isNext = names[declared] === name;
        const isThere = isNext || Object.hasOwn(args, name);
        const given = isThere ? args[name]! : undefined;
        const isAbsent = given === undefined || (given === null && optional);
        if (isAbsent && otherwise === undefined && !optional) {
            return new Misfit(`${word} "${name}" is missing`);
        }
        const value = !isAbsent
            ? fitted(type, given)
            : otherwise === undefined
              ? undefined
              : completeValue(type, otherwise);
        if (value instanceof Misfit) {
            return new Misfit(`${word} "${name}" ${value.problem}`);
        }
        if (value !== given || isThere !== isNext || (isThere && value === undefined)) {
            changed ??= firstOf(params, index, args);
        }
        if (changed && value !== undefined) {
            setField(changed, name, value);
        }
        declared += isThere ? 1 : 0;
    }
    // Usually all fields are declared, so they need not be compared one by one.
    const extra =
        names.length === declared ? undefined : names.find((name) => !params.some((param) => param.name === name));
    return extra === undefined ? (changed ?? args) : new Misfit(`${word} "${extra}" is not declared`);
}

/** The value of the field; undefined if the record has none, even if every object has something of that name, such as `constructor`. */
export function ownField(record: { readonly [field: string]: Value }, name: string): Value | undefined {
    return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** Adds a field; an assignment to `__proto__` would add none. */
export function setField(record: { [field: string]: Value }, name: string, value: Value): void {
    if (name === '__proto__') {
        Object.defineProperty(record, name, { value, configurable: true, enumerable: true, writable: true });
    } else {
        record[name] = value;
    }
}

function firstOf(params: readonly Param[], count: number, args: Arguments): { [param: string]: Value } {
    const first: { [param: string]: Value } = {};
    for (const { name } of params.slice(0, count)) {
        if (Object.hasOwn(args, name)) {
            setField(first, name, args[name]!);
        }
    }
    return first;
}

function scalarMisfit(type: Exclude<Type, { kind: 'list' | 'record' | 'map' }>, value: Value): string | undefined {
    switch (type.kind) {
        case 'any':
            return undefined;
        case 'string':
            return typeof value !== 'string'
                ? `is ${show(value)}, not a string`
                : LONE_SURROGATE.test(value)
                  ? 'is not a well-formed text'
                  : type.pattern && !mustBe(matchesPattern(value, type.pattern))
                    ? `is ${show(value)}, which does not match its pattern`
                    : undefined;
        case 'bool':
            return typeof value === 'boolean' ? undefined : `is ${show(value)}, not true or false`;
        case 'int':
        case 'number':
        case 'decimal':
            return numberMisfit(type, value);
        case 'entity':
            return typeof value !== 'string'
                ? `is ${show(value)}, and no text that names a ${type.entity}`
                : LONE_SURROGATE.test(value)
                  ? 'is not a well-formed text'
                  : undefined;
        case 'literals':
            return type.values.some((literal) => literal === value)
                ? undefined
                : `is ${show(value)}, not one of ${type.values.map(show).join(', ')}`;
    }
}

/** Matches a lone surrogate, which UTF-8 cannot encode: two programs would read it as two different texts. */
const LONE_SURROGATE = /[\ud800-\udfff]/u;

/** True if both values have the same canonical text. */
export function sameValue(a: Value | undefined, b: Value | undefined): boolean {
    if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
        return a === b;
    }
    if (Array.isArray(a) || Array.isArray(b)) {
        return (
            Array.isArray(a) &&
            Array.isArray(b) &&
            a.length === b.length &&
            a.every((item: Value, index) => sameValue(item, b[index] as Value))
        );
    }
    const [ours, theirs] = [a as Arguments, b as Arguments];
    const names = Object.keys(ours);
    return (
        names.length === Object.keys(theirs).length &&
        names.every((name) => Object.hasOwn(theirs, name) && sameValue(ours[name], theirs[name]))
    );
}

/** The readable part of an answer: the declared fields, and the `text` that every result has. */
export function readableResult({ returns = [] }: Tool, result: Arguments): Arguments {
    const fields = readableArguments(returns, result);
    return returns.some(({ name }) => name === 'text')
        ? fields
        : { ...fields, ...readableArguments(RESULT_TEXT, result) };
}

const RESULT_TEXT: readonly Param[] = [{ name: 'text', type: { kind: 'string' }, optional: true }];

/** The value, which must fit, with the defaults of its records filled in and entities in canonical form. */
export function completeValue(type: Type, value: Value): Value {
    const fit = fitted(type, value);
    return fit instanceof Misfit ? value : fit;
}

export function canonicalForm(type: Pick<Type & { kind: 'entity' }, 'canonical'>, text: string): string {
    return type.canonical.reduce(
        (form, step) => (step === 'lower' ? form.toLowerCase() : step === 'upper' ? form.toUpperCase() : form.trim()),
        text
    );
}

function numberMisfit(type: Type & { kind: 'int' | 'number' | 'decimal' }, value: Value): string | undefined {
    if (typeof value !== 'number' || !Number.isFinite(value)) {
        return `is ${show(value)}, not a number`;
    }
    if (type.kind === 'decimal' && digitsAfterPoint(value) > type.scale) {
        return `is ${value}, with more than ${type.scale} digits after the point`;
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

function show(value: Value): string {
    const text = canonicalText(value);
    return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

export function isList(value: Value | undefined): value is readonly Value[] {
    return Array.isArray(value);
}

export function isRecord(value: Value | undefined): value is { readonly [field: string]: Value } {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
