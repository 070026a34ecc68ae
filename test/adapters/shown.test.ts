/**
 * Tests that adapters decide on what the model is shown, and that what a tool's error says is withheld like a result in
 * every adapter, while the call counts as failed.
 */
import { describe, expect, test } from 'vitest';
import { guardTools as guardAiSdk } from '../../server/adapters/ai-sdk.js';
import { guardTools as guardLangchain } from '../../server/adapters/langchain.js';
import { guardTool } from '../../server/adapters/openai-agents.js';
import { guardTools as guardStrands } from '../../server/adapters/strands.js';
import { createSession, parsePolicy, type Session } from '../../server/gateway/library.js';
import { expectOnPage } from '../support/tried-ways.js';

const policy = await parsePolicy(`policy P
agent bot
server a { tool read()  tool after() }
allow bot: a.*
deny a.after unless once failed a.read
withhold result of a.read when result.text contains "KEY"
`);

/** Runs `a.read`, made of this, and returns what it gives or throws. */
type Adapter = (session: Session, read: () => Promise<unknown>) => Promise<unknown>;

async function strands(session: Session, read: () => Promise<unknown>): Promise<unknown> {
    // eslint-disable-next-line require-yield -- the tool reports no progress
    async function* stream() {
        return await read();
    }
    const [tool] = guardStrands([{ name: 'a.read', stream }], { session });
    return (tool!.stream as (context: object) => AsyncGenerator)({ toolUse: { input: {} } }).next();
}

const adapters: Record<string, Adapter> = {
    'AI SDK': (session, read) => guardAiSdk({ 'a.read': { execute: read } }, { session })['a.read'].execute(),
    'OpenAI Agents': async (session, read) => {
        const tool: Parameters<typeof guardTool>[0] = { name: 'a.read', execute: read };
        const { execute, errorFunction } = guardTool(tool, { session });
        return (execute({}) as Promise<unknown>).catch((error: unknown) => errorFunction!({}, error));
    },
    LangChain: (session, read) => {
        const [tool] = guardLangchain([{ name: 'a.read', _call: read }], { session });
        return (tool!._call as (input: object) => Promise<unknown>)({});
    },
    Strands: strands
};

class Coded extends Error {
    constructor(readonly code: string) {
        super('the store is closed');
    }
}

class Shown extends Error {
    override toString(): string {
        return 'KEY';
    }
}

class Serialized extends Error {
    toJSON(): string {
        return 'KEY';
    }
}

class Named extends Error {
    // A program may show the name of an exception beside its message.
    override get name(): string {
        return 'KEY';
    }
}

class Inherited extends Shown {}

class Plain extends Error {}

/** Each with true if its text reaches the model. */
const errors: Record<string, readonly [Error, boolean]> = {
    'a message': [new Error('the KEY'), false],
    'another message': [new Error('the store is closed'), true],
    'another message of another class': [new RangeError('the store is closed'), true],
    'another message of a class of the program': [new Plain('the store is closed'), true],
    'another text than the message': [new Shown('the store is closed'), false],
    'another text, inherited': [new Inherited('the store is closed'), false],
    'another form in JSON': [new Serialized('the store is closed'), false],
    'another name': [new Named('the store is closed'), false],
    'a field': [new Coded('KEY'), false],
    'a cause': [new Error('the store is closed', { cause: 'KEY' }), false],
    'several errors': [new AggregateError([new Error('KEY')], 'the store is closed'), false],
    'a text': ['KEY' as unknown as Error, false],
    'a record': [{ message: 'KEY' } as Error, false],
    'an exception of the platform': [new DOMException('KEY'), false]
};

async function seenOf(adapter: Adapter, read: () => Promise<unknown>): Promise<{ seen: string; after: string }> {
    const session = createSession(policy);
    const seen = await adapter(session, read).catch((error: unknown) => error);
    const text = seen instanceof Error ? `${String(seen)} ${JSON.stringify(seen)}` : JSON.stringify(seen);
    return { seen: text, after: session.decide({ tool: 'a.after' }).kind };
}

describe.each(Object.entries(adapters))('%s withholds', (_, adapter) => {
    test.each(Object.entries(errors))('%s that is thrown', async (_what, [error, isSeen]) => {
        const { seen, after } = await seenOf(adapter, () => Promise.reject(error));
        expect(seen.replace('contains \\"KEY\\"', '').replace('contains "KEY"', '')).not.toContain('KEY');
        expect(seen.includes('the store is closed')).toBe(isSeen);
        expect(seen.includes('what its error says is withheld')).toBe(!isSeen);
        expect(after).toBe('allowed');
    });
});

test.each([
    ['KEY', false],
    ['the store is closed', true]
])('Strands withholds a block of an error: %s', async (text, isSeen) => {
    const block = { status: 'error', content: [{ text }] };
    const { seen, after } = await seenOf(strands, () => Promise.resolve(block));
    expect(seen.includes('withheld')).toBe(!isSeen);
    expect(seen.includes(JSON.stringify(block))).toBe(isSeen);
    expect(after).toBe('allowed');
});

const own = { lc_direct_tool_output: true };
const text = (value: string): object => ({ type: 'text', text: value });

/** What a tool shows the model, each with true if it reaches the model, and true if the call failed. */
const SHOWN: [string, Adapter, unknown, boolean, boolean][] = [
    ['a message', adapters['LangChain']!, { ...own, content: 'closed', status: 'success' }, true, false],
    ['a message that is withheld', adapters['LangChain']!, { ...own, content: [text('KEY')] }, false, false],
    ['an error', adapters['LangChain']!, { ...own, content: 'closed', status: 'error' }, true, true],
    ['an error that is withheld', adapters['LangChain']!, { ...own, content: 'KEY', status: 'error' }, false, true],
    [
        'fields beside the content',
        adapters['LangChain']!,
        Object.assign(new (class Message {})(), { ...own, content: 'closed', additional_kwargs: { n: 1 } }),
        false,
        false
    ],
    [
        'a command with an error',
        adapters['LangChain']!,
        { ...own, update: { messages: [{ ...own, content: 'closed', status: 'error' }] } },
        true,
        true
    ],
    ['a record that looks like a message', adapters['LangChain']!, { content: 'KEY', status: 'error' }, false, false],
    ['a text', shows, { type: 'text', value: 'closed' }, true, false],
    ['a text that is withheld', shows, { type: 'text', value: 'KEY' }, false, false],
    ['JSON', shows, { type: 'json', value: { note: 'closed' } }, true, false],
    ['JSON that is withheld', shows, { type: 'json', value: { note: 'KEY' } }, false, false],
    ['content', shows, { type: 'content', value: [text('closed')] }, true, false],
    ['content that is withheld', shows, { type: 'content', value: [text('KEY')] }, false, false],
    ['a file', shows, { type: 'content', value: [{ type: 'file', data: 'S0VZ' }] }, false, false],
    ['something unknown', shows, { type: 'hologram', value: 'closed' }, false, false],
    ['an error of the AI SDK', shows, { type: 'error-text', value: 'closed' }, true, true],
    ['an error of the AI SDK that is withheld', shows, { type: 'error-json', value: ['KEY'] }, false, true],
    ['a refusal', shows, { type: 'execution-denied', reason: 'closed' }, true, true],
    ['a refusal that is withheld', shows, { type: 'execution-denied', reason: 'KEY' }, false, true]
];

test.each(SHOWN)('what the model is shown is decided on: %s', async (_, adapter, shown, isSeen, hasFailed) => {
    const { seen, after } = await seenOf(adapter, () => Promise.resolve(shown));
    expect(seen.includes('withheld')).toBe(!isSeen);
    expect(after).toBe(hasFailed ? 'allowed' : 'denied');
});

/** A tool of the AI SDK that gives nothing and shows the model this, something else each time. */
async function shows(session: Session, read: () => Promise<unknown>): Promise<unknown> {
    let times = 0;
    const toModelOutput = async (_: object): Promise<unknown> => (times++ === 0 ? read() : 'something else');
    const it = guardAiSdk({ 'a.read': { execute: () => 'nothing', toModelOutput } }, { session })['a.read'];
    const call = { toolCallId: '1', input: {} };
    await (it.execute as unknown as (input: object, details: object) => Promise<unknown>)({}, call);
    const [first, second] = await Promise.all([it.toModelOutput(call), it.toModelOutput(call)]);
    expect(first).toEqual(second);
    expect(first).toEqual(await read());
    return first;
}

test('the page counts these ways', () => expectOnPage('test/adapters/shown.test.ts', { ...errors, ...SHOWN }));
