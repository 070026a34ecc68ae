/**
 * A model server on the loopback address that speaks the three protocols of the clients. It answers a prompt with the
 * next call of a script. Once all calls have results, or if the client offers no tools, it answers with a text.
 */
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';

const TEXT = 'Done.';

/** @param calls the calls of a conversation, each with `name` and `input` (Codex also takes a text), or a function that returns them for a request */
export async function startModel(calls) {
    const requests = [];
    const server = createServer(async (request, response) => {
        const { pathname } = new URL(request.url, 'http://model');
        const body = request.method === 'POST' ? await json(request).catch(() => undefined) : undefined;
        const protocol = Object.keys(protocols).find((ending) => pathname.includes(ending));
        if (body === undefined || protocol === undefined || pathname.includes('count')) {
            response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' }).end('{}');
            return;
        }
        requests.push(body);
        const { results, answer } = protocols[protocol];
        const script = typeof calls === 'function' ? calls(body) : calls;
        const call = offersTools(body) ? script[results(body)] : undefined;
        const events = answer(call, `call_${results(body)}`);
        if (body.stream === true || pathname.includes('stream')) {
            response.writeHead(200, { 'content-type': 'text/event-stream' });
            const named = (event) => (event.type ? `event: ${event.type}\n` : '');
            response.end(events.map((event) => `${named(event)}data: ${JSON.stringify(event)}\n\n`).join(''));
        } else {
            const whole =
                protocol === '/messages'
                    ? { ...events[0].message, content: [{ type: 'text', text: TEXT }] }
                    : events.at(-1);
            response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(whole));
        }
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { address: `http://127.0.0.1:${server.address().port}`, requests, close: () => server.close() };
}

/** Codex sends the tools of its newest models as a message. */
const offersTools = ({ tools, input }) =>
    tools?.length > 0 || (Array.isArray(input) && input.some((item) => item.tools?.length > 0));

/** The prompt of a subagent, by which its requests are told apart. */
export const SUBTASK = 'Work as a subagent.';

/** True for a request of a subagent: only its conversation begins with the task. */
export function isSubagentOf({ messages, contents, input }) {
    const items = messages ?? contents ?? (Array.isArray(input) ? input : []);
    const end = items.findIndex(
        ({ role, type }) => role === 'assistant' || role === 'model' || /^(?:function|custom_tool)_call$/.test(type)
    );
    return JSON.stringify(items.slice(0, end < 0 ? undefined : end)).includes(SUBTASK);
}

const count = (text, pattern) => (JSON.stringify(text ?? []).match(pattern) ?? []).length;

const protocols = {
    // The protocol of Anthropic, for Claude Code and OpenCode.
    '/messages': {
        results: ({ messages }) => count(messages, /"type":"tool_result"/g),
        answer(call, id) {
            const usage = { input_tokens: 1, output_tokens: 1 };
            const message = {
                id: 'm',
                type: 'message',
                role: 'assistant',
                model: 'scripted',
                content: [],
                stop_reason: null,
                usage
            };
            const block = call ? { type: 'tool_use', id, name: call.name, input: {} } : { type: 'text', text: '' };
            const delta = call
                ? { type: 'input_json_delta', partial_json: JSON.stringify(call.input) }
                : { type: 'text_delta', text: TEXT };
            return [
                { type: 'message_start', message },
                { type: 'content_block_start', index: 0, content_block: block },
                { type: 'content_block_delta', index: 0, delta },
                { type: 'content_block_stop', index: 0 },
                { type: 'message_delta', delta: { stop_reason: call ? 'tool_use' : 'end_turn' }, usage },
                { type: 'message_stop' }
            ];
        }
    },
    // The protocol of OpenAI, for Codex.
    '/responses': {
        results: ({ input }) => count(input, /"type":"(?:function|custom_tool)_call_output"/g),
        answer(call, id) {
            // A tool whose input is a text has no parameters.
            const given =
                typeof call?.input === 'string'
                    ? { type: 'custom_tool_call', input: call.input }
                    : { type: 'function_call', arguments: JSON.stringify(call?.input) };
            const item = call
                ? {
                      ...given,
                      id,
                      call_id: id,
                      name: call.name,
                      ...(call.namespace !== undefined && { namespace: call.namespace })
                  }
                : { type: 'message', id: 'm', role: 'assistant', content: [{ type: 'output_text', text: TEXT }] };
            const usage = { input_tokens: 1, output_tokens: 1, total_tokens: 2 };
            return [
                { type: 'response.created', response: { id: 'r' } },
                { type: 'response.output_item.done', output_index: 0, item },
                { type: 'response.completed', response: { id: 'r', output: [item], usage } }
            ];
        }
    },
    // Gemini.
    enerateContent: {
        results: ({ contents }) => count(contents, /"functionResponse":/g),
        answer(call) {
            const part = call ? { functionCall: { name: call.name, args: call.input } } : { text: TEXT };
            const content = { role: 'model', parts: [part] };
            return [
                { candidates: [{ content, finishReason: 'STOP', index: 0 }], usageMetadata: { totalTokenCount: 2 } }
            ];
        }
    }
};
