/**
 * The events that clients send to hooks. They have the same fields with different names, so one reader serves all
 * clients.
 */
import type { JsonObject } from '../../../gateway/events.js';
import { answerOf, type CallEnd } from '../../../gateway/mcp-answer.js';
import { decoded } from '../../../gateway/result-fields.js';

export type ClientEvent =
    | {
          readonly type: 'before';
          readonly session: string;
          readonly agent?: string;
          readonly call: ClientCall;
          /** The folder in which the client makes the call. */
          readonly cwd?: string;
      }
    | { readonly type: 'after'; readonly session: string; readonly call: ClientCall; readonly end: CallEnd }
    /** The user's words. */
    | { readonly type: 'says'; readonly session: string; readonly text: string }
    /** The turn or the session is over, so none of its calls is running any more. */
    | { readonly type: 'pause'; readonly session: string };

export interface ClientCall {
    /** The id of the call; absent if the client does not give one. */
    readonly id?: string;
    readonly tool: string;
    readonly args: JsonObject;
}

const TYPES: { readonly [event: string]: ClientEvent['type'] | 'failure' } = {
    // The names that Claude Code, Codex, VS Code and Guardrail's plugin for OpenCode use.
    PreToolUse: 'before',
    PostToolUse: 'after',
    PostToolUseFailure: 'failure',
    UserPromptSubmit: 'says',
    Stop: 'pause',
    SessionEnd: 'pause',
    // Gemini CLI
    BeforeTool: 'before',
    AfterTool: 'after',
    BeforeAgent: 'says',
    AfterAgent: 'pause',
    // Cursor
    preToolUse: 'before',
    postToolUse: 'after',
    postToolUseFailure: 'failure',
    beforeSubmitPrompt: 'says',
    stop: 'pause',
    sessionEnd: 'pause'
};

/** The event; undefined if it is not one that a gateway records. Throws an `Error` for anything else. */
export function clientEvent(text: string): ClientEvent | undefined {
    const value: unknown = JSON.parse(text);
    if (!isObject(value)) {
        throw new Error('the event is not a JSON object');
    }
    const name = textOf(value, 'hook_event_name', 'hookEventName');
    const type = name !== undefined && Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
    if (type === undefined) {
        if (name === undefined || /^before/i.test(name) || Object.keys(value).some((field) => /^tool/i.test(field))) {
            // A client may wait for the answer before it runs a tool, so the event must not be ignored.
            throw new Error('the event may be about a tool, and this version does not know it');
        }
        return undefined;
    }
    const session = textOf(value, 'session_id', 'sessionId', 'conversation_id');
    if (session === undefined) {
        throw new Error('the event does not name its session');
    }
    if (type === 'pause') {
        return { type, session };
    }
    if (type === 'says') {
        return { type, session, text: textOf(value, 'prompt') ?? '' };
    }
    const call = callOf(value);
    if (type === 'before') {
        const [agent, cwd] = [textOf(value, 'agent_type'), textOf(value, 'cwd')];
        return { type, session, call, ...(agent !== undefined && { agent }), ...(cwd !== undefined && { cwd }) };
    }
    return { type: 'after', session, call, end: type === 'failure' ? { type: 'error' } : endOf(value) };
}

/** True if a client waits for the answer before it runs a tool, or if the text may be such an event. */
export function asksPermission(text: string): boolean {
    try {
        const event = clientEvent(text);
        return event?.type === 'before';
    } catch {
        return true;
    }
}

function callOf(value: JsonObject): ClientCall {
    const tool = textOf(value, 'tool_name');
    if (tool === undefined) {
        throw new Error('the event does not name its tool');
    }
    const id = textOf(value, 'tool_use_id');
    const input = value['tool_input'] ?? {};
    // Cursor gives the arguments of MCP tools as JSON text.
    const args: unknown = typeof input === 'string' ? JSON.parse(input) : input;
    if (!isObject(args)) {
        throw new Error('the arguments of the call are not a JSON object');
    }
    return { tool, args, ...(id !== undefined && { id }) };
}

function endOf(value: JsonObject): CallEnd {
    const { tool_response: response, tool_output: output } = value;
    // Cursor gives each result as JSON text.
    const result = response ?? (typeof output === 'string' ? decoded(output) : output);
    if (result === undefined) {
        return { type: 'result' };
    }
    return isObject(result) && (result['error'] !== undefined || result['isError'] === true)
        ? { type: 'error' }
        : answerOf(result);
}

function textOf(value: JsonObject, ...names: string[]): string | undefined {
    for (const name of names) {
        const text = value[name];
        if (typeof text === 'string') {
            return text;
        }
    }
    return undefined;
}

function isObject(value: unknown): value is JsonObject {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
