/** Detects the format of a log, and selects its reader. */
import { isFields } from '../../../../gateway/json.js';
import { EVENT_TYPES } from '../../../../gateway/event-shape.js';
import { AgentDojoReader, isAgentDojo } from './agentdojo.js';
import { ChatReader, conversationIn, isMessage as isChatMessage } from './chat.js';
import { isClientLine } from './claude-code.js';
import type { TraceReader } from './format.js';
import { JsonLinesReader } from './jsonl.js';
import { McpReader, messageIn } from './mcp.js';
import type { TraceFormat } from '../options.js';
import { OtelReader } from './otel.js';

/** The format, by the first value of the log; undefined if the value matches no format. */
export function formatOf(value: unknown): TraceFormat | undefined {
    if (Array.isArray(value)) {
        return formatOf((value as readonly unknown[])[0]);
    }
    if (!isFields(value)) {
        return undefined;
    }
    if (Array.isArray(value['resourceSpans']) || typeof value['spanId'] === 'string') {
        return 'otel';
    }
    const { type, jsonrpc, role } = value;
    if (jsonrpc === undefined && role === undefined && EVENT_TYPES.some((one) => one === type)) {
        // Answers in our own format have an `id` and a `result` too.
        return 'jsonl';
    }
    if (messageIn(value)) {
        return 'mcp';
    }
    if (isAgentDojo(value)) {
        return 'agentdojo';
    }
    if (isClientLine(value)) {
        return 'anthropic';
    }
    if (
        conversationIn(value) ||
        isChatMessage(value) ||
        (isFields(value['message']) && isChatMessage(value['message']))
    ) {
        // The reader distinguishes the two chat formats in detail.
        return isFields(value) && (value['stop_reason'] !== undefined || value['sessionId'] !== undefined)
            ? 'anthropic'
            : 'openai';
    }
    return typeof value['type'] === 'string' ? 'jsonl' : undefined;
}

export function readerOf(format: TraceFormat, unmarked: 'success' | 'unknown'): TraceReader {
    switch (format) {
        case 'jsonl':
            return new JsonLinesReader();
        case 'mcp':
            return new McpReader();
        case 'openai':
        case 'anthropic':
            return new ChatReader(unmarked, format);
        case 'agentdojo':
            return new AgentDojoReader();
        case 'otel':
            return new OtelReader();
    }
}
