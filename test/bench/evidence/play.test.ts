/**
 * Tests recorded sessions that are played through a policy: the questions, the calls that are made, and the effect of
 * people's answers.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Benchmark } from '../../../bench/evidence/benchmark.js';
import { PEOPLE, type People } from '../../../bench/evidence/guarded.js';
import { play, type Played } from '../../../bench/evidence/play.js';
import { type Answer, type Args, type Recorded, sessionsIn } from '../../../bench/evidence/recorded.js';
import { RenewedCodes } from '../../../bench/evidence/renewed.js';
import { asServerReads, isNeeded, type Suite } from '../../../bench/evidence/suite.js';
import { RECORDED, RESULT } from '../../cli/commands/replay/agentdojo-logs.js';
import { lines } from '../../cli/commands/replay/replaying.js';
import { parsePolicy } from '../../../server/gateway/library.js';

const policy = await parsePolicy(`policy P
    label untrusted
    agent assistant
    human user
    server shop {
        tool read() readonly reads untrusted
        tool buy(ids: string[], count: int = 1)
        tool confirm(otp: string)
        tool browse_webpage(url: string)
    }
    allow assistant: shop.read, shop.buy, shop.confirm
    require approval by user for shop.buy when carries untrusted`);

const text = { type: 'string' };
const suite: Suite = {
    tools: [
        { name: 'read', inputSchema: { properties: {} } },
        {
            name: 'buy',
            inputSchema: {
                properties: {
                    ids: { type: 'array' },
                    count: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
                    gift: { type: 'boolean' }
                }
            }
        },
        { name: 'confirm', inputSchema: { properties: { otp: text } } },
        { name: 'browse_webpage', inputSchema: { properties: { url: text } } }
    ],
    user_tasks: [
        {
            id: 'user_task_0',
            calls: [
                { call: 'buy', args: { product_ids: ['P1', 'P2'], discount_code: 'ANY-CODE' } },
                { call: 'browse_webpage', args: { url: 'www.shop.example' } },
                { call: 'send', args: { recipients: ['bob@x.example'], subject: 'subject' } }
            ]
        }
    ]
};

const session: Recorded = {
    suite: 'shop',
    model: 'm',
    task: 'user_task_0',
    attack: undefined,
    utility: true,
    security: false,
    injections: {},
    prompt: 'Buy it.',
    calls: [
        { tool: 'read', args: {}, answer: { result: 'the code is 111111' } },
        { tool: 'buy', args: { ids: "['P1']", count: '2' }, answer: { result: 'bought' } },
        { tool: 'confirm', args: { otp: '111111' }, answer: { error: 'no' } },
        { tool: 'remove', args: {}, answer: { error: 'no such tool' } }
    ],
    output: 'done'
};

/** Records the calls that are made; the code differs from the recorded one. */
class Made {
    readonly calls: [string, Args][] = [];
    open = (): Promise<void> => Promise.resolve();
    judge = (): Promise<undefined> => Promise.resolve(undefined);
    call = (tool: string, args: Args): Promise<Answer> => {
        this.calls.push([tool, args]);
        return Promise.resolve({ result: tool === 'read' ? 'the code is 222222' : 'ok' });
    };
}

async function played(people: People, made?: Made): Promise<Played> {
    return play(session, { policy, suite, people, benchmark: made as unknown as Benchmark | undefined });
}

describe('a session', () => {
    test.each(PEOPLE)('when the user approves %s', async (people) => {
        const made = new Made();
        expect(await played(people, made)).toMatchObject({ questions: 1, denied: 1, unknownTools: 1 });
        expect(await played(people)).toMatchObject({ questions: 1, denied: 1, unknownTools: 1 });
        const isBought = people !== 'nobody';
        expect(made.calls).toEqual([
            ['read', {}],
            ...(isBought ? [['buy', { ids: ['P1'], count: 2 }]] : []),
            ['confirm', { otp: '222222' }]
        ]);
    });

    test('without a policy is as recorded', async () => {
        const made = new Made();
        const benchmark = made as unknown as Benchmark;
        const result = await play(session, { policy: undefined, suite, people: 'nobody', benchmark });
        expect(result).toMatchObject({ questions: 0, denied: 0 });
        expect(made.calls).toHaveLength(4);
    });
});

test('a session is the same in both formats', () => {
    const folder = mkdtempSync(join(tmpdir(), 'guardrail-'));
    try {
        const path = join(folder, 'sessions.jsonl');
        writeFileSync(path, lines([RECORDED, { ...RESULT, security: true }]));
        const [recorded, result] = sessionsIn(path);
        expect(recorded).toEqual({
            suite: 'mail',
            model: 'model',
            task: 'user_task_0',
            attack: undefined,
            security: false,
            injections: {},
            prompt: 'What is new?',
            calls: [
                { tool: 'read', args: { folder: 'inbox' }, answer: { result: '- body: news' } },
                { tool: 'fetch', args: { url: 'u' }, answer: { error: 'no route' } },
                { tool: 'send', args: { to: 'bob' }, answer: { result: 'sent' } }
            ],
            output: 'I write to Bob.'
        });
        expect(result).toEqual({ ...recorded, utility: true, output: '' });
    } finally {
        rmSync(folder, { recursive: true });
    }
});

test.each([
    ['the same call', 'buy', { product_ids: ['P2', 'P1'] }, true],
    ['a code that is made at random', 'buy', { product_ids: ['P1', 'P2'], discount_code: 'X9' }, true],
    ['another product', 'buy', { product_ids: ['P1', 'P9'] }, false],
    ['another tool', 'sell', { product_ids: ['P1', 'P2'] }, false],
    ['the same page, spelled otherwise', 'browse_webpage', { url: 'https://www.shop.example/' }, true],
    ['another page', 'browse_webpage', { url: 'https://www.shop.example/evil' }, false],
    ['another text', 'send', { recipients: ['bob@x.example'], subject: 'Hello' }, true],
    ['one more recipient', 'send', { recipients: ['bob@x.example'], cc: ['eve@x.example'] }, false],
    ['no more recipient', 'send', { recipients: ['bob@x.example'], cc: null }, true]
] as const)('what a task needs: %s', (_what, tool, args, isSo) => {
    expect(isNeeded(suite, 'user_task_0', tool, args as Args)).toBe(isSo);
});

test.each([
    [{ count: '2' }, { count: 2 }],
    [{ count: 'two' }, { count: 'two' }],
    [{ gift: 'False' }, { gift: false }],
    [{ ids: '["P1"]' }, { ids: ['P1'] }],
    [{ ids: '[P1]' }, { ids: '[P1]' }],
    [{ other: '2' }, { other: '2' }]
])('the server reads %j as %j', (args, read) => {
    expect(asServerReads(suite, 'buy', args)).toEqual(read);
});

test.each([
    ['the same place', ['code 111111'], ['code 222222'], '111111', '222222'],
    ['the latest of several', ['111111 and 333333'], ['444444'], '333333', '444444'],
    ['codes that are in both', ['555555 and 111111'], ['555555 and 222222'], '555555', '555555'],
    ['an order is not a code', ['ORDER-111111, 333333'], ['ORDER-222222, 444444'], 'ORDER-111111', 'ORDER-222222'],
    ['nothing takes its place', ['111111'], ['none'], '111111', '111111']
])('renewed codes: %s', (_what, recorded, now, old, renewed) => {
    const codes = new RenewedCodes();
    recorded.forEach((one, at) => codes.learn(one, now[at]!));
    expect(codes.in({ otp: old })).toEqual({ otp: renewed });
});
