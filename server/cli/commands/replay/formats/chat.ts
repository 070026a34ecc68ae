/**
 * Reads chat transcripts: OpenAI's chat completions and responses, Anthropic's messages. A record is a conversation, or
 * one message with the conversation's name.
 */
import { type Fields, isFields } from '../../../../gateway/json.js';
import { answerOf, answerOfBlocks, recordOf } from '../../../../gateway/mcp-answer.js';
import type { JsonValue, SessionRecord } from '../../../../gateway/events.js';
import type { Value } from '../../../../model/policy/policy.js';
import type { Emit, Place, TraceReader } from './format.js';
import { isClientLine, userWordsIn } from './claude-code.js';
import { argumentsOf, textOf, timeOf, UnreadableValue } from './format.js';

const SESSION = [
    'session',
    'sessionId',
    'session_id',
    'conversation_id',
    'thread_id',
    'conversation',
    'previous_response_id'
];
/** The fields that may contain a conversation's messages. */
const LISTS = ['messages', 'input', 'output', 'items'];
/** The types of items that contain no calls or user messages. */
const OTHERS: ReadonlySet<unknown> = new Set(['reasoning', 'item_reference', 'file_search_call', 'web_search_call']);

type Say = (record: SessionRecord, path: string, server?: string) => void;

export class ChatReader implements TraceReader {
    readonly hasUsers = true;
    /** The number of answers that do not state if they are errors. */
    private unmarked = 0;
    private conversations = 0;
    private isAnthropic: boolean;

    /**
     * @param unmarked how to count an answer that does not state if it is an error
     * @param format the likely format, unless a message has a feature that only the other one has
     */
    constructor(
        private readonly unmarkedAre: 'success' | 'unknown',
        format: 'openai' | 'anthropic'
    ) {
        this.isAnthropic = format === 'anthropic';
    }

    get format(): 'openai' | 'anthropic' {
        return this.isAnthropic ? 'anthropic' : 'openai';
    }

    get notes(): readonly string[] {
        if (this.unmarked === 0) {
            return [];
        }
        const [counted, means] =
            this.unmarked === 1
                ? ['1 answer does not say whether it is an error', 'it counts as']
                : [`${this.unmarked} answers do not say whether they are errors`, 'they count as'];
        return [
            this.unmarkedAre === 'success'
                ? `${counted}: ${means} successes (with --unmarked unknown: as unknown).`.replace(
                      'it counts as successes',
                      'it counts as a success'
                  )
                : `${counted}: whether the calls succeeded is unknown.`
        ];
    }

    read(value: unknown, place: Place, emit: Emit): void {
        const lists = conversationIn(value);
        if (!lists) {
            this.single(value, place, emit);
            return;
        }
        this.conversations++;
        const session =
            (isFields(value) ? textOf(value, 'id', ...SESSION) : undefined) ?? `conversation ${this.conversations}`;
        for (const [name, list] of lists) {
            list.forEach((message, index) => {
                const path = `${place.path}${place.path && name ? '.' : ''}${name}[${index}]`;
                this.message(message, this.sayer(session, message, { ...place, path }, emit));
            });
        }
        emit({ session, record: { type: 'end' }, place });
    }

    finish(): void {}

    /** Reads one message, alone or inside a client's wrapper. */
    private single(value: unknown, place: Place, emit: Emit): void {
        if (!isFields(value)) {
            throw new UnreadableValue('a transcript is a JSON object with messages, or a list of them');
        }
        const message = isFields(value['message']) ? value['message'] : value;
        if (!isMessage(message)) {
            // Clients write other lines between the messages.
            const isNamed = typeof value['type'] === 'string' && textOf(value, ...SESSION) !== undefined;
            if (isNamed || (isClientLine(value) && !isFields(value['message']))) {
                return;
            }
            throw new UnreadableValue('this is not a message of a chat');
        }
        const say = this.sayer(textOf(value, ...SESSION), value, place, emit);
        this.message(message, isClientLine(value) ? onlyWordsOfTheUser(value, say) : say);
    }

    private sayer(session: string | undefined, around: unknown, place: Place, emit: Emit): Say {
        const fields = isFields(around) ? around : {};
        const time = timeOf(fields);
        const agent = textOf(fields, 'agent');
        return (record, path, server) =>
            emit({
                ...(session !== undefined && { session }),
                record: {
                    ...record,
                    ...time,
                    ...(agent !== undefined && record.type === 'call' && { agent })
                },
                ...(server !== undefined && { server }),
                place: path === '' ? place : { ...place, path: `${place.path}${place.path ? '.' : ''}${path}` }
            });
    }

    private message(message: unknown, say: Say): void {
        if (!isFields(message)) {
            throw new UnreadableValue('a message is a JSON object');
        }
        if (typeof message['type'] === 'string' && message['role'] === undefined) {
            this.item(message, say);
            return;
        }
        const { role, content } = message;
        switch (role) {
            case 'user':
                this.user(content, say);
                return;
            case 'assistant':
                this.assistant(message, say);
                return;
            case 'tool':
            case 'function':
                this.answer(textOf(message, 'tool_call_id', 'name'), content, undefined, say, '');
                return;
            case 'system':
            case 'developer':
                return;
            default:
                throw new UnreadableValue(`the role ${JSON.stringify(role)} is not one of a chat`);
        }
    }

    private assistant(message: Fields, say: Say): void {
        const { content } = message;
        const calls = Array.isArray(message['tool_calls']) ? (message['tool_calls'] as unknown[]) : [];
        calls.forEach((call, index) => {
            const made =
                isFields(call) && isFields(call['function'])
                    ? call['function']
                    : isFields(call)
                      ? call['custom']
                      : undefined;
            if (!isFields(call) || !isFields(made)) {
                throw new UnreadableValue(`tool_calls[${index}] is not a call of a function`);
            }
            this.call(textOf(call, 'id'), made['name'], made['arguments'], say, `tool_calls[${index}]`);
        });
        const old = message['function_call'];
        if (isFields(old)) {
            this.call(textOf(old, 'name'), old['name'], old['arguments'], say, 'function_call');
        }
        blocksOf(content).forEach((block, index) => this.block(block, say, `content[${index}]`));
    }

    /** Emits the user's words; in Anthropic's transcripts, these messages also contain tool results. */
    private user(content: unknown, say: Say): void {
        const blocks = blocksOf(content);
        blocks.forEach((block, index) => this.block(block, say, `content[${index}]`));
        const text = typeof content === 'string' ? content : textsIn(blocks);
        if (typeof content === 'string' || blocks.some(({ type }) => type === 'text' || type === 'input_text')) {
            say({ type: 'says', text }, '');
        }
    }

    private block(block: Fields, say: Say, path: string): void {
        switch (block['type']) {
            case 'tool_use':
            case 'mcp_tool_use':
            case 'server_tool_use':
                this.isAnthropic = true;
                this.call(textOf(block, 'id'), block['name'], block['input'], say, path, textOf(block, 'server_name'));
                return;
            case 'tool_result':
            case 'mcp_tool_result':
                this.answer(
                    textOf(block, 'tool_use_id'),
                    block['content'] ?? '',
                    block['is_error'] === true,
                    say,
                    path
                );
        }
    }

    /** Reads an item of OpenAI's responses. */
    private item(item: Fields, say: Say): void {
        switch (item['type']) {
            case 'function_call':
            case 'custom_tool_call':
                this.call(textOf(item, 'call_id', 'id'), item['name'], item['arguments'] ?? item['input'], say, '');
                return;
            case 'function_call_output':
            case 'custom_tool_call_output':
                this.answer(textOf(item, 'call_id', 'id'), item['output'], undefined, say, '');
                return;
            case 'mcp_call': {
                const id = textOf(item, 'id');
                this.call(id, item['name'], item['arguments'], say, '', textOf(item, 'server_label'));
                this.answer(id, item['output'], item['error'] !== undefined && item['error'] !== null, say, '');
                return;
            }
            default:
                if (!OTHERS.has(item['type']) && item['role'] === undefined && !String(item['type']).includes('_')) {
                    throw new UnreadableValue(`the item ${JSON.stringify(item['type'])} is not one of a transcript`);
                }
        }
    }

    private call(id: string | undefined, tool: unknown, args: unknown, say: Say, path: string, server?: string): void {
        if (typeof tool !== 'string') {
            throw new UnreadableValue('a call names no tool');
        }
        const fields = argumentsOf(args);
        if (!fields) {
            throw new UnreadableValue(`the arguments of a call of ${tool} are not a JSON object`);
        }
        const record = { type: 'call' as const, tool, args: fields as Readonly<Record<string, Value>> };
        say({ ...record, ...(id !== undefined && { id }) }, path, server);
    }

    /** @param isError undefined if the answer does not state it */
    private answer(
        id: string | undefined,
        content: unknown,
        isError: boolean | undefined,
        say: Say,
        path: string
    ): void {
        const named = id === undefined ? {} : { id };
        this.unmarked += isError === undefined ? 1 : 0;
        if (isError === undefined && this.unmarkedAre === 'unknown') {
            say({ type: 'lost', ...named }, path);
        } else if (isError) {
            say({ type: 'error', ...named }, path);
        } else {
            const end = Array.isArray(content)
                ? answerOfBlocks(content)
                : content === undefined || content === null
                  ? { type: 'result' as const }
                  : answerOf(content as JsonValue);
            say({ ...recordOf(end), ...named }, path);
        }
    }
}

/** The lists of messages of a conversation, by name; undefined if the value is not one. */
export function conversationIn(value: unknown): [string, readonly unknown[]][] | undefined {
    if (Array.isArray(value)) {
        return [['', value as readonly unknown[]]];
    }
    if (!isFields(value) || value['role'] !== undefined) {
        return undefined;
    }
    const lists = LISTS.flatMap((name): [string, readonly unknown[]][] =>
        Array.isArray(value[name]) ? [[name, value[name] as readonly unknown[]]] : []
    );
    return lists.length > 0 ? lists : undefined;
}

/** True if the value is a chat message, or an item of a response. */
export function isMessage(value: Fields): boolean {
    return (
        typeof value['role'] === 'string' ||
        (typeof value['type'] === 'string' && /^(function|custom_tool|mcp)_call|^reasoning$/.test(value['type']))
    );
}

function onlyWordsOfTheUser(line: Fields, say: Say): Say {
    return (record, path, server) => {
        const words = record.type === 'says' ? userWordsIn(line, record.text ?? '') : undefined;
        if (record.type !== 'says') {
            say(record, path, server);
        } else if (words !== undefined) {
            say({ ...record, text: words }, path, server);
        }
    };
}

function blocksOf(content: unknown): Fields[] {
    return Array.isArray(content) ? content.filter(isFields) : [];
}

function textsIn(blocks: readonly Fields[]): string {
    return blocks.flatMap(({ text }) => (typeof text === 'string' ? [text] : [])).join('\n');
}
