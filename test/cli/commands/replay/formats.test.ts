/**
 * Tests that each format of logs is detected from its start, and that the same session in it is decided the same way.
 */
import { describe, expect, test } from 'vitest';
import { TRACE_FORMATS } from '../../../../server/cli/commands/replay/options.js';
import { withLimits } from '../../../../server/model/policy/limits.js';
import { policyOf } from '../../../support/policies.js';
import { OLD_RESULT, RECORDED, RESULT } from './agentdojo-logs.js';
import { decided, lines, replayed } from './replaying.js';

const policy = await policyOf(`policy P
    label private
    agent assistant
    human h
    server mail { tool read(folder: string) readonly reads private tool send(to: string) external }
    server web { tool fetch(url: string) }
    allow assistant: mail.read, web.fetch
    allow assistant: mail.send when once web.fetch
    claim "c": never mail.send after mail.read`);

/** The session is the same each time: a mail is read, fetching a page fails, a mail is sent. */
const MCP = [
    { jsonrpc: '2.0', id: 0, method: 'initialize', params: {} },
    { jsonrpc: '2.0', id: 0, result: {} },
    { jsonrpc: '2.0', method: 'notifications/initialized' },
    { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'read', arguments: { folder: 'inbox' } } },
    { jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: 'news' }] } },
    { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'fetch', arguments: { url: 'u' } } },
    { jsonrpc: '2.0', id: 2, result: { content: [], isError: true } },
    { jsonrpc: '2.0', id: 'x', method: 'tools/call', params: { name: 'send', arguments: { to: 'bob' } } },
    { jsonrpc: '2.0', id: 'x', result: { content: [] } }
];
const OPENAI = [
    { role: 'system', content: 'Help.' },
    { role: 'user', content: [{ type: 'text', text: 'What is new?' }] },
    {
        role: 'assistant',
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'mail_read', arguments: '{"folder":"inbox"}' } }]
    },
    { role: 'tool', tool_call_id: 'c1', content: 'news' },
    {
        role: 'assistant',
        tool_calls: [{ id: 'c2', type: 'function', function: { name: 'web_fetch', arguments: '{"url":"u"}' } }]
    },
    {
        role: 'assistant',
        tool_calls: [{ id: 'c3', type: 'function', function: { name: 'mail_send', arguments: '{"to":"bob"}' } }]
    },
    { role: 'tool', tool_call_id: 'c3', content: '' }
];
const RESPONSES = {
    id: 'resp_1',
    input: [{ role: 'user', content: 'What is new?' }],
    output: [
        { type: 'reasoning', summary: [] },
        { type: 'function_call', call_id: 'c1', name: 'mail-read', arguments: '{"folder":"inbox"}' },
        { type: 'function_call_output', call_id: 'c1', output: 'news' },
        { type: 'mcp_call', id: 'm1', server_label: 'web', name: 'fetch', arguments: '{"url":"u"}', error: 'no route' },
        { type: 'function_call', call_id: 'c3', name: 'mail-send', arguments: '{"to":"bob"}' },
        { type: 'function_call_output', call_id: 'c3', output: '' }
    ]
};
const ANTHROPIC = [
    { role: 'user', content: 'What is new?' },
    {
        role: 'assistant',
        content: [{ type: 'tool_use', id: 't1', name: 'mcp__mail__read', input: { folder: 'inbox' } }]
    },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: [{ type: 'text', text: 'news' }] }] },
    { role: 'assistant', content: [{ type: 'tool_use', id: 't2', name: 'mcp__web__fetch', input: { url: 'u' } }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't2', content: 'no route', is_error: true }] },
    { role: 'assistant', content: [{ type: 'tool_use', id: 't3', name: 'mcp__mail__send', input: { to: 'bob' } }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't3', content: '' }] }
];

/** @param at the second at which it starts */
function span(name: string, args: object, at: number, others: object = {}): object {
    const attributes = {
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': name,
        'gen_ai.tool.call.arguments': JSON.stringify(args),
        'gen_ai.agent.name': 'assistant'
    };
    return {
        traceId: 't',
        spanId: `s${at}`,
        name: `execute_tool ${name}`,
        startTimeUnixNano: `${1_793_610_000 + at}000000000`,
        endTimeUnixNano: `${1_793_610_001 + at}000000000`,
        attributes: Object.entries(attributes).map(([key, value]) => ({ key, value: { stringValue: value } })),
        ...others
    };
}

/** The spans are in the order of an exporter, which is not the order of their starts. */
const SPANS = [
    span('send', { to: 'bob' }, 20),
    { traceId: 't', spanId: 'r', name: 'chat model', attributes: [] },
    span('fetch', { url: 'u' }, 10, { status: { code: 2 } }),
    span('read', { folder: 'inbox' }, 0)
];
const OTLP = { resourceSpans: [{ resource: {}, scopeSpans: [{ spans: SPANS }] }] };

const pretty = (value: unknown): string => JSON.stringify(value, undefined, 2);

/** The logs, each with its format and its variant. */
const LOGS: readonly [string, string, string][] = [
    ['mcp', 'messages', lines(MCP)],
    [
        'mcp',
        'messages as a proxy writes them',
        lines(
            MCP.map((message, index) => ({
                ts: 1_793_610_000 + index,
                dir: index % 2 === 0 ? 'c2s' : 's2c',
                payload: JSON.stringify(message)
            })).map((one, index) => (index < 3 ? one : { ...one, dir: 'method' in MCP[index]! ? 'c2s' : 's2c' }))
        )
    ],
    ['mcp', 'a batch', lines([MCP])],
    ['openai', 'a conversation on a line', lines([{ id: 'a', messages: OPENAI }])],
    ['openai', 'a conversation as a document', pretty({ id: 'a', messages: OPENAI })],
    ['openai', 'a list of messages as a document', pretty(OPENAI)],
    ['openai', 'a list of conversations as a document', pretty([{ messages: OPENAI }])],
    ['openai', 'a message a line', lines(OPENAI.map((message) => ({ ...message, conversation_id: 'a' })))],
    ['openai', 'a response on a line', lines([RESPONSES])],
    ['openai', 'a response as a document', pretty(RESPONSES)],
    ['anthropic', 'a conversation on a line', lines([{ messages: ANTHROPIC }])],
    ['anthropic', 'a conversation as a document', pretty({ stop_reason: 'end_turn', messages: ANTHROPIC })],
    [
        'anthropic',
        'messages as Claude Code keeps them',
        lines([
            { type: 'summary', summary: 'news', leafUuid: 'u' },
            { type: 'file-history-snapshot', messageId: 'm', snapshot: {}, isSnapshotUpdate: false },
            { type: 'user', sessionId: 's', timestamp: '2026-11-02T09:00:00Z', message: ANTHROPIC[0] },
            { type: 'file-history-snapshot', sessionId: 's' },
            ...ANTHROPIC.slice(1).map((message) => ({ type: message.role, sessionId: 's', message }))
        ])
    ],
    ['agentdojo', 'a result on a line', lines([RESULT])],
    ['agentdojo', 'a result as a document', pretty(RESULT)],
    ['agentdojo', 'a result of older versions', lines([OLD_RESULT])],
    ['agentdojo', 'a recorded session on a line', lines([RECORDED])],
    ['otel', 'a document', pretty(OTLP)],
    ['otel', 'a request a line', lines([OTLP])],
    ['otel', 'spans', lines(SPANS)]
];

test.each(LOGS)('%s: %s', async (format, _what, log) => {
    const result = await replayed(policy, log);
    expect(result.unreadable.first).toEqual([]);
    expect(result.unfit.first).toEqual([]);
    expect(result.traceFormat).toBe(format);
    expect(result).toMatchObject({ sessions: 1, calls: 3 });
    // This is an error of a tool that is not atomic, so its effect is unknown.
    expect(decided(result)).toEqual({ allowed: 2, unknown: 1 });
    expect(result.claims[0]).toMatchObject({ verdict: 'broken', broken: { count: 1, first: [{ isCertain: true }] } });
    expect({ ...(await replayed(policy, log, {}, 5)), milliseconds: 0 }).toEqual({ ...result, milliseconds: 0 });
});

test('our own events are distinguished from MCP responses, though both have an id and a result', async () => {
    const log = {
        type: 'call',
        id: '1',
        tool: 'mail.read',
        args: { folder: 'inbox' },
        outcome: 'success',
        result: 'news'
    };
    expect(await replayed(policy, lines([log]))).toMatchObject({ traceFormat: 'jsonl', calls: 1 });
});

test('every format except our own has a log here', () => {
    expect(new Set([...LOGS.map(([format]) => format), 'jsonl'])).toEqual(new Set(TRACE_FORMATS));
});

describe('answers that do not state if they are errors', () => {
    const answered = [...OPENAI.slice(0, 5), { role: 'tool', tool_call_id: 'c2', content: '' }, ...OPENAI.slice(5)];

    test.each([
        ['success', { allowed: 3 }],
        ['unknown', { allowed: 2, unknown: 1 }]
    ] as const)('count as %s', async (unmarked, decisions) => {
        const result = await replayed(policy, lines([{ messages: answered }]), { unmarked });
        expect(decided(result)).toEqual(decisions);
        expect(result.notes[0]).toMatch(/^3 answers do not say/);
    });
});

describe('names of tools', () => {
    const written = [
        'mail.read',
        'mcp__mail__read',
        'mail__read',
        'mail_read',
        'mail-read',
        'mail/read',
        'mail:read',
        'read'
    ];
    const log = (tool: string, others: object = {}): object[] => [
        { type: 'call', tool, args: { folder: 'inbox' }, ...others }
    ];

    test.each(written)('%s is mail.read', async (tool) => {
        expect(decided(await replayed(policy, log(tool)))).toEqual({ allowed: 1 });
    });

    test('explicit mappings and server names in the log take precedence', async () => {
        const map = new Map([['get', 'mail.read']]);
        expect(decided(await replayed(policy, log('get'), { map }))).toEqual({ allowed: 1 });
        expect(decided(await replayed(policy, log('read', { server: 'mail' })))).toEqual({ allowed: 1 });
        const other = await replayed(policy, log('nothing', { server: 'web' }));
        expect(other.unknownTools.first[0]).toMatchObject({ name: 'web.nothing' });
    });

    test('a bare name that two servers have matches neither', async () => {
        const both = await policyOf(`policy P
            agent a
            server x { tool read() }
            server y { tool read() tool y_read() }
            allow a: any tool`);
        expect((await replayed(both, [{ type: 'call', tool: 'read' }])).unknownTools.first[0]).toMatchObject({
            name: 'read'
        });
        expect(decided(await replayed(both, [{ type: 'call', tool: 'x_read', args: {} }]))).toEqual({ allowed: 1 });
    });
});

describe('spans', () => {
    test('without arguments are unknown', async () => {
        const bare = {
            ...span('send', {}, 0),
            attributes: [{ key: 'gen_ai.tool.name', value: { stringValue: 'send' } }]
        };
        const result = await replayed(policy, lines([bare]));
        expect(decided(result)).toEqual({ unknown: 1 });
        expect(result.stopped.first[0]!.problem).toBe('the log does not have its arguments');
    });

    test('are sorted up to the limit', async () => {
        const reads = Array.from({ length: 30 }, (_, index) => span('read', { folder: 'x' }, 100 + index));
        const log = lines([span('send', { to: 'bob' }, 50), ...reads, span('fetch', { url: 'u' }, 0)]);
        expect(decided(await replayed(policy, log))).toEqual({ allowed: 32 });
        const few = await withLimits({ reorderedEvents: 10 }, () => replayed(policy, log));
        expect(few.unfit.first).toMatchObject([{ code: 'GR936' }, { code: 'GR936' }]);
    });
});

describe('ids that repeat', () => {
    const news = { content: [{ type: 'text', text: 'news' }] };
    const request = (id: number, name = 'read', args: object = { folder: 'inbox' }): object => ({
        jsonrpc: '2.0',
        id,
        method: 'tools/call',
        params: { name, arguments: args }
    });
    const anthropic = (id: string, name: string, input: object): object => ({
        role: 'assistant',
        content: [{ type: 'tool_use', id, name, input }]
    });
    const openai = (id: string, name: string, args: object): object => ({
        role: 'assistant',
        tool_calls: [{ id, type: 'function', function: { name, arguments: JSON.stringify(args) } }]
    });

    test.each([
        [
            'jsonl',
            [
                { type: 'call', id: '1', tool: 'mail.read', args: { folder: 'inbox' } },
                { type: 'call', id: '1', tool: 'web.fetch', args: { url: 'u' } },
                { type: 'result', id: '1' }
            ]
        ],
        ['mcp', [request(1), request(1, 'fetch', { url: 'u' }), { jsonrpc: '2.0', id: 1, result: news }]],
        [
            'openai',
            [
                openai('1', 'mail_read', { folder: 'inbox' }),
                openai('1', 'web_fetch', { url: 'u' }),
                { role: 'tool', tool_call_id: '1', content: '' }
            ]
        ],
        [
            'anthropic',
            [
                anthropic('1', 'mail_read', { folder: 'inbox' }),
                anthropic('1', 'web_fetch', { url: 'u' }),
                { role: 'user', content: [{ type: 'tool_result', tool_use_id: '1', content: '' }] }
            ]
        ]
    ] as const)('%s: while the first call is running the second is reported', async (format, log) => {
        const result = await replayed(policy, lines(log));
        expect(result).toMatchObject({
            traceFormat: format,
            calls: 1,
            unfit: { count: 1, first: [{ line: 2, code: 'GR933' }] }
        });
    });

    test('mcp: once a call has ended its id may be used again, and each response ends one call', async () => {
        const response = { jsonrpc: '2.0', id: 1, result: news };
        const log = [request(1), response, request(1), response, response];
        expect(await replayed(policy, lines(log))).toMatchObject({
            calls: 2,
            unfit: { count: 1, first: [{ line: 5 }] }
        });
    });

    test('mcp: messages that are not about a call are counted, and a response may cross a cancellation', async () => {
        const log = [
            { jsonrpc: '2.0', id: 1, method: 'tools/list' },
            { jsonrpc: '2.0', id: 1, result: { tools: [] } },
            request(2),
            { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 2 } },
            { jsonrpc: '2.0', id: 2, result: news },
            { jsonrpc: '2.0', method: 'tools/call', params: { name: 'read' } }
        ];
        const result = await replayed(policy, lines(log));
        expect(result).toMatchObject({
            calls: 1,
            events: 2,
            unfit: { count: 0 },
            unreadable: { count: 1, first: [{ line: 6 }] }
        });
        expect(result.notes.join()).toContain('3 values of the log have no call');
    });

    test('a repeated conversation is reported', async () => {
        const log = [
            { id: 'a', messages: OPENAI },
            { id: 'a', messages: OPENAI }
        ];
        const result = await replayed(policy, lines(log));
        expect([result.calls, result.sessions, result.unfit.first[0]]).toMatchObject([
            3,
            1,
            { line: 2, code: 'GR933' }
        ]);
    });
});
