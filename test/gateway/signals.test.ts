/** Tests the values of signals for results, events and requests, as a gateway records them (M27). */
import { expect, test } from 'vitest';
import { createSession, parsePolicy, type Session } from '../../server/gateway/library.js';

const POLICY = `policy P
    label flagged
    signal injection(of: string): 0..100
    signal mood: 0..100
    event mail.arrived(subject: string)
    server m { tool read() reads flagged when injection(result.text) > 50 tool send() tool warn() tool shout() }
    agent a
    modes work { usual initial { on user says when mood > 50 enter alert } alert { allow a: m.shout } }
    allow a: m.read
    allow a: m.send unless carries flagged
    allow a: m.warn when once mail.arrived where injection(subject) > 50`;

const session = async (): Promise<Session> => createSession(await parsePolicy(POLICY));
const kindOf = (of: Session, tool: string): string => of.decide({ tool }).kind;

test.each([
    ['what comes with the answer', {}, { signals: { injection: 90 } }, 'denied'],
    ['of this very text', {}, { signals: { injection: [{ args: ['x'], value: 90 }] } }, 'denied'],
    ['of another text', {}, { signals: { injection: [{ args: ['y'], value: 10 }] } }, 'denied'],
    ['nothing', {}, {}, 'denied'],
    ['what was given at the call', { signals: { injection: 10 } }, {}, 'allowed'],
    ['the answer before the call', { signals: { injection: 90 } }, { signals: { injection: 10 } }, 'allowed']
] as const)('a result: %s', async (_, call, answer, kind) => {
    const recorded = await session();
    recorded.record({ type: 'call', tool: 'm.read', id: '1', decision: 'allowed', ...call });
    recorded.record({ type: 'result', id: '1', result: 'x', ...answer });
    expect(kindOf(recorded, 'm.send')).toBe(kind);
});

test('an event, when it happened', async () => {
    const recorded = await session();
    const arrived = { type: 'event', name: 'mail.arrived', args: { subject: 'x' } } as const;
    recorded.record({ ...arrived, signals: { injection: 10 } });
    expect(kindOf(recorded, 'm.warn')).toBe('denied');
    recorded.record(arrived);
    expect(recorded.decide({ tool: 'm.warn' })).toMatchObject({ kind: 'denied', by: 'unknown' });
    recorded.record({ ...arrived, signals: { injection: 90 } });
    expect(kindOf(recorded, 'm.warn')).toBe('allowed');
});

test('a request, when it was made', async () => {
    const recorded = await session();
    recorded.record({ type: 'says', text: 'x', signals: { mood: 50 } });
    expect(kindOf(recorded, 'm.shout')).toBe('denied');
    recorded.record({ type: 'says', text: 'x', signals: { mood: 51 } });
    expect(kindOf(recorded, 'm.shout')).toBe('allowed');
});
