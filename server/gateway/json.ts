/** JSON values from outside: makes a copy that no other code can change, or throws an error with the reason. */
import { isIndex } from '../model/values/canonical-text.js';
import type { JsonValue } from './events.js';
import { GuardrailError } from './errors.js';

/**
 * The maximum nesting. A value nested more deeply could exhaust the stack of code that reads it, and no tool accepts
 * such a value.
 */
export const MOST_DEPTH = 64;

/**
 * A copy of the value as plain objects, lists and primitives. A field that is `undefined` is absent, as in JSON. Throws
 * a `GuardrailError` for a value that JSON does not have, or that is nested more than `MOST_DEPTH` deep.
 */
export function jsonCopy(value: unknown): JsonValue {
    try {
        return copied(value, 0);
    } catch (error) {
        // A getter or a proxy may throw anything.
        throw error instanceof GuardrailError
            ? error
            : new GuardrailError('GR934', 'is not a JSON value: reading it failed', { cause: error });
    }
}

/** True if the value is nested more than `MOST_DEPTH` deep. */
export function isTooDeep(value: unknown): boolean {
    let level: unknown[] = [value];
    for (let depth = 0; level.length > 0; depth++) {
        if (depth > MOST_DEPTH) {
            return true;
        }
        const below: unknown[] = [];
        for (const one of level) {
            if (typeof one === 'object' && one !== null) {
                for (const inner of Object.values(one)) {
                    if (typeof inner === 'object' && inner !== null) {
                        below.push(inner);
                    }
                }
            }
        }
        level = below;
    }
    return false;
}

export const TOO_DEEP = `is nested more than ${MOST_DEPTH} levels deep`;

function copied(value: unknown, depth: number): JsonValue {
    switch (typeof value) {
        case 'string':
        case 'boolean':
            return value;
        case 'number':
            if (!Number.isFinite(value)) {
                throw new GuardrailError('GR934', `is ${value}, which JSON does not have`);
            }
            return value;
        case 'object':
            break;
        default:
            throw new GuardrailError('GR934', `has a value of the type ${typeof value}, which JSON does not have`);
    }
    if (value === null) {
        return null;
    }
    if (depth >= MOST_DEPTH) {
        throw new GuardrailError('GR934', TOO_DEEP);
    }
    return Array.isArray(value) ? copiedList(value, depth + 1) : copiedRecord(value, depth + 1);
}

function copiedList(value: readonly unknown[], depth: number): JsonValue {
    const { length } = value;
    // A list that grows would be copied repeatedly.
    const copy = new Array<JsonValue>(length);
    for (let index = 0; index < length; index++) {
        const element = value[index];
        copy[index] = typeof element === 'string' || typeof element === 'boolean' ? element : copied(element, depth);
    }
    return copy;
}

function copiedRecord(value: object, depth: number): JsonValue {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null && Object.getPrototypeOf(prototype) !== null) {
        throw new GuardrailError('GR934', 'has an object of a class, which JSON does not have');
    }
    const names = Object.keys(value);
    if (names.length >= WIDE) {
        return copiedWideRecord(value as Readonly<Record<string, unknown>>, names, depth);
    }
    // All fields are read once and together. They become own fields of the copy, including `__proto__`.
    const fields = { ...value } as { [field: string]: JsonValue };
    for (const name of Object.keys(fields)) {
        const inner: unknown = fields[name];
        if (inner === undefined) {
            delete fields[name];
        } else if (typeof inner !== 'string' && typeof inner !== 'boolean') {
            fields[name] = copied(inner, depth);
        }
    }
    return fields;
}

/** Above this number of fields, the engine copies a record more slowly than it sets the fields one by one. */
const WIDE = 1_000;

function copiedWideRecord(
    value: Readonly<Record<string, unknown>>,
    names: readonly string[],
    depth: number
): JsonValue {
    if (isIndex(names[WIDE - 1]!)) {
        // The engine takes microseconds for each index when it is read separately, and far less when all are read
        // together.
        const fields = names.flatMap((name) => {
            const inner = value[name];
            return inner === undefined ? [] : `${JSON.stringify(name)}:${JSON.stringify(copied(inner, depth))}`;
        });
        return JSON.parse(`{${fields.join()}}`) as JsonValue;
    }
    // Without a prototype, `__proto__` is an ordinary field, and the engine prepares for many fields.
    const fields = Object.create(null) as { [field: string]: JsonValue };
    for (const name of names) {
        const inner = value[name];
        if (inner !== undefined) {
            fields[name] = copied(inner, depth);
        }
    }
    return fields;
}

/** A JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of a JSON text; undefined if it is not valid JSON or is nested too deeply. */
export function parsed(text: string): unknown {
    try {
        const value = JSON.parse(text) as unknown;
        return text.length > 2 * MOST_DEPTH && isTooDeep(value) ? undefined : value;
    } catch {
        return undefined;
    }
}
