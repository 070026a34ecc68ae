/** Detects the format of a log, and selects its reader. */
import { assertEvent, EVENT_TYPES } from '../../../../gateway/event-shape.js';
import type { SessionRecord } from '../../../../gateway/events.js';
import { isFields } from '../../../../gateway/json.js';
import type { TraceFormat } from '../options.js';
import { AgentDojoReader, isAgentDojo } from './agentdojo.js';
import { ChatReader, conversationIn, isMessage as isChatMessage } from './chat.js';
import { isClientLine } from './claude-code.js';
import { type Emit, type Place, type TraceReader, UnreadableValue } from './format.js';
import { McpReader, messageIn } from './mcp.js';
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

/** Reads our own JSON Lines (docs/replay.md): the events of `server/gateway/events.ts`, each with its session. */
class JsonLinesReader implements TraceReader {
    readonly format = 'jsonl';
    readonly notes: readonly string[] = [];
    readonly hasUsers = true;

    read(value: unknown, place: Place, emit: Emit): void {
        if (!isFields(value)) {
            throw new UnreadableValue('an event is a JSON object');
        }
        if (value['type'] === 'gateway') {
            // A gateway also records its own actions in the same log: its start, and calls that it cannot decide.
            return;
        }
        assertEvent(value);
        const { session, server } = value;
        if (session !== undefined && typeof session !== 'string' && typeof session !== 'number') {
            throw new UnreadableValue(`\`session\` is ${shown(session)}, neither a text nor a number`);
        }
        emit({
            record: value as unknown as SessionRecord,
            place,
            ...(session !== undefined && { session: String(session) }),
            ...(typeof server === 'string' && { server })
        });
    }

    finish(): void {}
}

function shown(value: unknown): string {
    const text = JSON.stringify(value);
    return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
