/**
 * Tests impossible events: all types, in all situations in which they contradict the record or the policy. The library
 * throws an error with a code and records nothing; replay reports the same code at the line. The table lists everything
 * that is checked.
 */
import { describe, expect, test } from 'vitest';
import { EVENT_TYPES } from '../../server/gateway/event-shape.js';
import {
    createSession,
    GuardrailError,
    parsePolicy,
    type Session,
    type SessionRecord
} from '../../server/gateway/library.js';
import { replayed } from '../cli/commands/replay/replaying.js';
import { policyOf } from '../support/policies.js';

const POLICY = `policy P
    label private
    agent a delegates to b
    agent b
    agent c
    human h
    human other
    event alarm(level: int)
    signal risk: 0..100
    signal pii(text: string): 0..100
    session tier: 1..3
    request { amount: int, to: string }
    server s { tool read(id: int) readonly reads private tool pay(id: int) tool send(text: string) }
    allow a: s.*, delegate to b
    allow b: s.read
    require approval by h for s.pay
    deny s.send when carries private
    deny s.send when risk > 50
    deny s.read when count(attempted s.read) >= 5
    deny s.read when once alarm within 1h`;

const read = (others: object = {}): object => ({
    type: 'call',
    agent: 'a',
    tool: 's.read',
    args: { id: 1 },
    ...others
});
const pay = (others: object = {}): object => ({ type: 'call', agent: 'a', tool: 's.pay', args: { id: 1 }, ...others });
const MINUTE = 60_000;
const NOON = Date.parse('2026-03-02T12:00:00Z');

const RUNS = [read({ id: '1' })];
const HELD = [pay({ id: '1', decision: 'held' })];
const ENDED = [...RUNS, { type: 'result', id: '1' }];
const DENIED = [read({ id: '1', decision: 'denied' })];
const REFUSED = [...HELD, { type: 'refuse', id: '1', human: 'h' }];
const RELEASED = [...HELD, { type: 'approve', id: '1', human: 'h' }, pay({ id: '1' })];
const DELEGATED = [{ type: 'delegate', id: '1', agent: 'a', to: 'b' }];
const RETURNED = [...DELEGATED, { type: 'return', agent: 'b', to: 'a' }];
const OVER = [...ENDED, { type: 'end' }];
const SECOND = [...RUNS, ...HELD.map((event) => ({ ...event, id: '2' })), { type: 'session', constants: { tier: 1 } }];
const LATE = [{ ...read(), time: NOON, outcome: 'success' }];

/** The code, the situation, the earlier events, and the event. */
const TABLE: readonly (readonly [code: string, what: string, before: readonly object[], event: unknown])[] = [
    ['GR933', 'the same call again while it runs', RUNS, read({ id: '1' })],
    ['GR933', 'another tool with the name of a running call', RUNS, pay({ id: '1' })],
    ['GR933', 'other arguments', RUNS, read({ id: '1', args: { id: 2 } })],
    ['GR933', 'another agent', RUNS, read({ id: '1', agent: 'b' })],
    ['GR933', 'a denied call with the name of a running one', RUNS, read({ id: '1', decision: 'denied' })],
    ['GR933', 'a held one', RUNS, pay({ id: '1', decision: 'held' })],
    ['GR933', 'one that has ended at once', RUNS, read({ id: '1', outcome: 'success' })],
    ['GR933', 'a delegation with that name', RUNS, { type: 'delegate', id: '1', agent: 'a', to: 'b' }],
    ['GR933', 'another tool with the name of a held call', HELD, read({ id: '1' })],
    ['GR933', 'other arguments than those that are held', HELD, pay({ id: '1', args: { id: 2 } })],
    ['GR933', 'the end of no call', [], { type: 'result', id: '1' }],
    ['GR933', 'an error of no call', [], { type: 'error', id: '1' }],
    ['GR933', 'a loss of no call', [], { type: 'lost', id: '1' }],
    ['GR933', 'the end of a call without a name, of which there is none', RUNS, { type: 'result' }],
    ['GR933', 'the end of another call', RUNS, { type: 'result', id: '2' }],
    ['GR933', 'a second end', ENDED, { type: 'result', id: '1' }],
    ['GR933', 'a second end, by an error', ENDED, { type: 'error', id: '1' }],
    ['GR933', 'a second end, by a loss', ENDED, { type: 'lost', id: '1' }],
    [
        'GR933',
        'the end of a call that ended at once',
        [read({ id: '1', outcome: 'error' })],
        { type: 'result', id: '1' }
    ],
    ['GR933', 'the end of a call that was denied', DENIED, { type: 'result', id: '1' }],
    ['GR933', 'the end of a call that was refused', REFUSED, { type: 'result', id: '1' }],
    ['GR933', 'the end of a delegation, which succeeds at once', DELEGATED, { type: 'result', id: '1' }],
    ['GR933', 'the end of a call of the session before', SECOND, { type: 'result', id: '1' }],
    ['GR933', 'an approval of no call', [], { type: 'approve', id: '1', human: 'h' }],
    ['GR933', 'an approval of a running call', RUNS, { type: 'approve', id: '1', human: 'h' }],
    ['GR933', 'an approval of a call that has ended', ENDED, { type: 'approve', id: '1', human: 'h' }],
    ['GR933', 'an approval of a call that was denied', DENIED, { type: 'approve', id: '1', human: 'h' }],
    ['GR933', 'an approval after a refusal', REFUSED, { type: 'approve', id: '1', human: 'h' }],
    ['GR933', 'an approval of a call that was let go', RELEASED, { type: 'approve', id: '1', human: 'h' }],
    ['GR933', 'an approval of a hold of the session before', SECOND, { type: 'approve', id: '2', human: 'h' }],
    ['GR933', 'a refusal of no call', [], { type: 'refuse', id: '1', human: 'h' }],
    ['GR933', 'a refusal of a running call', RUNS, { type: 'refuse', id: '1', human: 'h' }],
    ['GR933', 'a second refusal', REFUSED, { type: 'refuse', id: '1', human: 'h' }],
    ['GR933', 'a refusal of a call that was let go', RELEASED, { type: 'refuse', id: '1', human: 'h' }],
    ['GR933', 'the return of no delegation', [], { type: 'return', agent: 'b', to: 'a' }],
    ['GR933', 'the return of a delegation by who made it', DELEGATED, { type: 'return', agent: 'a', to: 'b' }],
    ['GR933', 'a second return', RETURNED, { type: 'return', agent: 'b', to: 'a' }],
    ...(
        [
            read(),
            { type: 'result', id: '1' },
            { type: 'error', id: '1' },
            { type: 'lost', id: '1' },
            { type: 'approve', id: '1', human: 'h' },
            { type: 'refuse', id: '1', human: 'h' },
            { type: 'delegate', agent: 'a', to: 'b' },
            { type: 'return', agent: 'b', to: 'a' },
            { type: 'event', name: 'alarm', args: { level: 1 } },
            { type: 'says', text: 'hello' },
            { type: 'session' },
            { type: 'end' }
        ] as const
    ).map((event) => ['GR933', `\`${(event as { type: string }).type}\` after the end`, OVER, event] as const),

    ['GR934', 'an event of no type', [], { id: '1' }],
    ['GR934', 'a type that is none', [], { type: 'kall' }],
    ['GR934', 'a type that objects have', [], { type: 'toString' }],
    ['GR934', 'a type that is not a text', [], { type: 7 }],
    ['GR934', 'a decision that is none', [], read({ decision: 'waits' })],
    ['GR934', 'a decision that is not a text', [], read({ decision: true })],
    [
        'GR934',
        'a decision of a delegation that is none',
        [],
        { type: 'delegate', agent: 'a', to: 'b', decision: 'ask' }
    ],
    ['GR934', 'an outcome that is none', [], read({ outcome: 'failed' })],
    ['GR934', 'a denied call with an outcome', [], read({ decision: 'denied', outcome: 'success' })],
    ['GR934', 'a denied call with a result', [], read({ decision: 'denied', result: 'x' })],
    ['GR934', 'a held call with an outcome', [], pay({ decision: 'held', outcome: 'lost' })],
    ['GR934', 'a call without a tool', [], { type: 'call', agent: 'a' }],
    ['GR934', 'a call of a tool that is not a text', [], read({ tool: ['s.read'] })],
    ['GR934', 'a name of a call that is not a text', [], read({ id: 1 })],
    ['GR934', 'an agent that is not a text', [], read({ agent: null })],
    ['GR934', 'arguments that are a text', [], read({ args: '{"id":1}' })],
    ['GR934', 'arguments that are a list', [], read({ args: [1] })],
    ['GR934', 'arguments that are null', [], read({ args: null })],
    ['GR934', 'signals that are a list', [], read({ signals: [] })],
    ['GR934', 'an answer whose name is not a text', RUNS, { type: 'result', id: 1 }],
    ['GR934', 'an error whose name is not a text', RUNS, { type: 'error', id: {} }],
    ['GR934', 'a loss whose name is not a text', RUNS, { type: 'lost', id: false }],
    ['GR934', 'an approval by nobody', HELD, { type: 'approve', id: '1' }],
    ['GR934', 'a refusal by a number', HELD, { type: 'refuse', id: '1', human: 0 }],
    ['GR934', 'a delegation to nobody', [], { type: 'delegate', agent: 'a' }],
    ['GR934', 'a return to nobody', DELEGATED, { type: 'return', agent: 'b' }],
    ['GR934', 'an event without a name', [], { type: 'event' }],
    ['GR934', 'arguments of an event that are a number', [], { type: 'event', name: 'alarm', args: 1 }],
    ['GR934', 'a text that is none', [], { type: 'says', text: 7 }],
    ['GR934', 'a request that is a text', [], { type: 'says', request: 'pay' }],
    ['GR934', 'constants that are a list', [], { type: 'session', constants: [1] }],

    ['GR935', 'a tool that is not declared', [], read({ tool: 's.raed' })],
    ['GR935', 'a tool of another server', [], read({ tool: 'read', server: 'evil' })],
    ['GR935', 'an agent that is not declared', [], read({ agent: 'd' })],
    ['GR935', 'no agent, where there are several', [], read({ agent: undefined })],
    ['GR935', 'a signal that is not declared', [], read({ signals: { rick: 1 } })],
    ['GR935', 'a signal out of its range', [], read({ signals: { risk: 101 } })],
    ['GR935', 'a signal of another type', [], read({ signals: { risk: '80' } })],
    [
        'GR935',
        'a signal for arguments that it does not have',
        [],
        read({ signals: { pii: [{ args: [1], value: 3 }] } })
    ],
    ['GR935', 'a signal for arguments that are not a list', [], read({ signals: { pii: [{ args: 'x', value: 3 }] } })],
    [
        'GR935',
        'a signal whose value for arguments is out of range',
        [],
        read({ signals: { pii: [{ args: ['x'], value: -1 }] } })
    ],
    ['GR935', 'an approval by somebody who is not declared', HELD, { type: 'approve', id: '1', human: 'nobody' }],
    ['GR935', 'a refusal by an agent', HELD, { type: 'refuse', id: '1', human: 'a' }],
    ['GR935', 'a delegation to nobody who is declared', [], { type: 'delegate', agent: 'a', to: 'd' }],
    ['GR935', 'a delegation that nobody declares', [], { type: 'delegate', agent: 'b', to: 'a' }],
    ['GR935', 'a delegation that another declares', [], { type: 'delegate', agent: 'c', to: 'b' }],
    ['GR935', 'a return by nobody who is declared', DELEGATED, { type: 'return', agent: 'd', to: 'a' }],
    ['GR935', 'an event that is not declared', [], { type: 'event', name: 'alram' }],
    ['GR935', 'an event by a name that the model has', [], { type: 'event', name: 'user says' }],
    [
        'GR935',
        'an event with an argument that it does not have',
        [],
        { type: 'event', name: 'alarm', args: { lvl: 1 } }
    ],
    [
        'GR935',
        'an event with an argument of another type',
        [],
        { type: 'event', name: 'alarm', args: { level: 'high' } }
    ],
    ['GR935', 'a request field that is not declared', [], { type: 'says', request: { amuont: 1 } }],
    ['GR935', 'a request field of another type', [], { type: 'says', request: { amount: '1' } }],
    ['GR935', 'a constant that is not declared', [], { type: 'session', constants: { tear: 1 } }],
    ['GR935', 'a constant out of its range', [], { type: 'session', constants: { tier: 4 } }],

    ['GR936', 'a time that is none', [], read({ time: 'noon' })],
    ['GR936', 'a time without its zone', [], read({ time: '2026-03-02T12:00:00' })],
    ['GR936', 'a time that is not a text and no number', [], read({ time: {} })],
    ['GR936', 'a time beyond all years', [], read({ time: 1e18 })],
    ['GR936', 'a call ten hours before the latest', LATE, read({ time: NOON - 600 * MINUTE })],
    [
        'GR936',
        'an event two minutes before the latest',
        LATE,
        { type: 'event', name: 'alarm', time: NOON - 2 * MINUTE }
    ],
    ['GR936', 'an end before the latest', [...LATE, ...RUNS], { type: 'result', id: '1', time: NOON - 2 * MINUTE }]
];

test('the table has every type of event, and every code in all its cases', () => {
    const types = new Set(TABLE.map(([, , , event]) => (event as { type?: unknown }).type));
    expect(EVENT_TYPES.filter((type) => !types.has(type))).toEqual([]);
});

const policy = await parsePolicy(POLICY);
const model = await policyOf(POLICY);
const sessionAfter = (before: readonly object[]): Session => {
    const session = createSession(policy, { clock: () => NOON });
    before.forEach((event) => session.record(event as SessionRecord));
    return session;
};

/** All future answers of a session: a difference in its state shows in one of them. */
function answersOf(session: Session): unknown[] {
    const answers: unknown[] = [];
    const ask = (): void => {
        for (const agent of ['a', 'b', 'c']) {
            for (const [tool, args] of [
                ['s.read', { id: 1 }],
                ['s.pay', { id: 1 }],
                ['s.send', { text: '' }]
            ] as const) {
                answers.push(outcomeOf(() => session.decide({ agent, tool, args, signals: { risk: 1 } })));
            }
        }
    };
    ask();
    for (const event of [
        { type: 'approve', id: '1', human: 'h' },
        { type: 'result', id: '1' },
        { type: 'result', id: '2' },
        { type: 'result' },
        { type: 'return', agent: 'b', to: 'a' },
        read({ id: '1', time: NOON }),
        { type: 'result', id: '1' }
    ]) {
        answers.push(outcomeOf(() => session.record(event as SessionRecord)));
        ask();
    }
    return answers;
}

function outcomeOf(act: () => unknown): unknown {
    try {
        return act() ?? 'done';
    } catch (error) {
        return [(error as GuardrailError).code, (error as Error).message];
    }
}

describe('the library', () => {
    test.each(TABLE)('%s: %s', (code, _what, before, event) => {
        const session = sessionAfter(before);
        let thrown: unknown;
        try {
            session.record(event as SessionRecord);
        } catch (error) {
            thrown = error;
        }
        expect(thrown).toBeInstanceOf(GuardrailError);
        expect(thrown).toMatchObject({ name: 'GuardrailError', code, message: expect.stringMatching(/^\S.+[^.]$/) });
        expect(answersOf(session)).toEqual(answersOf(sessionAfter(before)));
    });
});

describe('replay', () => {
    const inLog = TABLE.filter(
        ([, what]) =>
            what !== 'a tool that is not declared' &&
            !/^(an|no) agent( that is not|,)/.test(what) &&
            what !== 'a tool of another server'
    );

    test.each(inLog)('%s: %s', async (code, _what, before, event) => {
        const other = { ...read({ outcome: 'success' }), session: 'other' };
        const result = await replayed(model, [other, ...before, event, other]);
        const told = [...result.unfit.first, ...result.unreadable.first];
        expect(told).toMatchObject([{ line: before.length + 2, code }]);
        // An impossible call is not counted among the calls.
        const calls = before.filter(({ type }: { type?: string }) => type === 'call' || type === 'delegate');
        expect(result.calls).toBe(calls.length + 2);
    });

    test('calls of tools and agents that are not declared are denied, and counted as such', async () => {
        const result = await replayed(model, [
            read({ tool: 's.raed' }),
            read({ tool: 'read', server: 'evil' }),
            read({ agent: 'd' })
        ]);
        expect(result).toMatchObject({
            unknownTools: { count: 2 },
            unknownAgents: { count: 1 },
            stopped: { count: 3 }
        });
    });
});

describe('possible events', () => {
    const POSSIBLE: readonly (readonly [what: string, events: readonly object[]])[] = [
        [
            'a held call again, and its approval again',
            [
                ...HELD,
                ...HELD,
                { type: 'approve', id: '1', human: 'h' },
                { type: 'approve', id: '1', human: 'h' },
                pay({ id: '1' })
            ]
        ],
        [
            'a held call under another name',
            [
                ...HELD,
                pay({ id: '2', decision: 'held' }),
                { type: 'approve', id: '1', human: 'h' },
                pay({ id: '2' }),
                { type: 'result', id: '1' }
            ]
        ],
        ['a name again, once its call has ended', [...ENDED, ...ENDED]],
        ['a name again, once its call was denied or refused', [...DENIED, ...REFUSED, ...ENDED]],
        [
            'a denied call of nothing that is declared',
            [
                read({ tool: 's.none', decision: 'denied' }),
                read({ agent: 'none', decision: 'denied' }),
                read({ args: [] as never, decision: 'denied' })
            ]
        ],
        ['an answer a minute late', [...LATE, ...RUNS, { type: 'result', id: '1', time: NOON - MINUTE }]],
        ['a field of `request` that is left out', [{ type: 'says', request: { amount: 1 } }]],
        ['fields that are not asked about', [{ ...read({ outcome: 'success' }), note: 'x' }]]
    ];
    test.each(POSSIBLE)('%s', (_what, events) => {
        expect(() => sessionAfter(events)).not.toThrow();
    });
});

test('a failing host clock is not a defect of the decision procedure', async () => {
    const policy = await parsePolicy('policy P\nagent a\nserver s { tool t() }\nallow a: s.t');
    const clock = (): number => {
        throw new TypeError('no clock');
    };
    const session = createSession(policy, { clock });
    expect(() => session.decide({ tool: 's.t' })).toThrow(expect.objectContaining({ code: 'GR936' }));
    expect(() => session.record({ type: 'end' })).toThrow(expect.objectContaining({ code: 'GR936' }));
});

test('a field `__proto__` has no effect on the event', async () => {
    const policy = await parsePolicy('policy P\nagent a\nserver s { tool t() }\nallow a: s.t');
    const session = createSession(policy);
    const event = JSON.parse('{"__proto__": {"type": "end"}}') as never;
    expect(() => session.record(event)).toThrow(expect.objectContaining({ code: 'GR934' }));
    expect(session.decide({ tool: 's.t' }).kind).toBe('allowed');
});
