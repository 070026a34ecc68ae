/** What the gateway reads and writes in messages of the Model Context Protocol. */
import { type Fields, isFields } from '../gateway/json.js';
import { answerOfMcp } from '../gateway/mcp-answer.js';
import type { End } from '../gateway/ended-call.js';

export const INVALID = -32600;
export const NO_METHOD = -32601;
export const LOST = -32000;
/** The metadata that names the request which opened the stream that a message belongs to. */
export const SUBSCRIPTION = 'io.modelcontextprotocol/subscriptionId';
export const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged';
export function metaOf(params: unknown): Fields {
    const meta: unknown = isFields(params) ? params['_meta'] : undefined;
    return isFields(meta) ? meta : {};
}

export function withMeta<T extends Fields>(params: T, key: string, value: unknown): T {
    return { ...params, _meta: { ...metaOf(params), [key]: value } };
}

/** The trace context (https://www.w3.org/TR/trace-context/) in the metadata of a request. */
export function traceparentOf({ params }: Fields): string | undefined {
    const value = metaOf(params)['traceparent'];
    return typeof value === 'string' ? value : undefined;
}

/** True for requests and notifications about tasks, of every protocol version. */
export function isAboutTasks(method: string): boolean {
    return /^(?:notifications\/)?tasks(?:\/|$)/.test(method);
}

/** A server may answer with a task only if the capabilities of its client say so. */
export function withoutTasks(params: Fields): Fields {
    const key = 'io.modelcontextprotocol/clientCapabilities';
    const capabilities = metaOf(params)[key];
    const extensions = isFields(capabilities) ? capabilities['extensions'] : undefined;
    if (!isFields(extensions)) {
        return params;
    }
    const { 'io.modelcontextprotocol/tasks': _, ...others } = extensions;
    return withMeta(params, key, { ...(capabilities as Fields), extensions: others });
}

/**
 * A call to which the server responds with a question to the client has not ended; the client calls again with the
 * answer.
 */
export function endOf({ result, error }: Fields): End {
    if (!isFields(result)) {
        return { ...answerOfMcp({ structuredContent: isFields(error) ? error : { error } }), type: 'error' };
    }
    const isComplete = (result['resultType'] ?? 'complete') === 'complete' && !isFields(result['task']);
    return isComplete ? answerOfMcp(result) : { type: 'lost' };
}

/** True if the server asks its client for something that the call needs. */
export function isQuestion({ result }: Fields): boolean {
    return isFields(result) && result['resultType'] === 'input_required' && !isFields(result['task']);
}

export function failure({ id }: Fields, code: number, message: string): Fields {
    return { jsonrpc: '2.0', id: id ?? null, error: { code, message } };
}
