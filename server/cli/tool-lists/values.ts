/** Values and types of an imported schema: those that the language can express, and their names in notes. */
import type { Type } from '../../model/policy/policy.js';

export type Primitive = string | number | boolean;

/** A JSON object, not a list. */
export type Json = { readonly [key: string]: unknown };

export function isObject(value: unknown): value is Json {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isPrimitive(value: unknown): value is Primitive {
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Characters that are invisible or change the text direction: names never contain them, and texts escape them. */
export const INVISIBLE =
    // oxlint-disable-next-line no-control-regex -- control characters are what it is for
    /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{E0000}-\u{E007F}]/gu;

export function isWritable(value: Primitive): boolean {
    switch (typeof value) {
        case 'number':
            return decimal(value) !== undefined;
        case 'string':
            return !LONE_SURROGATE.test(value);
        default:
            return true;
    }
}

/** A lone surrogate, which no text of a policy can contain. */
const LONE_SURROGATE = /[\ud800-\udfff]/u;

/** A number in the syntax of the language, without an exponent; undefined if that is not exact. */
export function decimal(value: number): string | undefined {
    if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER) {
        return undefined;
    }
    const text = String(value);
    return text.includes('e') ? undefined : text;
}

/** A type in one or two words, for a note. */
export function describe(type: Type): string {
    switch (type.kind) {
        case 'literals':
            return type.values.map((value) => JSON.stringify(value)).join(' or ');
        case 'list':
            return `list of ${describe(type.element)}`;
        case 'record':
            return 'an object';
        case 'map':
            return `map to ${describe(type.value)}`;
        default:
            return type.kind;
    }
}

export function shorten(text: string): string {
    return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
