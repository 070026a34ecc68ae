/**
 * Tests that a decision that depends on a pending result waits for it (M2): provenance, and labels that a withheld
 * result does not add.
 */
import { expect, test } from 'vitest';
import { advance, initial } from '../../../server/model/advance.js';
import { decide } from '../../../server/model/decide.js';
import type { Arguments, Policy } from '../../../server/model/policy/policy.js';
import type { Call, SessionState } from '../../../server/model/session/session.js';
import { policyOf } from '../../support/policies.js';

const policy = await policyOf(`policy Running
label secret
server crm {
  tool lookup(name: string) returns (email: string)
  tool get(id: string) reads secret returns (note: string)
}
server out { tool send(to: string) tool post(body: string) tool other(to: string) }
agent bot
allow bot: crm.lookup, crm.get, out.post, out.other
allow bot: out.send when to from crm.lookup.result.email
withhold result of crm.get when result.note contains "key"
deny out.post when carries secret
deny out.other when to from crm.lookup and carries secret
`);

function call(name: string, args: Arguments): Call {
    return { agent: 0, tool: policy.tools.findIndex((tool) => tool.name === name), args };
}

function running(of: Policy, state: SessionState, submitted: Call): SessionState {
    const decision = decide(of, state, submitted);
    if (decision.kind !== 'allowed') {
        throw new Error(`it is ${decision.kind}`);
    }
    return advance(of, state, { kind: 'call', call: submitted, decision });
}

test('a value from a running call', () => {
    const state = running(policy, initial(policy), call('crm.lookup', { name: 'bob' }));
    const send = call('out.send', { to: 'bob@x.example' });
    expect(decide(policy, state, send)).toEqual({ kind: 'waits', on: [0] });
    const given = advance(policy, state, {
        kind: 'end',
        id: 0,
        outcome: 'success',
        result: { email: 'bob@x.example' }
    });
    expect(decide(policy, given, send).kind).toBe('allowed');
    const failed = advance(policy, state, { kind: 'end', id: 0, outcome: 'error', result: { email: 'bob@x.example' } });
    expect(decide(policy, failed, send)).toMatchObject({ kind: 'denied', by: 'default' });
});

test('a label from a running call', () => {
    const state = running(policy, initial(policy), call('crm.get', { id: '1' }));
    const post = call('out.post', { body: 'x' });
    expect(decide(policy, state, post).kind).toBe('waits');
    const end = (note: string): SessionState =>
        advance(policy, state, { kind: 'end', id: 0, outcome: 'success', result: { note } });
    expect(decide(policy, end('a key'), post).kind).toBe('allowed');
    expect(decide(policy, end('hello'), post).kind).toBe('denied');
});

test('a decision that no result can change is made at once', () => {
    const state = running(policy, initial(policy), call('crm.lookup', { name: 'bob' }));
    expect(decide(policy, state, call('out.other', { to: 'x' })).kind).toBe('allowed');
});
