/** Tests that conditions on a result of the Model Context Protocol see all that the client gets, or are unknown. */
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../server/gateway/events.js';
import { createSession, parsePolicy } from '../../server/gateway/library.js';
import { endedCall } from '../../server/gateway/ended-call.js';
import { answerOfMcp } from '../../server/gateway/mcp-answer.js';

const KEY = 'AKIA1234';
const text = (value: unknown, more = {}) => ({
    type: 'text',
    text: typeof value === 'string' ? value : JSON.stringify(value),
    ...more
});
const resource = (inner: object, more = {}) => ({
    type: 'resource',
    resource: { uri: 'file:///a', ...inner },
    ...more
});
const link = (inner: object) => ({ type: 'resource_link', uri: 'file:///a', name: 'a', ...inner });

/** Results with the key. */
const secrets: Record<string, unknown> = {
    'a text': { content: [text(KEY)] },
    'a second text': { content: [text('hello'), text(`the key: ${KEY}`)] },
    'an embedded text': { content: [resource({ text: KEY })] },
    'an embedded text beside others': {
        content: [text('hello'), resource({ text: `${KEY}\n`, mimeType: 'text/plain' })]
    },
    'the address of an embedded text': { content: [resource({ uri: `k:${KEY}`, text: 'hello' })] },
    'the type of an embedded text': { content: [resource({ mimeType: KEY, text: 'hello' })] },
    'an embedded file': { content: [resource({ blob: Buffer.from(KEY).toString('base64') })] },
    'a file beside an embedded text': { content: [resource({ text: 'hello', blob: KEY })] },
    'metadata of a resource': { content: [resource({ text: 'hello', _meta: { note: KEY } })] },
    'an unknown field of a resource': { content: [resource({ text: 'hello', more: KEY })] },
    'an unknown field beside a resource': { content: [resource({ text: 'hello' }, { more: KEY })] },
    'a link': { content: [link({ uri: `k:${KEY}` })] },
    'the name of a link': { content: [link({ name: KEY })] },
    'the title of a link': { content: [link({ title: KEY })] },
    'the description of a link': { content: [link({ description: KEY })] },
    'the icons of a link': { content: [link({ icons: [{ src: KEY }] })] },
    'an image': { content: [text('hello'), { type: 'image', data: KEY, mimeType: 'image/png' }] },
    audio: { content: [{ type: 'audio', data: KEY, mimeType: 'audio/wav' }] },
    'an unknown block': { content: [{ type: 'video', text: KEY }] },
    'a block without a type': { content: [{ text: KEY }] },
    'a block that is no record': { content: [KEY] },
    'a text that is no text': { content: [{ type: 'text', text: { note: KEY } }] },
    'an unknown field of a block': { content: [text('hello', { more: KEY })] },
    'metadata of a block': { content: [text('hello', { _meta: { note: KEY } })] },
    'an annotation': { content: [text('hello', { annotations: { audience: [KEY] } })] },
    'an unknown annotation': { content: [text('hello', { annotations: { note: KEY } })] },
    'the time of an annotation': { content: [text('hello', { annotations: { lastModified: KEY } })] },
    'content that is a text': { content: KEY },
    'content that is a record': { content: { text: KEY } },
    metadata: { content: [text('hello')], _meta: { note: KEY } },
    'the name of metadata': { content: [text('hello')], _meta: { [KEY]: true } },
    'an unknown field': { content: [text('hello')], toolResult: KEY },
    'an unknown kind of success': { content: [text('hello')], isError: KEY },
    'structured content': { content: [], structuredContent: { note: KEY } },
    'structured content without other content': { structuredContent: { note: KEY } },
    'structured content beside a text': { content: [text('hello')], structuredContent: { note: KEY } },
    'deep in structured content': { content: [text('hello')], structuredContent: { all: [{ of: { it: [KEY] } }] } },
    'the name of a field': { content: [text('hello')], structuredContent: { [KEY]: 1 } },
    'a structured list': { content: [text('hello')], structuredContent: ['a', KEY] },
    'a structured text': { content: [text('hello')], structuredContent: KEY },
    'text beside structured content': { content: [text(KEY)], structuredContent: { note: 'hello' } },
    'text beside a field of that name': { content: [text(KEY)], structuredContent: { text: 'hello' } },
    'a field beside one of that name': { content: [], structuredContent: { text: 'hello', other: KEY } },
    'a field beside one of that name, in JSON': { content: [text({ text: 'hello', other: KEY })] },
    'another value in JSON': { content: [text({ note: KEY })], structuredContent: { note: 'hello' } },
    'another value in one of the texts': {
        content: [text('hello'), text({ note: KEY })],
        structuredContent: { note: 'hello' }
    },
    'another value in an embedded text': {
        content: [text({ note: 'hello' }), resource({ text: JSON.stringify({ note: KEY }) })],
        structuredContent: { note: 'hello' }
    },
    'a field that is given twice': { content: [text(`{"note":"${KEY}","note":"hello"}`)] },
    'many fields': {
        content: [text('hello')],
        structuredContent: Object.fromEntries(
            Array.from({ length: 300 }, (_, one) => [`n${one}`, one === 200 ? KEY : 'x'])
        )
    },
    'a result that is nested too deeply': {
        structuredContent: JSON.parse(`${'['.repeat(99)}"${KEY}"${']'.repeat(99)}`)
    }
};

/** Results without the key, all of which can be read. */
const harmless: Record<string, unknown> = {
    'a text': { content: [text('hello')] },
    'no content': { content: [] },
    'several texts': { content: [text('hello'), text('again', { annotations: { audience: ['user'], priority: 1 } })] },
    'an embedded text': { content: [resource({ text: 'hello', mimeType: 'text/plain' })] },
    'a link': { content: [link({ title: 'A', size: 7 })] },
    'structured content': { content: [text('hello')], structuredContent: { note: 'hello' } },
    'repeated structured content': { content: [text('{ "note": "hello" }')], structuredContent: { note: 'hello' } },
    'a wrapped text': {
        content: [text('hello')],
        structuredContent: { result: 'hello' },
        _meta: { fastmcp: { wrap_result: true } }
    },
    'a result of 2026-07-28': {
        resultType: 'complete',
        content: [text('hello')],
        _meta: { 'io.modelcontextprotocol/serverInfo': { name: 's', version: '1' } }
    }
};

const POLICY = `policy P
label private
agent bot
server a {
  tool get(id: string) readonly returns (note: string)
  tool read(id: string) readonly returns (note: string) reads private when result.text contains "AKIA"
  tool run(id: string) returns (note: string) succeeds when not (result.text contains "AKIA")
  tool post(body: string) external
  tool after()
}
allow bot: a.*
withhold result of a.get when result.text contains "AKIA"
deny a.post when carries private
require once a.run for a.after
`;

const policy = parsePolicy(POLICY);

/** What the policy does once the tools have given this result. */
async function outcome(result: unknown): Promise<Record<string, unknown>> {
    const session = createSession(await policy);
    const answer = answerOfMcp(result);
    const call = (tool: string, id: string): void =>
        session.record({ type: 'call', id, tool, args: { id }, decision: 'allowed' });
    const end = (id: string): boolean => {
        const { record, withheldBy } = endedCall(session, answer, { id });
        session.record(record);
        return withheldBy.length > 0;
    };
    call('a.get', '1');
    const isWithheld = end('1');
    call('a.read', '2');
    end('2');
    call('a.run', '3');
    end('3');
    return {
        isWithheld,
        mayLeave: session.decide({ tool: 'a.post', args: { body: 'x' } }).kind === 'allowed',
        isSuccess: session.decide({ tool: 'a.after' }).kind === 'allowed'
    };
}

describe('a result of MCP', () => {
    test.each(Object.entries(secrets))('does not hide %s', async (_, result) => {
        expect(await outcome(result)).toEqual({ isWithheld: true, mayLeave: false, isSuccess: false });
    });

    test.each(Object.entries(harmless))('is given out with %s', async (_, result) => {
        expect(await outcome(result)).toEqual({ isWithheld: false, mayLeave: true, isSuccess: true });
    });
});

const FIELDS = (withhold: string): string => `policy P
agent bot
server a { tool get(id: string) readonly returns (note: string) }
allow bot: a.*
withhold result of a.get when ${withhold}
`;

test.each<[string, unknown, boolean]>([
    ['result.note contains "AKIA"', secrets['another value in JSON'], true],
    ['result.note contains "AKIA"', secrets['another value in one of the texts'], true],
    ['result.note contains "AKIA"', secrets['another value in an embedded text'], true],
    ['result.note contains "AKIA"', secrets['a field that is given twice'], true],
    ['result.note contains "AKIA"', harmless['repeated structured content'], false],
    ['result.note contains "AKIA"', harmless['structured content'], false],
    ['result.note contains "AKIA"', { content: [text({ note: 'hello' })], structuredContent: {} }, false],
    ['result.note contains "AKIA"', { content: [text({ note: KEY })], structuredContent: {} }, true],
    ['result.note contains "AKIA"', { content: [text({ all: ['v', ':x'], note: 'hello' })] }, false],
    ['result.note contains "AKIA"', { content: [text({ all: '":"', note: 'hello' })] }, false],
    ['not (result.text == "hello")', { content: [text('hello')] }, false],
    ['not (result.text == "hello")', harmless['a wrapped text'], false],
    [
        'not (result.text == "hello")',
        { content: [text({ text: 'hello' })], structuredContent: { text: 'hello' } },
        false
    ],
    ['not (result.text == "hello")', secrets['structured content beside a text'], true],
    ['result.text contains "a\\nb"', { structuredContent: { note: 'a\nb' } }, true],
    ['result.text contains "é"', { content: [text('{"note":"\\u00e9"}')], structuredContent: { note: 'é' } }, true],
    ['result.text contains "9007199254740993"', { structuredContent: JSON.parse('{"id":9007199254740993}') }, true]
])('withhold when %s: %j', isWithheldWhen);

test('a long text of escaped characters is read', async () => {
    await isWithheldWhen(
        'result.note contains "AKIA"',
        { content: [text({ all: '\\"":'.repeat(300_000), note: 'hello' })] },
        false
    );
});

async function isWithheldWhen(condition: string, result: unknown, expected: boolean): Promise<void> {
    const session = createSession(await parsePolicy(FIELDS(condition)));
    session.record({ type: 'call', id: '1', tool: 'a.get', args: { id: '1' }, decision: 'allowed' });
    const answer = answerOfMcp(result) as { readonly type: 'result'; readonly result?: JsonValue };
    expect(session.withheldBy({ ...answer, id: '1' }).length > 0).toBe(expected);
}

const SOURCE = `policy P
agent bot
server a { tool get(id: string) readonly  tool post(body: string) external }
allow bot: a.*
deny a.post when body from a.get
`;

test.each<[string, unknown, string]>([
    ['hello', { content: [text('hello')] }, 'denied by rule'],
    ['other', { content: [text('hello')] }, 'allowed by rule'],
    ['hello', { content: [text('hello'), { type: 'image', data: KEY }] }, 'denied by unknown'],
    ['other', { content: [text('hello'), { type: 'image', data: KEY }] }, 'denied by unknown']
])('the value %s may come from what cannot be read: %j', async (body, result, expected) => {
    const session = createSession(await parsePolicy(SOURCE));
    session.record({ type: 'call', id: '1', tool: 'a.get', args: { id: '1' }, decision: 'allowed' });
    session.record(endedCall(session, answerOfMcp(result), { id: '1' }).record);
    const { kind, by } = session.decide({ tool: 'a.post', args: { body } });
    expect(`${kind} by ${by}`).toBe(expected);
});
