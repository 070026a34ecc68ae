/** Computes the canonical text of a value, which is used as a key. Values may be large and chosen by an attacker. */
import type { Arguments, Value } from '../policy/policy.js';

/**
 * The canonical text of a value; equal values have equal texts. Keys of records are sorted: array indices first, in
 * numeric order (as the engine orders them), then all others by code unit.
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

/** The canonical text of arguments. It reuses the texts of single arguments, because other conditions need them too. */
export function textOfArguments(args: Arguments): string {
    return keysInOrder(args)
        .map((name) => `${quoted(name)}:${canonicalText(args[name]!)}`)
        .join();
}

/** The texts of large values, which several conditions may need. Values are immutable. */
const texts = new WeakMap<object, string>();

/** The length from which a text is cached: computing a shorter text is faster than looking it up. */
const LONG = 1_000;

/**
 * True if the keys of all records are already in order. `JSON.stringify` can then write the text, which is much faster.
 */
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

/** Collects pieces that are joined once at the end, so that no level of nesting copies the text of the inner levels. */
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

/** True if the key is an array index, which the engine puts before all other keys. */
export function isIndex(key: string): boolean {
    return /^(?:0|[1-9]\d{0,9})$/.test(key) && Number(key) < 2 ** 32 - 1;
}

/**
 * Writes a text as JSON. Most texts need no escaping, and checking for that is faster than calling `JSON.stringify`.
 */
function quoted(text: string): string {
    return text.length < 100 && !ESCAPED.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** Matches characters that JSON escapes. */
// oxlint-disable-next-line no-control-regex
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/;
