/** Tests ways in which a server could hand a withheld result to the client: none of its texts may arrive. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { EnforcingGateway } from '../../server/enforcement/gateway.js';
import { McpProxy } from '../../server/enforcement/proxy.js';
import { folder } from '../cli/guardrail.js';
import { eventually } from '../support/eventually.js';
import { MAIL, mail } from './policies.js';
import { expectOnPage } from '../support/tried-ways.js';

const KEY = 'the key';
const result = { content: [{ type: 'text', text: KEY }] };
const call = (id: unknown, name: string) => ({
    id,
    method: 'tools/call',
    params: { name: 'read', arguments: { folder: name }, _meta: { progressToken: id } }
});
const told = (method: string, params: object) => ({ method, params });

interface Way {
    /** What the server sends while the call runs, by the number that the call has at the server. */
    readonly during?: (number: number) => unknown[];
    readonly isCancelled?: true;
    /** What the server sends while the next call, which has the same id, runs. */
    readonly later?: (number: number) => unknown[];
    /** What the client then asks for. */
    readonly asks?: readonly object[];
}

const tasks = ['tasks/get', 'tasks/result', 'tasks/list', 'tasks/update'].map((method, index) => ({
    id: `t${index}`,
    ...told(method, { taskId: 'x' })
}));

const ways: Record<string, Way> = {
    'an answer': { during: (id) => [{ id, result }] },
    'an answer twice': {
        during: (id) => [
            { id, result },
            { id, result }
        ]
    },
    'a late answer': { isCancelled: true, later: (id) => [{ id, result }] },
    'late progress': {
        isCancelled: true,
        later: (id) => [told('notifications/progress', { progressToken: id, progress: 1, message: KEY })]
    },
    'an answer before the call': { during: (id) => [{ id: id + 1, result }] },
    'an answer to the id of the client': {
        during: () => [
            { id: 'a', result },
            { id: 7, result },
            { id: 'b', result }
        ]
    },
    'an answer with the number as a text': { during: (id) => [{ id: String(id), result }] },
    'an answer with another kind of id': {
        during: (id) =>
            [null, [id], { id }, true, id + 0.5, 1e300, '__proto__', 'constructor'].map((one) => ({ id: one, result }))
    },
    'a batch of answers': {
        during: (id) => [
            [
                { id, result },
                { id, result }
            ]
        ]
    },
    'an answer that is also a request': {
        during: (id) => [
            { id, method: 'ping', result },
            { id: 'a', method: 'ping', result }
        ]
    },
    'an answer whose method is no text': { during: (id) => [{ id, method: null, result }] },
    'an answer that is also an error': { during: (id) => [{ id, result, error: { code: 1, message: 'm' } }] },
    'an answer with an empty error': { during: (id) => [{ id, result, error: null }] },
    'a text that is the answer': { during: (id) => [{ id, result: KEY }] },
    'a list that is the answer': { during: (id) => [{ id, result: [result] }] },
    'an error': { during: (id) => [{ id, result: { ...result, isError: true } }] },
    'structured content of an error': {
        during: (id) => [{ id, result: { content: [], structuredContent: { text: KEY }, isError: true } }]
    },
    'the message of a protocol error': { during: (id) => [{ id, error: { code: 1, message: KEY } }] },
    'the data of a protocol error': { during: (id) => [{ id, error: { code: 1, message: 'm', data: { KEY } } }] },
    'a protocol error that is a text': { during: (id) => [{ id, error: KEY }] },
    'the id of a ping': { during: () => [{ id: KEY, ...told('ping', {}) }] },
    'the id of a request for roots': { during: () => [{ id: KEY, ...told('roots/list', {}) }] },
    'fields beside the answer': { during: (id) => [{ id, result, text: KEY, params: { text: KEY } }] },
    'structured content': { during: (id) => [{ id, result: { content: [], structuredContent: { text: KEY } } }] },
    metadata: { during: (id) => [{ id, result: { content: [], _meta: { text: KEY } } }] },
    'a link to a resource': {
        during: (id) => [{ id, result: { content: [{ type: 'resource_link', uri: 'k:1', name: KEY }] } }]
    },
    'a task': {
        during: (id) => [
            { id, result: { task: { taskId: 'x', statusMessage: KEY } } },
            told('notifications/tasks/status', { taskId: 'x', statusMessage: KEY })
        ],
        asks: tasks
    },
    'a task of 2026-07-28': {
        during: (id) => [
            { id, result: { resultType: 'task', taskId: 'x', statusMessage: KEY } },
            told('notifications/tasks', { taskId: 'x', status: 'completed', result })
        ],
        asks: tasks
    },
    'a question to the client': {
        during: (id) => [{ id, result: { resultType: 'input_required', inputRequests: { a: { message: KEY } } } }]
    },
    'an unknown kind of result': { during: (id) => [{ id, result: { ...result, resultType: 'partial' } }] },
    progress: { during: (id) => [told('notifications/progress', { progressToken: id, progress: 1, message: KEY })] },
    'progress of nothing': {
        during: () => [told('notifications/progress', { progressToken: 'a', progress: 1, message: KEY })]
    },
    'a log message': { during: () => [told('notifications/message', { level: 'info', data: KEY })] },
    'a log message after the result': {
        during: (id) => [{ id, result }],
        later: () => [told('notifications/message', { level: 'info', data: KEY })]
    },
    'a log message after the call was cancelled': {
        isCancelled: true,
        later: () => [told('notifications/message', { level: 'info', data: KEY })]
    },
    'a question in a dialog': { during: () => [{ id: 'q', ...told('elicitation/create', { message: KEY }) }] },
    'a request for a sample': { during: () => [{ id: 'q', ...told('sampling/createMessage', { systemPrompt: KEY }) }] },
    'the address of a resource': { during: () => [told('notifications/resources/updated', { uri: KEY })] },
    'the metadata of a changed list': {
        during: () => [told('notifications/tools/list_changed', { _meta: { text: KEY } })]
    },
    'the reason of a cancellation': {
        during: () => [told('notifications/cancelled', { requestId: 'q', reason: KEY })]
    },
    'the end of a stream': { asks: [{ id: 's', ...told('subscriptions/listen', { notifications: {} }) }] },
    'messages of the stream of a task': {
        during: () => [
            told('notifications/tasks', { _meta: { 'io.modelcontextprotocol/subscriptionId': 1 }, taskId: KEY })
        ]
    },
    'an unknown message': { during: () => [told(`notifications/${KEY}`, { text: KEY })] },
    'an unknown request': { during: () => [{ id: 'u', ...told(`x/${KEY}`, { text: KEY }) }] },
    'a call of the client': { during: () => [{ id: 'u', ...told('tools/call', { name: KEY, arguments: { KEY } }) }] },
    'a page to open': {
        during: () => [{ id: 'e', ...told('elicitation/create', { mode: 'url', url: `http://x/${KEY}` }) }]
    },
    'the end of a page to open': { during: () => [told('notifications/elicitation/complete', { elicitationId: KEY })] },
    'a change of the lists with more': {
        during: () =>
            ['tools', 'prompts', 'resources'].map((name) => told(`notifications/${name}/list_changed`, { [KEY]: KEY }))
    },
    'a message whose parameters are a text': { during: () => [{ method: 'notifications/message', params: KEY }] },
    'a message with another version': {
        during: () => [{ jsonrpc: KEY, ...told('notifications/tools/list_changed', { KEY }) }]
    },
    'progress of the call with a text as its number': {
        during: (id) => [told('notifications/progress', { progressToken: id, progress: KEY, total: KEY })]
    },
    'progress after the result': {
        during: (id) => [
            { id, result },
            told('notifications/progress', { progressToken: id, progress: 2, message: KEY })
        ]
    },
    'a question for a sample after the result': {
        during: (id) => [{ id, result }],
        later: () => [{ id: 'q', ...told('sampling/createMessage', { messages: [{ role: 'user', content: KEY }] }) }]
    },
    'a dialog after the call was cancelled': {
        isCancelled: true,
        later: () => [{ id: 'q', ...told('elicitation/create', { message: KEY, requestedSchema: { title: KEY } }) }]
    },
    'the stream of the next call': {
        during: (id) => [{ id, result }],
        later: (id) => [told('notifications/message', { _meta: { relatedTask: id }, data: KEY })]
    },
    'a link to read later, beside a text': {
        during: (id) => [{ id, result: { content: [{ type: 'resource', resource: { uri: 'k:1', text: KEY } }] } }]
    },
    'an image': { during: (id) => [{ id, result: { content: [{ type: 'image', data: KEY, mimeType: KEY }] } }] },
    'an error without a code': { during: (id) => [{ id, error: { message: KEY } }] },
    'an error that is a list': { during: (id) => [{ id, error: [KEY] }] },
    'a result that is null, with an error': {
        during: (id) => [{ id, result: null, error: { code: 1, message: KEY } }]
    },
    'a stream that nobody opened': {
        during: () => [
            told('notifications/message', { data: KEY, _meta: { 'io.modelcontextprotocol/subscriptionId': 'a' } })
        ]
    }
};

test.each(Object.entries(ways))('a withheld result does not arrive as %s', async (_, way) => {
    const { during, isCancelled, later, asks = [] } = way;
    const policy = await mail();
    const gateway = await EnforcingGateway.open({ path: join(folder({}), 'events.jsonl'), policy });
    onTestFinished(() => gateway.close().catch(() => undefined));
    const toClient: { readonly id?: unknown; readonly method?: string }[] = [];
    const calls: number[] = [];
    const proxy = new McpProxy({
        gateway,
        server: 'mail',
        patience: 0,
        toClient: (message) => toClient.push(message),
        toServer: ({ id, method }) => {
            if (method === 'tools/call') {
                calls.push(id as number);
            } else if (typeof method === 'string' && id !== undefined) {
                proxy.fromServer({ jsonrpc: '2.0', id, result: { ...result, tasks: [result] } });
            }
        }
    });
    const say = (message: object): void => proxy.fromClient({ jsonrpc: '2.0', ...message }, { session: 's' });
    const send = (messages: readonly unknown[]): void =>
        messages.forEach((one) => proxy.fromServer(Array.isArray(one) ? one : { jsonrpc: '2.0', ...(one as object) }));
    const number = async (index: number): Promise<number> => {
        await eventually(() => expect(calls.length).toBe(index + 1));
        return calls[index]!;
    };
    say(call('a', 'secret'));
    const first = await number(0);
    send(during?.(first) ?? []);
    if (isCancelled) {
        say(told('notifications/cancelled', { requestId: 'a' }));
    } else {
        send([{ id: first, result }]);
        await eventually(() => expect(toClient.some(({ id, method }) => id === 'a' && !method)).toBe(true));
    }
    asks.forEach(say);
    toClient.splice(0).forEach((message) => expect(JSON.stringify(message)).not.toContain(KEY));
    say(call('a', 'inbox'));
    const second = await number(1);
    send([...(later?.(first) ?? []), { id: second, result: { content: [{ type: 'text', text: 'hello' }] } }]);
    await eventually(() => expect(JSON.stringify(toClient)).toContain('hello'));
    expect(JSON.stringify(toClient)).not.toContain(KEY);
});

test.each([
    ['a result', { result }, true],
    ['an error', { result: { ...result, isError: true } }, true],
    ['a protocol error', { error: { code: 1, message: KEY } }, true],
    ['the data of a protocol error', { error: { code: 1, message: 'm', data: [KEY] } }, true],
    ['another error', { result: { content: [{ type: 'text', text: 'no such folder' }], isError: true } }, false],
    ['another protocol error', { error: { code: 1, message: 'no such folder' } }, false]
])('a rule about the text withholds %s by what it says', async (_, answer, isWithheld) => {
    const policy = await mail(MAIL.replace('when folder == "secret"', `when result.text contains "${KEY}"`));
    const path = join(folder({}), 'events.jsonl');
    const gateway = await EnforcingGateway.open({ path, policy });
    onTestFinished(() => gateway.close().catch(() => undefined));
    const toClient: object[] = [];
    const proxy = new McpProxy({
        gateway,
        server: 'mail',
        patience: 0,
        toClient: (message) => toClient.push(message),
        toServer: ({ id }) => proxy.fromServer({ jsonrpc: '2.0', id, ...answer })
    });
    proxy.fromClient({ jsonrpc: '2.0', ...call('a', 'inbox') }, { session: 's' });
    await eventually(() => expect(toClient.length).toBe(1));
    expect(toClient).toMatchObject(isWithheld ? [{ id: 'a', result: { isError: true } }] : [{ id: 'a', ...answer }]);
    expect(JSON.stringify(toClient).includes(`"${KEY}"`)).toBe(false);
    const [end] = readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => /"type":"(?:result|error)"/.test(line));
    expect(JSON.parse(end!)).toMatchObject({
        type: 'error' in answer || 'isError' in answer.result ? 'error' : 'result',
        ...(isWithheld && { withheldBy: [{ text: expect.stringMatching(/^withhold/) as string }] })
    });
});

test('the page counts these ways', () => expectOnPage('test/enforcement/results.test.ts', ways));
