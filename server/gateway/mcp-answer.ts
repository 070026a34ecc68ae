/** The ends of calls from their results, for every gateway, hook, adapter and format of logs. */
import { sameValue } from '../model/values/values.js';
import type { JsonObject, JsonValue } from './events.js';
import { type Fields, isFields, isTooDeep } from './json.js';
import { completed, hasRoundedNumber, isOnlyText, isRecord, valueIn } from './result-fields.js';

/**
 * How a call ended, and what the agent would see of it. What an error says is no part of the history, but a rule may
 * withhold it like a result.
 */
export interface CallEnd {
    readonly type: 'result' | 'error';
    readonly result?: JsonValue;
}

/** The end as the history has it. */
export function recordOf<E extends CallEnd>(end: E): (E & { readonly type: 'result' }) | { readonly type: 'error' } {
    return end.type === 'error' ? { type: 'error' } : end;
}

/**
 * The end of a call whose result a client or a library gives: a result of the Model Context Protocol, blocks of content,
 * or any other value.
 */
export function answerOf(result: JsonValue): CallEnd {
    const { content, ...others } = isFields(result) ? result : {};
    if (areBlocks(content) && Object.keys(others).every((name) => BESIDE_CONTENT.has(name))) {
        return answerOfMcp(result);
    }
    return isBlock(result) || areBlocks(result) ? answerOfBlocks([result].flat()) : { type: 'result', result };
}

/** The success of a call that gave these blocks of content. */
export function answerOfBlocks(content: readonly unknown[]): CallEnd {
    return answerOfMcp({ content });
}

const BESIDE_CONTENT: ReadonlySet<string> = new Set(['structuredContent', 'isError', 'resultType', '_meta']);

function areBlocks(value: unknown): value is readonly JsonValue[] {
    return Array.isArray(value) && value.length > 0 && value.some(isBlock);
}

/** True for a block of content. Records of tools may also have a field `type`. */
function isBlock(value: unknown): boolean {
    const type = isFields(value) ? value['type'] : undefined;
    return (
        typeof type === 'string' &&
        (/^(?:image|audio|resource_link|(?:input|output)_.*)$/.test(type) || Object.hasOwn(value as Fields, type))
    );
}

/**
 * A result with `isError` is an error, like a protocol error: the server may have done something before it failed (M2).
 *
 * `text` is everything that the client gets: the texts of all blocks, and the structured content if they do not repeat
 * it. It is null, so unknown, if anything in the result cannot be read as text, or is called `text` but is not all of
 * it. A field is left out, so unknown, if the result has different values for it.
 *
 * @param result the result of the response; undefined if it has an error instead
 */
export function answerOfMcp(result: unknown): CallEnd {
    if (!isFields(result)) {
        return { type: 'error' };
    }
    if (result['isError'] === true) {
        return { ...answerOfMcp({ ...result, isError: false }), type: 'error' };
    }
    if (isTooDeep(result)) {
        return { type: 'result' };
    }
    const { content = [], structuredContent, isError, resultType, _meta, ...rest } = result;
    const blocks = Array.isArray(content) ? content.map(textsOfBlock) : [undefined];
    const shown = blocks.flatMap((one) => one ?? []);
    const isAnotherText = typeof structuredContent === 'string' && !shown.includes(structuredContent);
    const texts = isAnotherText ? [...shown, structuredContent] : shown;
    const values = [texts.join('\n'), ...texts].map(valueIn);
    const records = [structuredContent, ...values].filter(isRecord);
    const own = records.find((one) => Object.hasOwn(one, 'text'));
    const isReadable =
        !blocks.includes(undefined) &&
        Object.keys(rest).length === 0 &&
        (isError ?? false) === false &&
        (resultType ?? 'complete') === 'complete' &&
        saysNothing(_meta) &&
        !hasRoundedNumber(structuredContent) &&
        (own === undefined || isAll(own, records, texts));
    const fields = agreed([structuredContent, values[0]].filter(isRecord), records);
    if (!isReadable) {
        return { type: 'result', result: { ...fields, text: null } };
    }
    const text = textOf(texts, structuredContent as JsonValue | undefined, values);
    const isText = records.length === 0;
    return {
        type: 'result',
        result: isText ? text : own ? fields : { ...fields, text: completed(text, fields, true) }
    };
}

/** All of the texts, and the structured content if they do not repeat it. */
function textOf(
    texts: readonly string[],
    structured: JsonValue | undefined,
    [whole, ...values]: readonly (JsonValue | undefined)[]
): string {
    const all = texts
        .map((text, index) => (values[index] === undefined ? text : completed(text, values[index], true)))
        .join('\n');
    return structured === undefined ||
        texts.includes(structured as string) ||
        [whole, ...values].some((one) => sameValue(one, structured))
        ? all
        : completed(all, structured);
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
        case 'input_text':
        case 'output_text': {
            const { cache_control: cached, citations, logprobs, ...fields } = rest;
            return isCacheMark(cached) && isEmpty(citations) && isEmpty(logprobs)
                ? textsOf(fields, ['text'])
                : undefined;
        }
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

/** True for what asks the model's provider to keep a block. */
function isCacheMark(value: unknown): boolean {
    const { type = 'ephemeral', ttl = '5m', ...rest } = isFields(value) ? value : { value: value ?? undefined };
    return type === 'ephemeral' && (ttl === '5m' || ttl === '1h') && Object.values(rest).every(isEmpty);
}

function isEmpty(value: unknown): boolean {
    return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

function isAnnotation(value: unknown): boolean {
    if (isEmpty(value)) {
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

/** The fields of `shown` that have the same value in all `records` that have them. */
function agreed(shown: readonly JsonObject[], records: readonly JsonObject[]): JsonObject {
    const isAgreed = ([name, value]: readonly [string, JsonValue]): boolean =>
        records.every((one) => !Object.hasOwn(one, name) || sameValue(one[name], value));
    return Object.fromEntries(shown.flatMap((record) => Object.entries(record)).filter(isAgreed));
}

/** True if nothing is in the result except the field `text` of this record. */
function isAll(own: JsonObject, records: readonly JsonObject[], texts: readonly string[]): boolean {
    return (
        isOnlyText(own) &&
        records.every((one) => sameValue(one, own)) &&
        texts.every((one) => one === own['text'] || sameValue(valueIn(one), own))
    );
}
