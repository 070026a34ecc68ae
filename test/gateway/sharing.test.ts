/**
 * Tests what a policy shares among the sessions of one gateway, regardless of the order in which they continue and
 * their calls end.
 */
import { describe, expect, test } from 'vitest';
import { createGateway, createSession, parsePolicy, type SessionRecord } from '../../server/gateway/library.js';
import { decided, replayed } from '../cli/commands/replay/replaying.js';
import { policyOf } from '../support/policies.js';

const INVENTORY = `policy P
    label private
    session user: string
    server bank { tool pay(amount: int >= 0) tool approve(id: string) tool cancel(id: string) tool ask() }
    server notes stores { tool add(text: string) tool list() readonly }
    server crm {
        tool get() readonly reads private
        tool maybe() readonly reads private when result.secret returns (secret: bool)
    }
    server web { tool post() external }
    agent a
    agent b
    human h
    `;

/** A step: a call, its decision, whether it keeps running, and its name; or an event that is recorded unchanged. */
type Step =
    | readonly [session: string, tool: string, args: object, decision: string, how?: 'runs' | undefined, id?: string]
    | readonly [session: string, event: object];

const CASES: readonly (readonly [what: string, rules: string, steps: readonly Step[]])[] = [
    [
        'a limit across sessions counts those of all',
        'allow a: bank.*\nlimit total(bank.pay.amount) to 100 across sessions',
        [
            ['1', 'bank.pay', { amount: 60 }, 'allowed'],
            ['2', 'bank.pay', { amount: 60 }, 'denied'],
            ['2', 'bank.pay', { amount: 40 }, 'allowed'],
            ['1', 'bank.pay', { amount: 1 }, 'denied'],
            ['3', 'bank.pay', { amount: 0 }, 'allowed']
        ]
    ],
    [
        'a call that runs in another session is waited for where it matters',
        'allow a: bank.*\nlimit total(bank.pay.amount) to 100 across sessions',
        [
            ['1', 'bank.pay', { amount: 60 }, 'allowed', 'runs', 'x'],
            ['2', 'bank.pay', { amount: 60 }, 'waits'],
            ['2', 'bank.pay', { amount: 30 }, 'allowed', 'runs', 'y'],
            ['2', 'bank.ask', {}, 'allowed'],
            ['1', { type: 'result', id: 'x' }],
            ['2', 'bank.pay', { amount: 60 }, 'denied'],
            ['2', { type: 'result', id: 'y' }],
            ['1', 'bank.pay', { amount: 11 }, 'denied'],
            ['1', 'bank.pay', { amount: 10 }, 'allowed']
        ]
    ],
    [
        'a session that ends loses the calls that it runs, for all',
        'allow a: bank.*\nlimit total(bank.pay.amount) to 100 across sessions',
        [
            ['1', 'bank.pay', { amount: 60 }, 'allowed', 'runs', 'x'],
            ['2', 'bank.pay', { amount: 60 }, 'waits'],
            ['1', { type: 'end' }],
            ['2', 'bank.pay', { amount: 60 }, 'denied']
        ]
    ],
    [
        'what is not across sessions is of one alone',
        'allow a: bank.*\nlimit bank.ask to 1\ndeny bank.cancel when once bank.approve across sessions',
        [
            ['1', 'bank.ask', {}, 'allowed'],
            ['2', 'bank.ask', {}, 'allowed'],
            ['1', 'bank.ask', {}, 'denied'],
            ['2', 'bank.approve', { id: 'i' }, 'allowed', 'runs', 'x'],
            ['1', 'bank.ask', {}, 'denied'],
            ['3', 'bank.ask', {}, 'allowed'],
            ['2', { type: 'result', id: 'x' }],
            ['2', 'bank.ask', {}, 'denied'],
            ['3', 'bank.ask', {}, 'denied'],
            ['4', 'bank.ask', {}, 'allowed'],
            ['1', 'bank.cancel', { id: 'i' }, 'denied']
        ]
    ],
    [
        'the order of releases counts, not that of ends',
        'allow a: bank.approve, bank.cancel\nallow a: bank.pay when no bank.cancel since bank.approve across sessions',
        [
            ['1', 'bank.approve', { id: 'i' }, 'allowed', 'runs', 'x'],
            ['2', 'bank.cancel', { id: 'i' }, 'allowed', 'runs', 'y'],
            ['1', { type: 'result', id: 'x' }],
            ['3', 'bank.pay', { amount: 1 }, 'waits'],
            ['2', { type: 'result', id: 'y' }],
            ['3', 'bank.pay', { amount: 1 }, 'denied'],
            ['2', 'bank.cancel', { id: 'i' }, 'allowed', 'runs', 'y'],
            ['1', 'bank.approve', { id: 'i' }, 'allowed', 'runs', 'x'],
            ['2', { type: 'result', id: 'y' }],
            ['1', { type: 'result', id: 'x' }],
            ['3', 'bank.pay', { amount: 1 }, 'allowed']
        ]
    ],
    [
        'labels go through servers that store, to any session',
        'allow any agent: crm.*, notes.*, web.post\ndeny web.post when carries private',
        [
            ['1', 'crm.get', {}, 'allowed'],
            ['2', 'web.post', {}, 'allowed'],
            ['1', 'notes.add', { text: 'x' }, 'allowed'],
            ['2', 'web.post', {}, 'allowed'],
            ['2', 'notes.list', {}, 'allowed'],
            ['2', 'web.post', {}, 'denied'],
            ['3', 'web.post', {}, 'allowed']
        ]
    ],
    [
        'what a call that still runs may have read may have been stored',
        'allow any agent: crm.*, notes.*, web.post\ndeny web.post when carries private',
        [
            ['1', 'crm.maybe', {}, 'allowed', 'runs', 'x'],
            ['1', 'notes.add', { text: 'x' }, 'allowed'],
            ['2', 'notes.list', {}, 'allowed'],
            ['2', 'web.post', {}, 'waits'],
            ['3', 'web.post', {}, 'allowed'],
            ['1', { type: 'result', id: 'x', result: { secret: false } }],
            ['2', 'web.post', {}, 'allowed'],
            ['1', 'crm.maybe', {}, 'allowed', 'runs', 'x'],
            ['1', 'notes.add', { text: 'x' }, 'allowed'],
            ['2', 'notes.list', {}, 'allowed'],
            ['1', { type: 'result', id: 'x', result: { secret: true } }],
            ['2', 'web.post', {}, 'denied']
        ]
    ],
    [
        'holds, approvals and constants are of their session',
        `allow a: bank.*
        require approval by h for bank.pay
        limit bank.pay to 1 per session.user across sessions`,
        [
            ['1', { type: 'session', constants: { user: 'u' } }],
            ['2', { type: 'session', constants: { user: 'v' } }],
            ['3', { type: 'session', constants: { user: 'u' } }],
            ['1', 'bank.pay', { amount: 1 }, 'held', undefined, 'x'],
            ['2', 'bank.pay', { amount: 1 }, 'held', undefined, 'x'],
            ['1', { type: 'approve', id: 'x', human: 'h' }],
            ['2', 'bank.pay', { amount: 1 }, 'held', undefined, 'x'],
            ['1', 'bank.pay', { amount: 1 }, 'allowed', undefined, 'x'],
            ['3', 'bank.pay', { amount: 1 }, 'denied'],
            ['2', { type: 'approve', id: 'x', human: 'h' }],
            ['2', 'bank.pay', { amount: 1 }, 'allowed', undefined, 'x']
        ]
    ],
    [
        'the own attempt of a held call is left out, whoever goes on in between',
        `allow a: bank.*
        require approval by h for bank.pay
        deny bank.pay when count(attempted bank.pay across sessions) >= 3`,
        [
            ['1', 'bank.pay', { amount: 1 }, 'held', undefined, 'x'],
            ['2', 'bank.pay', { amount: 2 }, 'held', undefined, 'x'],
            ['3', 'bank.pay', { amount: 3 }, 'held', undefined, 'x'],
            ['2', { type: 'approve', id: 'x', human: 'h' }],
            ['1', { type: 'approve', id: 'x', human: 'h' }],
            ['1', 'bank.ask', {}, 'allowed', 'runs', 'y'],
            ['2', 'bank.pay', { amount: 2 }, 'allowed', undefined, 'x'],
            ['4', 'bank.pay', { amount: 4 }, 'denied'],
            ['1', 'bank.pay', { amount: 1 }, 'denied', undefined, 'x']
        ]
    ],
    [
        'a session of the same user begins in the midst of others',
        'allow a: bank.*\nlimit bank.ask to 1\nlimit total(bank.pay.amount) to 100 across sessions',
        [
            ['1', 'bank.ask', {}, 'allowed'],
            ['2', 'bank.pay', { amount: 60 }, 'allowed', 'runs', 'x'],
            ['1', { type: 'session', constants: {} }],
            ['1', 'bank.ask', {}, 'allowed'],
            ['1', 'bank.pay', { amount: 60 }, 'waits'],
            ['2', { type: 'result', id: 'x' }],
            ['1', 'bank.ask', {}, 'denied'],
            ['1', 'bank.pay', { amount: 60 }, 'denied'],
            ['2', 'bank.ask', {}, 'allowed']
        ]
    ]
];

describe.each(CASES)('%s', (_what, rules, steps) => {
    test('in the sessions of a gateway', async () => {
        const gateway = createGateway(await parsePolicy(`${INVENTORY}${rules}`));
        const decisions = steps.map(([session, ...rest]) => {
            if (rest.length === 1) {
                gateway.session(session).record(rest[0] as SessionRecord);
                return undefined;
            }
            const [tool, args, expected, how, id] = rest;
            const call = { agent: 'a', tool, args: args as Record<string, number> };
            const { kind } = gateway.session(session).decide(call);
            if (kind !== 'waits') {
                gateway.session(session).record({
                    ...call,
                    type: 'call',
                    ...(id !== undefined && { id }),
                    decision: kind,
                    ...(expected === 'allowed' && how !== 'runs' && { outcome: 'success' })
                });
            }
            return kind;
        });
        expect(decisions).toEqual(steps.map(([, ...rest]) => (rest.length === 1 ? undefined : rest[2])));
    });

    test('in a log', async () => {
        const log = steps.flatMap(([session, ...rest]): object[] => {
            if (rest.length === 1) {
                return [{ session, ...rest[0] }];
            }
            const [tool, args, expected, how, id] = rest;
            // A waiting call is decided once it can be: the answer belongs to the next step.
            return expected === 'waits'
                ? []
                : [
                      {
                          session,
                          type: 'call',
                          agent: 'a',
                          tool,
                          args,
                          ...(id !== undefined && { id }),
                          decision: expected,
                          ...(expected === 'allowed' && how !== 'runs' && { outcome: 'success' })
                      }
                  ];
        });
        const result = await replayed(await policyOf(`${INVENTORY}${rules}`), log);
        expect([result.unfit.first, result.unreadable.first]).toEqual([[], []]);
        expect([result.stopped.first, result.loosened.first]).toEqual([[], []]);
        const expected = steps.flatMap(([, ...rest]) => (rest.length === 1 || rest[2] === 'waits' ? [] : [rest[2]]));
        const { allowed = 0, held = 0, ...denied } = decided(result);
        expect({ allowed, held, denied: Object.values(denied).reduce((sum, count) => sum + count, 0) }).toEqual({
            allowed: expected.filter((kind) => kind === 'allowed').length,
            held: expected.filter((kind) => kind === 'held').length,
            denied: expected.filter((kind) => kind === 'denied').length
        });
    });
});

test.each([
    ['reads across sessions', 'limit bank.ask to 1 across sessions'],
    ['counts across sessions', 'deny bank.ask when count(bank.ask across sessions) > 3'],
    ['has a server that stores', '']
])('a policy that %s cannot be used with a standalone session', async (_what, rule) => {
    const policy = await parsePolicy(`${INVENTORY}allow a: bank.*\n${rule}`);
    expect(() => createSession(policy)).toThrow(expect.objectContaining({ name: 'GuardrailError', code: 'GR937' }));
    expect(createGateway(policy).session('1').decide({ agent: 'a', tool: 'bank.ask' }).kind).toBe('allowed');
});

test('a session is identified by its name, even after its end', async () => {
    const gateway = createGateway(await parsePolicy(`${INVENTORY}allow a: bank.*`));
    gateway.session('1').record({ type: 'end' });
    expect(gateway.session('1')).toBe(gateway.session('1'));
    expect(() => gateway.session('1').decide({ agent: 'a', tool: 'bank.ask' })).toThrow(
        expect.objectContaining({ code: 'GR933' })
    );
    expect(() => gateway.session(1 as never)).toThrow(expect.objectContaining({ code: 'GR934' }));
});
