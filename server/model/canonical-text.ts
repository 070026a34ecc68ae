/** One text for each value, by which values are looked up. Values may be large, and chosen to be hard. */
import type { Arguments, Value } from './policy.js';

/**
 * One text for each value. The keys of a record are in order: those that are indices as the engine has them, first and by
 * their numbers, and then the others by their text.
 */
export function canonicalText(value: Value): string {
    if (!isWhole(value)) {
        return plainText(value);
    }
    let text = texts.get(value);
    if (text === undefined) {
        text = isInOrder(value) ? JSON.stringify(value) : textInOrder(value);
        if (text.length >= LONG) {
            texts.set(value, text);
        }
    }
    return text;
}

/** One text for each set of arguments, of the texts of its values: other conditions ask for those of single arguments. */
export function textOfArguments(args: Arguments): string {
    return keysInOrder(args)
        .map((name) => `${quoted(name)}:${canonicalText(args[name]!)}`)
        .join();
}

/** Several conditions ask for the text of the same large value, and nobody changes a value. */
const texts = new WeakMap<object, string>();

/** A shorter text is made faster than it is looked up. */
const LONG = 1_000;

/** Whether the keys of all records are in order as they are, so that the engine can write the text, which is much faster. */
function isInOrder(value: object): boolean {
    if (Array.isArray(value)) {
        for (const element of value as readonly Value[]) {
            if (isWhole(element) && !isInOrder(element)) {
                return false;
            }
        }
        return true;
    }
    let before = '';
    for (const key of Object.keys(value)) {
        if (before > key && !isIndex(before)) {
            return false;
        }
        before = key;
        const inner = (value as Arguments)[key]!;
        if (isWhole(inner) && !isInOrder(inner)) {
            return false;
        }
    }
    return true;
}

function isWhole(value: Value): value is readonly Value[] | Arguments {
    return typeof value === 'object' && value !== null;
}

function textInOrder(value: object): string {
    const pieces: string[] = [];
    write(value, pieces);
    return pieces.join('');
}

/** Pieces that are joined once: no part of the text is copied again for each level around it. */
function write(value: object, pieces: string[]): void {
    let separator = '';
    if (Array.isArray(value)) {
        pieces.push('[');
        for (const element of value as readonly Value[]) {
            if (isWhole(element)) {
                pieces.push(separator);
                write(element, pieces);
            } else {
                pieces.push(separator + plainText(element));
            }
            separator = ',';
        }
        pieces.push(']');
        return;
    }
    pieces.push('{');
    for (const key of keysInOrder(value)) {
        const inner = (value as Arguments)[key]!;
        if (isWhole(inner)) {
            pieces.push(`${separator}${quoted(key)}:`);
            write(inner, pieces);
        } else {
            pieces.push(`${separator}${quoted(key)}:${plainText(inner)}`);
        }
        separator = ',';
    }
    pieces.push('}');
}

function plainText(value: Exclude<Value, readonly Value[] | Arguments>): string {
    return typeof value === 'string' ? quoted(value) : String(value);
}

function keysInOrder(fields: object): string[] {
    const keys = Object.keys(fields);
    if (keys[0] === undefined || !isIndex(keys[0])) {
        return keys.sort();
    }
    const others = keys.findIndex((key) => !isIndex(key));
    return others < 0 ? keys : [...keys.slice(0, others), ...keys.slice(others).sort()];
}

/** Whether the engine puts the key before all that are not indices, whenever it was set. */
export function isIndex(key: string): boolean {
    return /^(?:0|[1-9]\d{0,9})$/.test(key) && Number(key) < 2 ** 32 - 1;
}

/** Most texts need no escapes, and to see that is faster than to ask for them. */
function quoted(text: string): string {
    return text.length < 100 && !ESCAPED.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** What JSON writes with a backslash. */
// eslint-disable-next-line no-control-regex
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/;
