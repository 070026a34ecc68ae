/** Tests the results of a replay for logs in our own format: decisions, claims, unknowns, and unreadable lines. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { REPLAY_LIMITS } from '../../../../server/cli/commands/replay/limits.js';
import { withLimits } from '../../../../server/model/policy/limits.js';
import { loadPolicy } from '../../../examples/policies.js';
import { policyOf } from '../../../support/policies.js';
import { decided, replayed } from './replaying.js';

const INVENTORY = `policy P
    label private
    agent a
    agent b
    human h
    server mail { tool read(folder: string) readonly reads private tool send(to: string, n: int = 1) external }
    server web { tool fetch(url: string) }
    `;

const call = (tool: string, args: object, others: object = {}): object => ({
    type: 'call',
    agent: 'a',
    tool,
    args,
    ...others
});
const read = (others: object = {}): object => call('mail.read', { folder: 'inbox' }, { outcome: 'success', ...others });
const send = (others: object = {}): object => call('mail.send', { to: 'x' }, { outcome: 'success', ...others });

test('the recorded sessions of the airline: the numbers of its README, and the claims they break', async () => {
    const script = fileURLToPath(new URL('../../../../examples/airline/as-log.mjs', import.meta.url));
    const log = execFileSync(process.execPath, [script]);
    const result = await replayed(await loadPolicy('airline/airline.guardrail'), log);
    expect(result).toMatchObject({ sessions: 200, calls: 1164 });
    expect(decided(result)).toEqual({ allowed: 922, held: 26, rule: 151, unknown: 64, inventory: 1 });
    expect(result.stopped.count).toBe(242);
    expect(result.stopped.first).toHaveLength(REPLAY_LIMITS.shownPlaces.most);
    expect(result.claims.map(({ name, verdict, sessions }) => [name, verdict, sessions])).toEqual([
        ['no change without a yes', 'broken', 41],
        ['one yes, one change', 'broken', 35],
        ['nothing after a human took over', 'kept', 0],
        ['a reservation is looked up before it is cancelled', 'broken', 2],
        ['a certificate can be sent', 'not judged', 0]
    ]);
});

interface Case {
    readonly what: string;
    readonly rules: string;
    readonly log: readonly object[];
    readonly decisions: Readonly<Record<string, number>>;
    /** The result of the claim; `broken?` is based only on what the log contains. */
    readonly claim?: 'kept' | 'broken' | 'broken?' | 'not judged';
    readonly others?: object;
}

const CASES: readonly Case[] = [
    {
        what: 'follows the recording after a call that the policy denies',
        rules: 'allow a: web.fetch\nallow a: mail.send when once mail.read\nclaim "c": never mail.send after mail.read',
        log: [send(), read(), send()],
        decisions: { allowed: 1, default: 2 },
        claim: 'broken',
        others: {
            stopped: {
                count: 2,
                first: [
                    { line: 1, step: 1, by: 'default' },
                    { line: 2, tool: 'mail.read' }
                ]
            }
        }
    },
    {
        what: 'does not follow what the log says was denied',
        rules: 'allow a: mail.*\nclaim "c": never mail.send after mail.read',
        log: [read({ decision: 'denied', outcome: undefined }), send()],
        decisions: { allowed: 2 },
        claim: 'kept',
        others: { stopped: { count: 0 }, loosened: { count: 1, first: [{ line: 1 }] } }
    },
    {
        what: 'takes a failed call that is not atomic for one that may have done it',
        rules: 'allow a: mail.read, web.fetch\nallow a: mail.send when once web.fetch\nclaim "c": never mail.send after web.fetch',
        log: [call('web.fetch', { url: 'u' }, { id: '1' }), { type: 'error', id: '1' }, send()],
        decisions: { allowed: 1, unknown: 1 },
        claim: 'broken?'
    },
    {
        what: 'knows of approvals',
        rules: 'allow a: mail.*\nrequire approval by h for mail.send\nclaim "c": never mail.send unless approved by h',
        log: [
            call('mail.send', { to: 'x' }, { id: '1', decision: 'held' }),
            { type: 'approve', id: '1', human: 'h' },
            call('mail.send', { to: 'x' }, { id: '1', outcome: 'success' })
        ],
        decisions: { held: 1, allowed: 1 },
        claim: 'kept',
        others: { stopped: { count: 0 } }
    },
    {
        what: 'lets go what was held when its answer comes',
        rules: 'allow a: mail.*\nrequire approval by h for mail.send\nclaim "c": never mail.send unless approved by h',
        log: [
            call('mail.send', { to: 'x' }, { id: '1', decision: 'held' }),
            { type: 'approve', id: '1', human: 'h' },
            { type: 'result', id: '1' },
            call('mail.send', { to: 'y' }, { id: '2', decision: 'held' }),
            { type: 'refuse', id: '2', human: 'h' },
            { type: 'result', id: '2' }
        ],
        decisions: { held: 2, allowed: 1 },
        claim: 'kept',
        others: { unfit: { count: 1, first: [{ line: 6 }] } }
    },
    {
        what: 'makes a decision that waits for a running call when that has ended',
        rules: 'allow a: mail.read, web.fetch\nallow a: mail.send when once web.fetch\nclaim "c": never mail.send after web.fetch',
        log: [
            call('web.fetch', { url: 'u' }, { id: '1' }),
            call('mail.send', { to: 'x' }, { id: '2' }),
            { type: 'result', id: '2' },
            { type: 'result', id: '1' }
        ],
        decisions: { allowed: 2 },
        claim: 'broken',
        others: { decisions: { waited: 1 }, stopped: { count: 0 } }
    },
    {
        what: 'takes a call without an end for lost',
        rules: 'allow a: mail.read, web.fetch\nallow a: mail.send when once web.fetch\nclaim "c": never mail.send after web.fetch',
        log: [call('web.fetch', { url: 'u' }, { id: '1' }), call('mail.send', { to: 'x' }, { id: '2' })],
        decisions: { allowed: 1, unknown: 1 },
        claim: 'broken?',
        others: { decisions: { waited: 1 } }
    },
    {
        what: 'measures windows by the times of the log',
        rules: 'allow a: mail.read\nallow a: mail.send when once mail.read within 5m\nclaim "c": mail.send requires once mail.read within 5m',
        log: [
            read({ time: '2026-01-01T00:00:00Z' }),
            send({ time: '2026-01-01T00:05:00Z' }),
            send({ time: Date.parse('2026-01-01T00:05:01Z') })
        ],
        decisions: { allowed: 2, default: 1 },
        claim: 'broken'
    },
    {
        what: 'does not know how long ago something is without times',
        rules: 'allow a: mail.read\nallow a: mail.send when once mail.read within 5m\nclaim "c": mail.send requires once mail.read within 5m',
        log: [send(), read(), send()],
        decisions: { allowed: 1, default: 1, unknown: 1 },
        claim: 'broken',
        others: { notes: [expect.stringContaining('1 session has no times')] }
    },
    {
        what: 'counts within a window from none to all without times',
        rules: 'allow a: mail.read\nallow a: mail.send\ndeny mail.send when count(mail.read within 5m) >= 2\nclaim "c": possible mail.read',
        log: [read(), send(), read(), send()],
        decisions: { allowed: 3, unknown: 1 },
        claim: 'not judged'
    },
    {
        what: 'tells arguments outside the schema, tools and agents without a declaration, and what cannot happen',
        rules: 'allow a: mail.*\nclaim "c": never mail.send after mail.read',
        log: [
            call('mail.send', { to: 7 }, { outcome: 'success' }),
            call('mail.forward', {}, { id: 'f' }),
            { type: 'result', id: 'f' },
            { ...send(), agent: 'nobody' },
            { type: 'result', id: 'x' },
            { type: 'approve', id: 'x', human: 'h' },
            { type: 'event', name: 'ci.passed' }
        ],
        decisions: { inventory: 3 },
        claim: 'kept',
        others: {
            outsideSchema: { count: 1, first: [{ line: 1, problem: expect.stringContaining('"to"') }] },
            unknownTools: { count: 1, first: [{ name: 'mail.forward', calls: 1, line: 2 }] },
            unknownAgents: { count: 1, first: [{ name: 'nobody' }] },
            unfit: { count: 3, first: [{ line: 5 }, { line: 6 }, { line: 7 }] }
        }
    },
    {
        what: 'asks what a claim says of decisions, and of states',
        rules: 'allow a: mail.*\ndeny mail.send when once mail.read\nclaim "c": mail.send is allowed when once mail.read',
        log: [send(), read(), send()],
        decisions: { allowed: 2, rule: 1 },
        claim: 'broken'
    },
    {
        what: 'asks what must always be so after each event',
        rules: 'allow a: mail.*\nclaim "c": always not once mail.read',
        log: [send(), read({ outcome: undefined, id: '1' }), { type: 'result', id: '1' }],
        decisions: { allowed: 2 },
        claim: 'broken'
    },
    {
        what: 'counts what audited rules would deny',
        rules: 'allow a: mail.*\naudit deny mail.send when once mail.read\nclaim "c": possible mail.read',
        log: [read(), send()],
        decisions: { allowed: 2 },
        claim: 'not judged',
        others: { rules: [{ allowed: 2 }, { audited: 1, denied: 0 }] }
    },
    {
        what: 'reads signals, and takes one that is missing for unknown',
        rules: 'signal risk: 0..100\nallow a: mail.*\ndeny mail.send when risk > 50\nclaim "c": possible mail.read',
        log: [send({ signals: { risk: 10 } }), send({ signals: { risk: 80 } }), send()],
        decisions: { allowed: 1, rule: 1, unknown: 1 },
        claim: 'not judged'
    },
    {
        what: 'knows what the user said, and that a text that is missing may have said anything',
        rules: 'allow a: mail.send when to from user\nclaim "c": never mail.send unless to from user',
        log: [
            { type: 'says', text: 'Write to bob@acme.example.' },
            call('mail.send', { to: 'bob@acme.example' }),
            call('mail.send', { to: 'eve@evil.example' }),
            { type: 'says', request: {} },
            call('mail.send', { to: 'eve@evil.example' })
        ],
        decisions: { allowed: 1, default: 1, unknown: 1 },
        claim: 'broken'
    }
];

test.each(CASES)('$what', async ({ rules, log, decisions, claim, others }) => {
    const policy = await policyOf(`${INVENTORY}${rules}`);
    const result = await replayed(policy, log);
    expect(decided(result)).toEqual(decisions);
    const [{ verdict, broken }] = result.claims as [(typeof result.claims)[number]];
    const isSure = broken.first.some(({ isCertain }) => isCertain);
    expect(verdict === 'broken' && !isSure ? 'broken?' : verdict).toBe(claim);
    expect(result).toMatchObject(others ?? {});
    // The result is the same regardless of how the bytes are split.
    expect({ ...(await replayed(policy, log, {}, 7)), milliseconds: 0 }).toEqual({ ...result, milliseconds: 0 });
});

describe('delegation and sessions', () => {
    const POLICY = `policy D
        server s { tool t(x: string) }
        agent planner delegates to coder
        agent coder
        session tier: 1..3
        allow planner: delegate to coder
        allow planner: s.t when session.tier >= 2
        allow coder: s.t`;

    test("a delegate has the delegator's rights, and constants belong to the session", async () => {
        const t = { type: 'call', agent: 'coder', tool: 's.t', args: { x: '' }, outcome: 'success' };
        const log = [
            { type: 'session', constants: { tier: 1 } },
            t,
            { type: 'delegate', agent: 'planner', to: 'coder' },
            t,
            { type: 'return', agent: 'coder', to: 'planner' },
            t,
            { type: 'return', agent: 'coder', to: 'planner' },
            { type: 'session', constants: { tier: 3 } },
            { ...t, agent: 'planner' }
        ];
        const result = await replayed(await policyOf(POLICY), log);
        expect(decided(result)).toEqual({ allowed: 4, default: 1 });
        expect(result.unfit.first.map(({ line }) => line)).toEqual([7]);
    });
});

describe('interleaved and oversized input', () => {
    test('no session is dropped, regardless of how many are open', async () => {
        const policy = await policyOf(`${INVENTORY}allow a: mail.read\nallow a: mail.send when once mail.read`);
        const names = Array.from({ length: 12_000 }, (_, index) => String(index));
        const log = [
            ...names.map((session) => ({ ...read(), session })),
            ...names.map((session) => ({ ...send(), session }))
        ];
        const result = await replayed(policy, log);
        expect([decided(result), result.sessions, result.notes]).toEqual([{ allowed: 24_000 }, 12_000, []]);
    });

    test('nothing happens in a session after its end', async () => {
        const policy = await policyOf(`${INVENTORY}allow a: mail.*`);
        const inSession = (session: string, event: object): object => ({ ...event, session });
        const log = [
            inSession('1', read()),
            inSession('2', read()),
            inSession('1', { type: 'end' }),
            inSession('1', send()),
            inSession('2', send()),
            inSession('1', { type: 'end' })
        ];
        const result = await replayed(policy, log);
        expect(decided(result)).toEqual({ allowed: 3 });
        expect(result.unfit).toMatchObject({
            count: 2,
            first: [
                { line: 4, session: '1', step: 3, code: 'GR933' },
                { line: 6, session: '1', step: 4, code: 'GR933' }
            ]
        });
    });

    test('a line that is too long is counted, and the next one is read', async () => {
        const policy = await policyOf(`${INVENTORY}allow a: mail.*`);
        const log = [read(), call('mail.send', { to: 'x'.repeat(1000) }), send()];
        const result = await withLimits({ lineBytes: 500 }, () => replayed(policy, log, {}, 64));
        expect(result).toMatchObject({ calls: 2, lines: 3, unreadable: { count: 1, first: [{ line: 2 }] } });
    });

    test('a line of ten megabytes is read', async () => {
        const policy = await policyOf(`${INVENTORY}allow a: mail.*`);
        const result = await replayed(policy, [call('mail.send', { to: 'x'.repeat(10_000_000) }), send()]);
        expect(result).toMatchObject({ calls: 2, unreadable: { count: 0 } });
    });
});

describe('unreadable input', () => {
    const good = JSON.stringify(send());
    const cases: readonly [
        string,
        string | Buffer,
        readonly { line: number; column?: number; code?: string; message?: RegExp }[]
    ][] = [
        [
            'a last line that is cut off',
            `${good}\n${good.slice(0, 30)}`,
            [{ line: 2, column: 31, code: 'GR930', message: /breaks off/ }]
        ],
        ['a first line that is cut off', `${good.slice(0, 30)}\n${good}\n`, [{ line: 1, column: 31, code: 'GR930' }]],
        [
            'something that is not JSON',
            `${good}\nhello\n\n${good}\n`,
            [{ line: 2, column: 1, code: 'GR930', message: /not valid JSON/ }]
        ],
        [
            'JSON that is nested deeply',
            `${good}\n${'['.repeat(100_000)}${']'.repeat(100_000)}\n${good}\n`,
            [{ line: 2 }]
        ],
        [
            'arguments that are nested deeply',
            `${good.replace('{"to":"x"}', `{"to":${'['.repeat(300)}${']'.repeat(300)}}`)}\n${good}\n`,
            [{ line: 1 }]
        ],
        ['an event that is none', `${good}\n{"type":"kall"}\n`, [{ line: 2, message: /`type` is "kall"/ }]],
        [
            'a session that is none',
            `${good}\n${good.replace('{', '{"session":{},')}\n`,
            [{ line: 2, message: /`session` is {}/ }]
        ],
        ['a call without a tool', `${good}\n{"type":"call"}\n`, [{ line: 2, message: /`tool` is missing/ }]],
        [
            'a time that is none',
            `${good}\n${good.replace('{', '{"time":"noon",')}\n`,
            [{ line: 2, code: 'GR936', message: /"noon"/ }]
        ],
        [
            'bytes that are not a text',
            Buffer.concat([Buffer.from(`${good}\n"`), Buffer.from([0xff]), Buffer.from('"\n')]),
            [{ line: 2, code: 'GR930', message: /UTF-8/ }]
        ]
    ];
    test.each(cases)('%s is reported with its place, and the rest is decided', async (_what, log, expected) => {
        const policy = await policyOf(`${INVENTORY}allow a: mail.*`);
        const result = await replayed(policy, log);
        expect(result.unreadable.count).toBe(expected.length);
        expect(result.unreadable.first).toEqual(
            expected.map(({ line, column, code = 'GR934', message }) => ({
                line,
                code,
                column: column ?? expect.any(Number),
                message: message ? expect.stringMatching(message) : expect.any(String)
            }))
        );
        expect(result.decisions.allowed).toBeGreaterThan(0);
    });
});
