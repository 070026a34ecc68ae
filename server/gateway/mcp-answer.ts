/** Converts results of the Model Context Protocol to the ends of calls, for logs of messages, hooks and gateways. */
import { sameValue } from '../model/values/values.js';
import type { JsonObject, JsonValue } from './events.js';
import { type Fields, isFields, isTooDeep, parsed } from './json.js';

/**
 * A result with `isError` is an error, like a protocol error: the server may have done something before it failed (M2).
 *
 * `text` is everything that the client gets: the texts of all blocks, and the structured content if they do not repeat
 * it. It is null, so unknown, if anything in the result cannot be read as text, or is called `text` but is not all of
 * it. A field is left out, so unknown, if the result has different values for it.
 *
 * @param result the result of the response; undefined if it has an error instead
 */
export function answerOfMcp(
    result: unknown
): { readonly type: 'error' } | { readonly type: 'result'; readonly result?: JsonValue } {
    if (!isFields(result) || result['isError'] === true) {
        return { type: 'error' };
    }
    if (isTooDeep(result)) {
        return { type: 'result' };
    }
    const { content = [], structuredContent, isError, resultType, _meta, ...rest } = result;
    const blocks = Array.isArray(content) ? content.map(textsOfBlock) : [undefined];
    const texts = blocks.flatMap((one) => one ?? []);
    const all = texts.join('\n');
    const values = [all, ...texts].map(valueIn);
    const records = [structuredContent, ...values].filter(isFields) as JsonObject[];
    const own = records.find((one) => Object.hasOwn(one, 'text'));
    const isReadable =
        !blocks.includes(undefined) &&
        Object.keys(rest).length === 0 &&
        (isError ?? false) === false &&
        (resultType ?? 'complete') === 'complete' &&
        saysNothing(_meta) &&
        !hasRoundedNumber(structuredContent) &&
        (own === undefined || isAll(own, records, texts));
    const text = own?.['text'] ?? withStructured(all, structuredContent, values);
    const shown = [structuredContent, values[0]].filter(isFields) as JsonObject[];
    return {
        type: 'result',
        result:
            isReadable && records.length === 0 ? text : { ...agreed(shown, records), text: isReadable ? text : null }
    };
}

/** The texts of a block of the content; undefined if there is something else in it. */
function textsOfBlock(block: unknown): string[] | undefined {
    if (!isFields(block)) {
        return undefined;
    }
    const { type, annotations, _meta, ...rest } = block;
    if (!saysNothing(_meta) || !isAnnotation(annotations)) {
        return undefined;
    }
    switch (type) {
        case 'text':
            return textsOf(rest, ['text']);
        case 'resource': {
            const { resource, ...others } = rest;
            const { _meta: inner, ...fields } = isFields(resource) ? resource : {};
            return Object.keys(others).length === 0 && saysNothing(inner) && typeof fields['text'] === 'string'
                ? textsOf(fields, ['text', 'uri', 'mimeType'])
                : undefined;
        }
        case 'resource_link': {
            const { size, ...fields } = rest;
            return size === undefined || typeof size === 'number'
                ? textsOf(fields, ['uri', 'name', 'title', 'description', 'mimeType'])
                : undefined;
        }
        default:
            return undefined;
    }
}

/** The texts of these fields; undefined if there are others, or if one is not a text. */
function textsOf(fields: Fields, names: readonly string[]): string[] | undefined {
    const all = names.flatMap((name) => (fields[name] === undefined ? [] : [fields[name]]));
    const areRead = Object.keys(fields).every((name) => names.includes(name));
    return areRead && all.every((one) => typeof one === 'string') ? all : undefined;
}

function isAnnotation(value: unknown): boolean {
    if (value === undefined) {
        return true;
    }
    const { audience = [], priority = 0, lastModified = '2026-01-01', ...rest } = isFields(value) ? value : { value };
    return (
        Object.keys(rest).length === 0 &&
        Array.isArray(audience) &&
        audience.every((one) => one === 'user' || one === 'assistant') &&
        typeof priority === 'number' &&
        typeof lastModified === 'string' &&
        /^[\d-]+(?:T[\d:.]+(?:Z|[+-][\d:]+)?)?$/.test(lastModified)
    );
}

/** True for metadata that only name the server, as all of 2026-07-28 do, or say that a list or a text is in `result`. */
function saysNothing(meta: unknown): boolean {
    return (
        meta === undefined ||
        (isFields(meta) &&
            Object.entries(meta).every(
                ([name, value]) =>
                    name === 'io.modelcontextprotocol/serverInfo' ||
                    (name === 'fastmcp' && sameValue(value as JsonValue, { wrap_result: true }))
            ))
    );
}

/** The list or record in a JSON text; undefined if there is none, or if it gives a field twice. */
function valueIn(text: string): JsonValue | undefined {
    const value = /^\s*[{[]/.test(text) ? parsed(text) : undefined;
    if (value === undefined) {
        return undefined;
    }
    let count = 0;
    for (const _ of text.matchAll(NAMES)) {
        count++;
    }
    return count === namesIn(value) ? (value as JsonValue) : undefined;
}

/** In valid JSON, only the name of a field stands before a colon. */
const NAMES = /"[^"\\]*(?:\\.[^"\\]*)*"(?=\s*:)/g;

function namesIn(value: unknown): number {
    if (typeof value !== 'object' || value === null) {
        return 0;
    }
    const inner = Object.values(value);
    return inner.reduce<number>((sum, one) => sum + namesIn(one), Array.isArray(value) ? 0 : inner.length);
}

/** The fields of `shown` that have the same value in all `records` that have them. */
function agreed(shown: readonly JsonObject[], records: readonly JsonObject[]): JsonObject {
    const isAgreed = ([name, value]: readonly [string, JsonValue]): boolean =>
        records.every((one) => !Object.hasOwn(one, name) || sameValue(one[name], value));
    return Object.fromEntries(shown.flatMap((record) => Object.entries(record)).filter(isAgreed));
}

/** True if nothing is in the result except the field `text` of this record. */
function isAll(own: JsonObject, records: readonly JsonObject[], texts: readonly string[]): boolean {
    return (
        typeof own['text'] === 'string' &&
        Object.keys(own).length === 1 &&
        records.every((one) => sameValue(one, own)) &&
        texts.every((one) => one === own['text'] || sameValue(valueIn(one), own))
    );
}

/**
 * The text with the structured content that it does not repeat. JSON may escape characters, so a text with such
 * characters is added by itself.
 */
function withStructured(text: string, structured: unknown, repeated: readonly (JsonValue | undefined)[]): string {
    const parts = partsOf(structured as JsonValue | undefined);
    const isIn = (part: string): boolean => parts.length <= FEW && (WRAPPING.has(part) || text.includes(part));
    const isRepeated =
        parts.every(isIn) || repeated.some((one) => one !== undefined && sameValue(one, structured as JsonValue));
    const escaped = parts.filter((part) => /[^ -~]|["\\]/.test(part) && !isIn(part));
    return [text, ...(isRepeated ? [] : [JSON.stringify(structured)]), ...escaped]
        .filter((one) => one !== '')
        .join('\n');
}

/** The largest number of parts that are each looked for in the text. */
const FEW = 100;
/** The names of the only field in which servers wrap their text. */
const WRAPPING: ReadonlySet<string> = new Set(['content', 'result']);

/** All texts and numbers, and the names of all fields. */
function partsOf(value: JsonValue | undefined): string[] {
    return typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([name, inner]) => [...(Array.isArray(value) ? [] : [name]), ...partsOf(inner)])
        : value === undefined || value === null
          ? []
          : [String(value)];
}

/** True if the client may get other digits than those that are read here. */
function hasRoundedNumber(value: unknown): boolean {
    return typeof value === 'object' && value !== null
        ? Object.values(value).some(hasRoundedNumber)
        : typeof value === 'number' && !Number.isSafeInteger(value) && Number.isInteger(value);
}
