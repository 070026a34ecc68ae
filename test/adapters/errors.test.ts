/** Tests that what a tool's error says is withheld like a result, in every adapter, and that the call counts as failed. */
import { describe, expect, test } from 'vitest';
import { guardTools as guardAiSdk } from '../../server/adapters/ai-sdk.js';
import { guardTools as guardLangchain } from '../../server/adapters/langchain.js';
import { guardTool } from '../../server/adapters/openai-agents.js';
import { guardTools as guardStrands } from '../../server/adapters/strands.js';
import { createSession, parsePolicy, type Session } from '../../server/gateway/library.js';

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

/** Each with true if its text reaches the model. */
const errors: Record<string, readonly [Error, boolean]> = {
    'a message': [new Error('the KEY'), false],
    'another message': [new Error('the store is closed'), true],
    'another message of another class': [new RangeError('the store is closed'), true],
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
