/**
 * Results of the benchmarks AgentDojo and AgentDyn: a record is the result of one task, one message of it, or a session
 * as a list of events. The benchmark runs the calls of a message one after the other, so each call is placed directly
 * before its answer.
 */
import { type Fields, isFields } from '../../../../gateway/json.js';
import { parse } from 'yaml';
import type { SessionRecord } from '../../../../gateway/events.js';
import { jsonCopy } from '../../../../gateway/json.js';
import { isRecord, withText } from '../../../../gateway/result-fields.js';
import type { Value } from '../../../../model/policy/policy.js';
import type { Emit, Place, TraceReader } from './format.js';
import { argumentsOf, textOf, UnreadableValue } from './format.js';

interface WaitingCall {
    readonly id: string | undefined;
    readonly tool: string;
    readonly args: Fields;
    readonly place: Place;
}

export class AgentDojoReader implements TraceReader {
    readonly format = 'agentdojo';
    readonly hasUsers = true;
    /** The number of recordings of a task, by the name of its session. */
    private readonly recorded = new Map<string, number>();
    /** Calls that are not yet answered. */
    private waiting: WaitingCall[] = [];
    private calls = 0;
    private unanswered = 0;

    get notes(): readonly string[] {
        if (this.unanswered === 0) {
            return [];
        }
        return [
            this.unanswered === 1
                ? '1 call has no answer: the benchmark ended before making it, and it is not decided.'
                : `${this.unanswered} calls have no answer: the benchmark ended before making them, and they are not decided.`
        ];
    }

    read(value: unknown, place: Place, emit: Emit): void {
        if (!isFields(value)) {
            throw new UnreadableValue('a result of AgentDojo is a JSON object');
        }
        const name = isList(value['messages']) ? 'messages' : 'events';
        const list = value[name];
        if (!isList(list)) {
            this.message(value, undefined, place, emit);
            return;
        }
        const session = this.nameFor(value);
        try {
            list.forEach((one, index) => {
                const inside = { ...place, path: `${place.path}${place.path && '.'}${name}[${index}]` };
                if (!isFields(one)) {
                    throw new UnreadableValue(`${name}[${index}] is not a JSON object`);
                }
                if (name === 'messages') {
                    this.message(one, session, inside, emit);
                } else {
                    this.event(one, session, inside, emit);
                }
            });
        } finally {
            this.endSession();
            emit({ session, record: { type: 'end' }, place });
        }
    }

    finish(): void {
        this.endSession();
    }

    private endSession(): void {
        this.unanswered += this.waiting.length;
        this.waiting = [];
    }

    /** A task that was recorded several times gives several sessions. */
    private nameFor(value: Fields): string {
        const parts = [
            textOf(value, 'suite_name', 'suite'),
            textOf(value, 'pipeline_name', 'model'),
            textOf(value, 'user_task_id', 'task'),
            textOf(value, 'attack_type'),
            textOf(value, 'injection_task_id', 'attack')
        ];
        const name = parts.filter((part) => part !== undefined).join(' ');
        const count = (this.recorded.get(name) ?? 0) + 1;
        this.recorded.set(name, count);
        return count === 1 ? name : `${name} (${count})`;
    }

    private message(message: Fields, session: string | undefined, place: Place, emit: Emit): void {
        switch (message['role']) {
            case 'system':
                return;
            case 'user':
                this.says(contentOf(message['content']), session, place, emit);
                return;
            case 'assistant': {
                const calls = message['tool_calls'];
                (isList(calls) ? calls : []).forEach((call, index) => {
                    const path = `${place.path}${place.path && '.'}tool_calls[${index}]`;
                    if (!isFields(call)) {
                        throw new UnreadableValue(`${path} is not a call of a function`);
                    }
                    this.call(call['function'], call['args'], textOf(call, 'id'), { ...place, path });
                });
                return;
            }
            case 'tool': {
                const { error } = message;
                const isError = error !== undefined && error !== null;
                this.answer(
                    textOf(message, 'tool_call_id'),
                    isError,
                    contentOf(message['content']),
                    session,
                    place,
                    emit
                );
                return;
            }
            default:
                throw new UnreadableValue('this is not a message of AgentDojo');
        }
    }

    private event(event: Fields, session: string, place: Place, emit: Emit): void {
        const { user, assistant, call, result, error, args } = event;
        const id = textOf(event, 'id');
        if (typeof user === 'string') {
            this.says(user, session, place, emit);
        } else if (call !== undefined) {
            this.call(call, args, id, place);
        } else if (result !== undefined || error !== undefined) {
            this.answer(id, error !== undefined, typeof result === 'string' ? result : '', session, place, emit);
        } else if (assistant === undefined) {
            throw new UnreadableValue('this is not an event of a recorded session');
        }
    }

    private call(tool: unknown, args: unknown, id: string | undefined, place: Place): void {
        if (typeof tool !== 'string') {
            throw new UnreadableValue('a call names no tool');
        }
        const fields = argumentsOf(args);
        if (!fields) {
            throw new UnreadableValue(`the arguments of a call of ${tool} are not a JSON object`);
        }
        this.waiting.push({ id, tool, args: fields, place });
    }

    /** Some models repeat the id of a call or leave it out, so calls are numbered here. */
    private answer(
        id: string | undefined,
        isError: boolean,
        text: string | undefined,
        session: string | undefined,
        place: Place,
        emit: Emit
    ): void {
        const at = this.waiting.findIndex((call) => call.id === id);
        if (at < 0) {
            throw new UnreadableValue('no call waits for this answer');
        }
        const [call] = this.waiting.splice(at, 1);
        const number = String(++this.calls);
        const args = call!.args as Readonly<Record<string, Value>>;
        this.emit({ type: 'call', tool: call!.tool, args, id: number }, session, call!.place, emit);
        this.emit(
            isError
                ? { type: 'error', id: number }
                : { type: 'result', id: number, ...(text !== undefined && { result: resultIn(text) }) },
            session,
            place,
            emit
        );
    }

    /** @param text undefined if it cannot be read */
    private says(text: string | undefined, session: string | undefined, place: Place, emit: Emit): void {
        this.emit({ type: 'says', ...(text !== undefined && { text }) }, session, place, emit);
    }

    private emit(record: SessionRecord, session: string | undefined, place: Place, emit: Emit): void {
        emit({ record, place, ...(session !== undefined && { session }) });
    }
}

/** True for the result of a task, for one of its messages, and for a session as a list of events. */
export function isAgentDojo(value: Fields): boolean {
    const { messages, events, content, tool_calls: calls } = value;
    if (isList(messages)) {
        return typeof value['user_task_id'] === 'string' && typeof value['suite_name'] === 'string';
    }
    if (isList(events)) {
        return typeof value['task'] === 'string' && typeof value['suite'] === 'string';
    }
    // In other chats, blocks have their text in `text`, and the function of a call is an object.
    return (
        typeof value['role'] === 'string' &&
        ((isList(content) &&
            content.some((one) => isFields(one) && typeof one['content'] === 'string' && one['type'] === 'text')) ||
            (isList(calls) && calls.some((one) => isFields(one) && typeof one['function'] === 'string')))
    );
}

function isList(value: unknown): value is readonly unknown[] {
    return Array.isArray(value);
}

/** Older versions have a text, newer ones a list of blocks. Undefined if a block is not a text. */
function contentOf(content: unknown): string | undefined {
    if (!isList(content)) {
        return typeof content === 'string' ? content : '';
    }
    const texts = content.map((block) => (isFields(block) && block['type'] === 'text' ? block['content'] : undefined));
    return texts.every((text) => typeof text === 'string') ? texts.join('\n') : undefined;
}

/**
 * The benchmark gives its agents records and lists as YAML. A record's parts become fields, and a list becomes the
 * field `result`, as MCP servers in Python name it. The whole text stays available as `text`.
 */
export function resultIn(text: string): Value {
    if (!/^\s*(?:[[{]|- |[\w -]+:(?: |\n))/.test(text)) {
        return text;
    }
    try {
        const inner = jsonCopy(parse(text, { logLevel: 'silent', stringKeys: true }));
        const fields = isList(inner) ? { result: inner } : inner;
        return isRecord(fields) ? withText(fields, text) : text;
    } catch {
        // The text only looks like YAML.
        return text;
    }
}
