/**
 * Tests what all adapters have in common, with plain tools: order, parallel calls, answers that come later, and results
 * that are not JSON.
 */
import { expect, test } from 'vitest';
import { guardTool } from '../../server/adapters/openai-agents.js';
import { guardTools, Stopped } from '../../server/adapters/ai-sdk.js';
import { guardTools as guardLangchain } from '../../server/adapters/langchain.js';
import { createGateway, parsePolicy, type Session } from '../../server/gateway/library.js';
import { eventually } from '../support/eventually.js';

const POLICY = `policy Desk
agent assistant
human ann
human bob

server desk {
  tool work(n: int)
  tool pay(n: int)
  tool check(n: int)
  tool publish(n: int)
}

allow assistant: desk.*
limit desk.work to 2
deny desk.publish unless once desk.check
require approval by ann for desk.pay
require approval by bob for desk.pay when n > 100
`;

interface Input {
    readonly n: number;
}

const session = async (): Promise<Session> => createGateway(await parsePolicy(POLICY)).session('s');

test('parallel calls count each other', async () => {
    const ends: (() => void)[] = [];
    const started: number[] = [];
    const execute = ({ n }: Input): Promise<string> => {
        started.push(n);
        return new Promise((resolve) => ends.push(() => resolve('done')));
    };
    const { work } = guardTools({ work: { execute } }, { session: await session() });
    const settled = Promise.allSettled([1, 2, 3].map((n) => work.execute({ n })));
    await eventually(() => expect(started).toHaveLength(2));
    ends.forEach((end) => end());
    expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(started).toEqual([1, 2]);
});

test.each([
    ['succeeds', 'fulfilled'],
    ['fails', 'rejected']
])('a call that depends on a running one waits until that %s', async (how, status) => {
    const started: string[] = [];
    let end = (): void => undefined;
    const { check, publish } = guardTools(
        {
            check: {
                execute: (_: Input) =>
                    new Promise<string>((resolve, reject) => {
                        started.push('check');
                        end = () => (how === 'fails' ? reject(new Error('it failed')) : resolve('sound'));
                    })
            },
            publish: { execute: (_: Input) => Promise.resolve(started.push('publish')) }
        },
        { session: await session() }
    );
    const all = Promise.allSettled([check.execute({ n: 1 }), publish.execute({ n: 1 })]);
    await eventually(() => expect(started).toEqual(['check']));
    end();
    expect((await all).map((one) => one.status)).toEqual([status, status]);
    expect(started).toEqual(how === 'fails' ? ['check'] : ['check', 'publish']);
});

test.each([
    { valid: undefined, asked: 4 },
    { valid: 'once', asked: 4 },
    { valid: '1h', asked: 3 },
    { valid: 'this session', asked: 1 },
    // No answer serves longer than the rule offers, and a shorter one than it offers serves once.
    { valid: '5h', asked: 3 },
    { valid: '30m', asked: 4 }
])('a person who approves for $valid is asked $asked times', async ({ valid, asked }) => {
    const policy = POLICY.replace('for desk.pay\n', 'for desk.pay valid once or 1h or this session per same tool\n');
    let now = 0;
    let times = 0;
    const { pay } = guardTools(
        { pay: { execute: ({ n }: Input) => Promise.resolve(n) } },
        {
            session: createGateway(await parsePolicy(policy), { clock: () => now }).session('s'),
            approve: () => {
                times++;
                return Promise.resolve({ answer: 'approve', human: 'ann', ...(valid !== undefined && { valid }) });
            }
        }
    );
    // The second call is within the hour, the third is just after it.
    for (const [n, seconds] of [0, 3600, 1, 86_400].entries()) {
        now += seconds * 1000;
        expect(await pay.execute({ n })).toBe(n);
    }
    expect(times).toBe(asked);
});

test('a call that is held asks each person, and runs once', async () => {
    const asked: string[][] = [];
    const made: number[] = [];
    const { pay } = guardTools(
        { pay: { execute: ({ n }: Input) => Promise.resolve(made.push(n)) } },
        {
            session: await session(),
            approve: ({ rules }) => {
                asked.push(rules.map(({ text }) => text));
                return Promise.resolve({ answer: 'approve', human: asked.length === 1 ? 'ann' : 'bob' });
            }
        }
    );
    await pay.execute({ n: 500 });
    expect(asked).toHaveLength(2);
    expect(made).toEqual([500]);
});

test('an answer that is recorded later counts for one call with the same arguments', async () => {
    const held: string[] = [];
    const desk = await session();
    const { pay } = guardTools(
        { pay: { execute: ({ n }: Input) => Promise.resolve(n) } },
        { session: desk, approve: ({ id }) => (held.push(id), Promise.resolve(undefined)) }
    );
    await expect(pay.execute({ n: 5 })).rejects.toThrow('require approval by ann');
    desk.record({ type: 'approve', id: held[0]!, human: 'ann' });
    await expect(pay.execute({ n: 6 })).rejects.toThrow(Stopped);
    expect(await pay.execute({ n: 5 })).toBe(5);
    await expect(pay.execute({ n: 5 })).rejects.toThrow(Stopped);
});

test('a refusal stops the call', async () => {
    const { pay } = guardTools(
        { pay: { execute: (_: Input) => Promise.resolve('paid') } },
        { session: await session(), approve: () => Promise.resolve({ answer: 'refuse', human: 'ann' }) }
    );
    await expect(pay.execute({ n: 5 })).rejects.toThrow('The ann refused pay');
});

test('a result that is not JSON is let through, and only the last step of a stream', async () => {
    const execute = async function* ({ n }: Input) {
        yield 'early';
        await Promise.resolve();
        yield BigInt(n);
    };
    const { work } = guardTools({ work: { execute } }, { session: await session() });
    expect(await (work.execute({ n: 7 }) as unknown as Promise<unknown>)).toBe(7n);
});

test('a tool that cannot be stopped is refused', async () => {
    const options = { session: await session() };
    expect(() => guardTools({ work: {} }, options)).toThrow(TypeError);
    expect(() => guardLangchain([{ name: 'work' }], options)).toThrow(TypeError);
    expect(() => guardTool({ execute: () => 1, name: '' }, options)).toThrow(TypeError);
});
