/**
 * The fields of a result as conditions read them. `text` is everything that the agent gets, or null, which is unknown,
 * if it may lack something.
 */
import type { Arguments } from '../model/policy/policy.js';
import type { JsonObject, JsonValue } from './events.js';
import { isFields, parsed } from './json.js';

/**
 * The fields of a recorded result. A record that has no `text` gets one, and a text that is the JSON of a record also
 * has its fields. A field named `text` is kept if it repeats all other fields, as a gateway records it; in any other
 * record nobody knows if it is a part of the result or all of it.
 */
export function fieldsOf(result: JsonValue): Arguments {
    if (typeof result === 'string') {
        const value = valueIn(result);
        return isRecord(value) ? withText(value, result) : { text: completed(result, value ?? null, true) };
    }
    if (isRecord(result) && Object.hasOwn(result, 'text')) {
        return { ...result, text: isRepeated(result) ? result['text']! : null };
    }
    const text = hasRoundedNumber(result) ? null : completed('', result);
    return isRecord(result) ? { ...result, text } : { text };
}

/** The fields of a record and the text that it was read from. */
export function withText(fields: JsonObject, text: string): JsonObject {
    return Object.hasOwn(fields, 'text')
        ? { ...fields, text: isOnlyText(fields) ? fields['text']! : null }
        : { ...fields, text: completed(text, fields, true) };
}

export function isRecord(value: unknown): value is JsonObject {
    return isFields(value);
}

/** True if a record has a text and nothing else. */
export function isOnlyText(record: JsonObject): boolean {
    return typeof record['text'] === 'string' && Object.keys(record).length === 1;
}

/** The list or record in a JSON text; undefined if there is none, or if it gives a field twice. */
export function valueIn(text: string): JsonValue | undefined {
    const value = /^\s*[{[]/.test(text) ? parsed(text) : undefined;
    if (value === undefined) {
        return undefined;
    }
    let count = 0;
    for (const [, colon] of text.replaceAll(/\\./g, '').matchAll(STRINGS)) {
        count += colon === undefined ? 0 : 1;
    }
    return count === namesIn(value) ? (value as JsonValue) : undefined;
}

/** The value that a client has written as JSON text; the text itself if it is anything else. */
export function decoded(text: string): JsonValue {
    const inner = text.startsWith('"') ? parsed(text) : undefined;
    return typeof inner === 'string' ? inner : (valueIn(text) ?? text);
}

/**
 * The strings of a JSON text that has no escapes, and the colon that follows the name of a field. Each is read once, so
 * that the time does not grow with the square of a long text.
 */
const STRINGS = /"[^"]*"(\s*:)?/g;

function namesIn(value: unknown): number {
    if (typeof value !== 'object' || value === null) {
        return 0;
    }
    const inner = Object.values(value);
    return inner.reduce<number>((sum, one) => sum + namesIn(one), Array.isArray(value) ? 0 : inner.length);
}

/**
 * The text with what it lacks of the value. JSON and YAML may escape characters, so names, texts and numbers that are
 * written differently are added by themselves. Nothing is added to a text that has been completed.
 *
 * @param isWritten true if the text is the value, in JSON or in YAML
 */
export function completed(text: string, value: JsonValue, isWritten = false): string {
    const parts = partsOf(value);
    const lacks = (part: string): boolean => !WRAPPING.has(part) && !text.includes(part);
    const isFew = parts.length <= FEW;
    if (isFew && (isWritten || parts.length > 0)) {
        const missing = parts.filter(lacks);
        if (isWritten || missing.length === 0) {
            return joined(text, ...missing);
        }
    }
    const added = joined(JSON.stringify(value), ...parts.filter((part) => ESCAPED.test(part)));
    return text.includes(added) ? text : joined(text, added);
}

function joined(...texts: readonly string[]): string {
    return texts.filter((one) => one !== '').join('\n');
}

/** True if the text of a record contains all of its other fields. */
function isRepeated({ text, ...others }: JsonObject): boolean {
    return typeof text === 'string' && completed(text, others, true) === text;
}

/** The largest number of parts that are each looked for in the text. */
const FEW = 100;
/** The names of the only field in which servers wrap their text. */
const WRAPPING: ReadonlySet<string> = new Set(['content', 'result']);
const ESCAPED = /[^ -~]|["\\]/;

/** All texts and numbers, and the names of all fields. */
function partsOf(value: JsonValue | undefined): string[] {
    return typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([name, inner]) => [...(Array.isArray(value) ? [] : [name]), ...partsOf(inner)])
        : value === undefined || value === null
          ? []
          : [String(value)];
}

/** True if the agent may get other digits than those that are read here. */
export function hasRoundedNumber(value: unknown): boolean {
    return typeof value === 'object' && value !== null
        ? Object.values(value).some(hasRoundedNumber)
        : typeof value === 'number' && !Number.isSafeInteger(value) && Number.isInteger(value);
}
