/** Converts results of the Model Context Protocol to the ends of calls, for logs of messages and for gateways. */
import type { JsonValue } from './events.js';
import { isFields, unwrapped } from './json.js';

/**
 * A result with `isError` is an error, like a protocol error: the server may have done something before it failed (M2).
 *
 * @param result the result of the response; undefined if it has an error instead
 */
export function answerOfMcp(
    result: unknown
): { readonly type: 'error' } | { readonly type: 'result'; readonly result: JsonValue } {
    if (!isFields(result) || result['isError'] === true) {
        return { type: 'error' };
    }
    const { content, structuredContent } = result;
    const texts = Array.isArray(content)
        ? content.flatMap((one: unknown) => (isFields(one) && typeof one['text'] === 'string' ? [one['text']] : []))
        : [];
    const text = texts.join('\n');
    const fields = isFields(structuredContent) ? structuredContent : unwrapped(text);
    return { type: 'result', result: (isFields(fields) ? { text, ...fields } : text) as JsonValue };
}
