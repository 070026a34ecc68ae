/**
 * Reads OpenTelemetry spans in OTLP JSON, by the semantic conventions for generative AI: a span `execute_tool` is a
 * call, from its start to its end. Spans are written when they end, so their events are sorted here.
 */
import { type Fields, isFields } from '../../../../gateway/json.js';
import { answerOf, recordOf } from '../../../../gateway/mcp-answer.js';
import { decoded } from '../../../../gateway/result-fields.js';
import type { CallRequest, JsonValue, SessionRecord } from '../../../../gateway/events.js';
import { counted, plural } from '../../../../model/text/plural.js';
import { replayLimit } from '../limits.js';
import {
    argumentsOf,
    type Emit,
    type Place,
    textOf,
    type TraceEvent,
    type TraceReader,
    UnreadableValue
} from './format.js';

interface TimedEvent {
    readonly event: TraceEvent;
    /** The time in nanoseconds, as the text of a whole number of 19 digits. */
    readonly at: string;
}

const SESSION = ['gen_ai.conversation.id', 'mcp.session.id', 'session.id'];

export class OtelReader implements TraceReader {
    readonly format = 'otel';
    readonly hasUsers = false;
    private readonly most = replayLimit('reorderedEvents');
    /** For each session, the events that may have to wait for earlier ones, ordered by time. */
    private readonly waiting = new Map<string, TimedEvent[]>();
    private withoutArguments = 0;
    private withoutResults = 0;

    get notes(): readonly string[] {
        return [
            'Spans do not contain what the user says, so conditions on it are unknown.',
            ...(this.withoutArguments > 0
                ? [
                      `${counted(this.withoutArguments, 'span')} ${plural(this.withoutArguments, 'has', 'have')} no \`gen_ai.tool.call.arguments\`: instrumentations leave them out unless they are asked to record content.`
                  ]
                : []),
            ...(this.withoutResults > 0
                ? [
                      `${counted(this.withoutResults, 'span')} ${plural(this.withoutResults, 'has', 'have')} no \`gen_ai.tool.call.result\`: the results of the calls are unknown.`
                  ]
                : [])
        ];
    }

    read(value: unknown, place: Place, emit: Emit): void {
        if (!isFields(value)) {
            throw new UnreadableValue('spans are a JSON object');
        }
        if (typeof value['spanId'] === 'string' || typeof value['traceId'] === 'string') {
            this.span(value, place, emit);
            return;
        }
        if (!Array.isArray(value['resourceSpans'])) {
            throw new UnreadableValue('there are no `resourceSpans` in it');
        }
        listIn(value, 'resourceSpans').forEach((resource, r) =>
            listIn(resource, 'scopeSpans').forEach((scope, s) =>
                listIn(scope, 'spans').forEach((span, index) => {
                    const path = `resourceSpans[${r}].scopeSpans[${s}].spans[${index}]`;
                    this.span(span, { ...place, path: place.path ? `${place.path}.${path}` : path }, emit);
                })
            )
        );
    }

    finish(emit: Emit): void {
        for (const session of this.waiting.keys()) {
            this.flush(session, emit);
        }
    }

    private span(span: Fields, place: Place, emit: Emit): void {
        const attributes = attributesOf(span);
        const tool = toolOf(span, attributes);
        if (tool === undefined) {
            return;
        }
        const session = textOf(attributes, ...SESSION) ?? textOf(span, 'traceId') ?? '';
        const id = textOf(span, 'spanId') ?? place.path;
        const agent = textOf(attributes, 'gen_ai.agent.name');
        const server = textOf(attributes, 'mcp.server.name');
        const args = this.argumentsIn(attributes);
        const call: SessionRecord = {
            type: 'call',
            id,
            tool,
            ...(args && { args }),
            ...(agent !== undefined && { agent }),
            ...timeIn(span, 'startTimeUnixNano')
        };
        const from = nanosecondsOf(span['startTimeUnixNano']);
        const to = nanosecondsOf(span['endTimeUnixNano']);
        this.wait(
            session,
            { at: from, event: { session, record: call, place, ...(server !== undefined && { server }) } },
            emit
        );
        const end: SessionRecord = { ...this.endOf(span, attributes, id), ...timeIn(span, 'endTimeUnixNano') };
        this.wait(session, { at: to < from ? from : to, event: { session, record: end, place } }, emit);
    }

    /** Undefined if they were not recorded. */
    private argumentsIn(attributes: Fields): CallRequest['args'] | undefined {
        const written = attributes['gen_ai.tool.call.arguments'];
        const args = written === undefined ? undefined : argumentsOf(written);
        this.withoutArguments += args ? 0 : 1;
        return args as CallRequest['args'];
    }

    private endOf(span: Fields, attributes: Fields, id: string): SessionRecord {
        const status = isFields(span['status']) ? span['status']['code'] : undefined;
        if (status === 2 || status === 'STATUS_CODE_ERROR' || attributes['error.type'] !== undefined) {
            return { type: 'error', id };
        }
        const result = attributes['gen_ai.tool.call.result'];
        this.withoutResults += result === undefined ? 1 : 0;
        const value = typeof result === 'string' ? decoded(result) : result;
        return { ...(isReadable(value) ? recordOf(answerOf(value)) : { type: 'result' }), id };
    }

    private wait(session: string, timed: TimedEvent, emit: Emit): void {
        let events = this.waiting.get(session);
        if (!events) {
            events = [];
            this.waiting.set(session, events);
        }
        // The event is usually the latest, so the search starts at the end.
        let at = events.length;
        while (at > 0 && events[at - 1]!.at > timed.at) {
            at--;
        }
        events.splice(at, 0, timed);
        if (events.length > this.most) {
            events.splice(0, events.length >> 1).forEach(({ event }) => emit(event));
        }
    }

    private flush(session: string, emit: Emit): void {
        this.waiting.get(session)?.forEach(({ event }) => emit(event));
        this.waiting.delete(session);
        emit({ session, record: { type: 'end' }, place: { line: 0, path: '' } });
    }
}

/** Undefined if the span is not a call. */
function toolOf(span: Fields, attributes: Fields): string | undefined {
    const tool = textOf(attributes, 'gen_ai.tool.name');
    const name = textOf(span, 'name') ?? '';
    const isCall =
        attributes['gen_ai.operation.name'] === 'execute_tool' ||
        attributes['mcp.method.name'] === 'tools/call' ||
        name.startsWith('execute_tool');
    return isCall ? (tool ?? /^execute_tool (.+)$/.exec(name)?.[1]) : undefined;
}

function attributesOf(span: Fields): Fields {
    return Object.fromEntries(
        listIn(span, 'attributes').flatMap(({ key, value }) => (typeof key === 'string' ? [[key, plain(value)]] : []))
    );
}

/** False if a part of the value is missing or has no representation in JSON. */
function isReadable(value: unknown): value is JsonValue {
    return typeof value === 'object' && value !== null ? Object.values(value).every(isReadable) : value !== undefined;
}

/** Decodes a value in OTLP's encoding; undefined for bytes, and for a record that has a field twice. */
function plain(value: unknown): unknown {
    if (!isFields(value)) {
        return undefined;
    }
    if ('intValue' in value) {
        return Number(value['intValue']);
    }
    if (isFields(value['kvlistValue'])) {
        const fields = listIn(value['kvlistValue'], 'values').map(({ key, value: inner }) => [
            String(key),
            plain(inner)
        ]);
        const record = Object.fromEntries(fields) as Fields;
        return Object.keys(record).length === fields.length ? record : undefined;
    }
    if (isFields(value['arrayValue'])) {
        return listIn(value['arrayValue'], 'values').map(plain);
    }
    return value['stringValue'] ?? value['boolValue'] ?? value['doubleValue'];
}

function listIn(fields: Fields, name: string): Fields[] {
    const list = fields[name];
    return Array.isArray(list) ? list.filter(isFields) : [];
}

function nanosecondsOf(value: unknown): string {
    return (typeof value === 'string' || typeof value === 'number' ? String(value) : '').padStart(19, '0');
}

function timeIn(span: Fields, name: string): { readonly time?: number } {
    const nanoseconds = Number(span[name]);
    return nanoseconds > 0 ? { time: Math.floor(nanoseconds / 1e6) } : {};
}
