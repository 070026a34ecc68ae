/**
 * Tests that conditions on a result see all of it or are unknown, whichever way the result comes in: through the
 * library, an adapter, a hook, or each format of logs.
 */
import { describe, expect, test } from 'vitest';
import { guardTools as guardAiSdk } from '../../server/adapters/ai-sdk.js';
import { guardTools as guardLangchain } from '../../server/adapters/langchain.js';
import { guardTool } from '../../server/adapters/openai-agents.js';
import { guardTools as guardStrands } from '../../server/adapters/strands.js';
import { clientEvent } from '../../server/cli/commands/hook/client-event.js';
import { TRACE_FORMATS } from '../../server/cli/commands/replay/options.js';
import type { JsonValue } from '../../server/gateway/events.js';
import { createSession, parsePolicy, type Session } from '../../server/gateway/library.js';
import { policyOf } from '../support/policies.js';
import { decided, lines, replayed } from '../cli/commands/replay/replaying.js';

const POLICY = `policy P
label private
agent bot
server a {
  tool read() readonly
    reads private when result.text contains "AKIA" or result.text contains "AK\\nIA"
  tool post() external
}
allow bot: a.*
deny a.post when carries private
`;
const policy = await parsePolicy(POLICY);
const model = await policyOf(POLICY);

/** Gives the result of `a.read` to the product, and returns true if the agent may then call `a.post`. */
type Door = (result: never) => Promise<boolean>;

const READ = 'mcp__a__read';
const POST = 'mcp__a__post';

async function inSession(after: (session: Session) => unknown): Promise<boolean> {
    const session = createSession(policy);
    await after(session);
    return session.decide({ tool: 'a.post' }).kind === 'allowed';
}

const inLog =
    (format: string, log: (result: never) => readonly unknown[]): Door =>
    async (result) => {
        const replay = await replayed(model, lines(log(result)));
        expect(replay).toMatchObject({ traceFormat: format, unreadable: { count: 0 }, unfit: { count: 0 }, calls: 2 });
        return decided(replay)['allowed'] === 2;
    };

const textOf = (value: JsonValue): string => (typeof value === 'string' ? value : JSON.stringify(value));

const span = (name: string, at: number, more: readonly object[]): object => ({
    traceId: 't',
    spanId: `s${at}`,
    name: `execute_tool ${name}`,
    startTimeUnixNano: `179361000${at}000000000`,
    endTimeUnixNano: `179361000${at + 1}000000000`,
    attributes: [{ key: 'gen_ai.tool.call.arguments', value: { stringValue: '{}' } }, ...more]
});
const otel = (value: object): readonly unknown[] => [
    span('a.read', 1, [{ key: 'gen_ai.tool.call.result', value }]),
    span('a.post', 3, [])
];

function inOtlp(value: JsonValue): object {
    if (typeof value !== 'object' || value === null) {
        return typeof value === 'number' ? { intValue: String(value) } : { stringValue: String(value) };
    }
    return Array.isArray(value)
        ? { arrayValue: { values: value.map(inOtlp) } }
        : { kvlistValue: { values: Object.entries(value).map(([key, inner]) => ({ key, value: inOtlp(inner) })) } };
}

const openai = (content: unknown): readonly unknown[] => {
    const calls = (id: string, name: string): object => ({
        role: 'assistant',
        tool_calls: [{ id, type: 'function', function: { name, arguments: '{}' } }]
    });
    return [{ messages: [calls('1', READ), { role: 'tool', tool_call_id: '1', content }, calls('2', POST)] }];
};
const responses = (output: unknown): readonly unknown[] => [
    {
        output: [
            { type: 'function_call', call_id: '1', name: READ, arguments: '{}' },
            { type: 'function_call_output', call_id: '1', output },
            { type: 'function_call', call_id: '2', name: POST, arguments: '{}' }
        ]
    }
];
const server = (output: unknown): readonly unknown[] => [
    {
        output: [
            { type: 'mcp_call', id: '1', server_label: 'a', name: 'read', arguments: '{}', output },
            { type: 'function_call', call_id: '2', name: POST, arguments: '{}' }
        ]
    }
];
const anthropic = (content: unknown): readonly unknown[] => [
    {
        messages: [
            { role: 'assistant', content: [{ type: 'tool_use', id: '1', name: READ, input: {} }] },
            { role: 'user', content: [{ type: 'tool_result', tool_use_id: '1', content }] },
            { role: 'assistant', content: [{ type: 'tool_use', id: '2', name: POST, input: {} }] }
        ]
    }
];
const agentdojo = (content: unknown): readonly unknown[] => [
    {
        suite_name: 's',
        user_task_id: 't',
        messages: [
            { role: 'assistant', content: null, tool_calls: [{ id: '1', function: READ, args: {} }] },
            { role: 'tool', tool_call_id: '1', content, error: null },
            { role: 'assistant', content: null, tool_calls: [{ id: '2', function: POST, args: {} }] },
            { role: 'tool', tool_call_id: '2', content: [], error: null }
        ]
    }
];
const mcp = (result: object): readonly unknown[] => [
    { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'a.read', arguments: {} } },
    { jsonrpc: '2.0', id: 1, result },
    { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'a.post', arguments: {} } }
];
const jsonl = (result: unknown): readonly unknown[] => [
    { type: 'call', id: '1', tool: 'a.read', args: {} },
    { type: 'result', id: '1', result },
    { type: 'call', id: '2', tool: 'a.post', args: {} }
];

const hook =
    (fields: (result: never) => object): Door =>
    (result) => {
        const text = JSON.stringify({
            session_id: 's',
            hook_event_name: 'PostToolUse',
            tool_name: READ,
            tool_input: {},
            ...fields(result)
        });
        const event = clientEvent(text);
        return inSession((session) => {
            session.record({ type: 'call', id: '1', tool: 'a.read', decision: 'allowed' });
            session.record({ ...(event as Extract<typeof event, { type: 'after' }>).end, id: '1' });
        });
    };

/** The adapters, for tools that return this. */
const adapters: Record<string, Door> = {
    'AI SDK': (result) =>
        inSession((session) => guardAiSdk({ 'a.read': { execute: () => result } }, { session })['a.read'].execute()),
    'OpenAI Agents': (result) =>
        inSession((session) => guardTool({ name: 'a.read', execute: (_: object) => result }, { session }).execute({})),
    LangChain: (result) =>
        inSession((session) => {
            const [tool] = guardLangchain([{ name: 'a.read', _call: () => Promise.resolve(result) }], { session });
            return (tool!._call as (input: object) => Promise<unknown>)({});
        })
};
const strands: Door = (content) =>
    inSession(async (session) => {
        // eslint-disable-next-line require-yield -- the tool reports no progress
        async function* stream() {
            return await Promise.resolve({ status: 'success', content });
        }
        const [tool] = guardStrands([{ name: 'a.read', stream }], { session });
        await (tool!.stream as (context: object) => AsyncGenerator)({ toolUse: { input: {} } }).next();
    });

/** For a value of any kind. */
const values: Record<string, Door> = {
    'the library': (result) =>
        inSession((session) => {
            session.record({ type: 'call', id: '1', tool: 'a.read', decision: 'allowed' });
            session.record({ type: 'result', id: '1', result });
        }),
    'the library, with the call': (result) =>
        inSession((session) =>
            session.record({ type: 'call', tool: 'a.read', decision: 'allowed', outcome: 'success', result })
        ),
    ...adapters,
    'Strands, JSON': (json) => strands([{ json }] as never),
    'Strands, a text': (value) => strands([{ text: textOf(value) }] as never),
    'a hook': hook((tool_response) => ({ tool_response })),
    'a hook of Cursor': hook((value) => ({ tool_output: JSON.stringify(value) })),
    'a hook of Cursor, a text': hook((value) => ({ tool_output: textOf(value) })),
    jsonl: inLog('jsonl', jsonl),
    'mcp, a text': inLog('mcp', (value) => mcp({ content: [{ type: 'text', text: textOf(value) }] })),
    'mcp, structured': inLog('mcp', (value) => mcp({ structuredContent: value })),
    openai: inLog('openai', (value) => openai(textOf(value))),
    'openai, a block': inLog('openai', (value) => openai([{ type: 'text', text: textOf(value) }])),
    'openai, responses': inLog('openai', (value) => responses(textOf(value))),
    'openai, a server': inLog('openai', (value) => server(textOf(value))),
    anthropic: inLog('anthropic', (value) => anthropic(textOf(value))),
    'anthropic, a block': inLog('anthropic', (value) => anthropic([{ type: 'text', text: textOf(value) }])),
    agentdojo: inLog('agentdojo', (value) => agentdojo([{ type: 'text', content: textOf(value) }])),
    'agentdojo, a text': inLog('agentdojo', (value) => agentdojo(textOf(value))),
    'otel, a text': inLog('otel', (value) => otel({ stringValue: textOf(value) })),
    'otel, a value': inLog('otel', (value) => otel(inOtlp(value)))
};

/** For blocks of content. */
const blocks: Record<string, Door> = {
    ...adapters,
    'a hook': values['a hook']!,
    'a hook of Cursor': values['a hook of Cursor']!,
    mcp: inLog('mcp', (content) => mcp({ content })),
    openai: inLog('openai', openai),
    'openai, responses': inLog('openai', responses),
    anthropic: inLog('anthropic', anthropic),
    'otel, a value': values['otel, a value']!,
    'otel, a text': inLog('otel', (content) => otel({ stringValue: JSON.stringify(content) }))
};

const KEY = 'AKIA1234';
const text = (value: string, more = {}) => ({ type: 'text', text: value, ...more });

/** Each with true if the agent has got nothing that is private. */
const RESULTS: Record<string, readonly [JsonValue, boolean]> = {
    'a text': [KEY, false],
    'another text': ['hello', true],
    'a record': [{ note: KEY }, false],
    'another record': [{ note: 'hello', n: 3 }, true],
    'a list': [['a', KEY], false],
    'another list': [['a', 'b'], true],
    'the name of a field': [{ [KEY]: 1 }, false],
    'a field beside `text`': [{ text: 'hello', other: KEY }, false],
    'the name of a field beside `text`': [{ text: 'hello', [KEY]: 1 }, false],
    'a field `text`': [{ text: KEY }, false],
    'another field `text`': [{ text: 'hello' }, true],
    'a field `text` that is a record': [{ text: { note: KEY } }, false],
    'a field `text` that is a list': [{ text: [KEY] }, false],
    'a field beside `text` that repeats it': [{ text: 'hello', note: 'hello', other: KEY }, false],
    'deep in a record': [{ all: [{ of: { text: 'hello', it: KEY } }] }, false],
    'a text with a line break': [{ note: 'AK\nIA' }, false],
    'a list with a line break': [['AK\nIA'], false],
    'another text with a line break': [{ note: 'a\nb' }, true],
    'a field that is given twice': [`{"note":"${KEY}","note":"hello"}`, false],
    'an escaped letter': ['{"note":"\\u0041KIA"}', false],
    'an escaped letter in a list': ['["\\u0041KIA"]', false],
    'many fields': [{ ...Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`n${n}`, 'AK\nIA'])) }, false],
    'many other fields': [{ ...Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`n${n}`, 'a\nb'])) }, true],
    'many fields beside `text`': [
        { text: 'hello', ...Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`n${n}`, KEY])) },
        false
    ]
};
const BLOCKS: Record<string, readonly [JsonValue, boolean]> = {
    'a text': [[text(KEY)], false],
    'another text': [[text('hello')], true],
    'two texts': [[text('hello'), text(KEY)], false],
    'two other texts': [[text('hello'), text('again')], true],
    'a field beside the text': [[text('hello', { note: KEY })], false],
    'an image': [[text('hello'), { type: 'image', data: KEY, mimeType: 'image/png' }], false],
    'an image alone': [[{ type: 'image', source: { type: 'url', url: 'u' } }], false],
    'a file': [[text('hello'), { type: 'file', file: { data: 'QUtJQQ==' } }], false],
    'a block of an unknown kind': [[text('hello'), { type: 'hologram', of: 'QUtJQQ==' }], false],
    'JSON in a text': [[text(JSON.stringify({ text: 'hello', other: KEY }))], false]
};

describe.each(Object.entries(values))('%s does not hide', (_, door) => {
    test.each(Object.entries(RESULTS))('%s', async (_what, [result, expected]) => {
        expect(await door(result as never)).toBe(expected);
    });
});

describe.each(Object.entries(blocks))('%s does not hide, in blocks,', (_, door) => {
    test.each(Object.entries(BLOCKS))('%s', async (_what, [content, expected]) => {
        expect(await door(content as never)).toBe(expected);
    });
});

test.each<[string, Door, unknown]>([
    ['agentdojo: a block of another kind', inLog('agentdojo', agentdojo), [{ type: 'image', data: KEY }]],
    [
        'agentdojo: a field beside `text` in YAML',
        inLog('agentdojo', agentdojo),
        [{ type: 'text', content: `text: hello\nother: "\\x41KIA"\n` }]
    ],
    ['otel: bytes', inLog('otel', otel), { bytesValue: 'QUtJQQ==' }],
    [
        'otel: bytes in a record',
        inLog('otel', otel),
        { kvlistValue: { values: [{ key: 'a', value: { bytesValue: 'QUtJQQ==' } }] } }
    ],
    [
        'otel: a field that is given twice',
        inLog('otel', otel),
        {
            kvlistValue: {
                values: [KEY, 'hello'].map((stringValue) => ({ key: 'note', value: { stringValue } }))
            }
        }
    ],
    ['openai: no content', inLog('openai', openai), null],
    ['Strands: an image', strands, [{ text: 'hello' }, { image: { format: 'png', source: { bytes: {} } } }]],
    ['Strands: JSON beside a text', strands, [{ text: 'hello' }, { json: { text: 'x', note: KEY } }]],
    ['a hook: structured content beside a text', values['a hook']!, { content: [text(KEY)], structuredContent: {} }],
    ['AI SDK: structured content', adapters['AI SDK']!, { content: [text('x')], structuredContent: { note: KEY } }],
    ['AI SDK: a number of other digits', adapters['AI SDK']!, { id: 2 ** 60 }],
    ['AI SDK: an object of a class', adapters['AI SDK']!, new Map([['note', KEY]])]
])('%s is not hidden', async (_, door, result) => {
    expect(await door(result as never)).toBe(false);
});

test('every format of logs has a door here', () => {
    const names = Object.keys(values).map((name) => name.split(',')[0]!);
    expect(TRACE_FORMATS.filter((format) => !names.includes(format))).toEqual([]);
});
