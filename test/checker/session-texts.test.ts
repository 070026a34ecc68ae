/** Tests that each kind of step of a session has a text, and is shown as a call only if it is one. */
import { expect, test } from 'vitest';
import { runScenario } from '../../server/checker/scenarios/scenarios.js';
import { policyOf } from '../support/policies.js';

const POLICY = `policy Steps
timezone "Europe/Berlin"
session tier: 1..3
signal score: 0..100
event done(id: string)
server s { tool t(x: string) returns (id: string) }
agent a delegates to b
agent b
allow a: s.t, delegate to b
allow b: s.t
deny s.t when score > 50
withhold result of s.t when result.text contains "key"
scenario "x":
  new session with tier: 2
  at mon 10:00
  user says "hello"
  a calls s.t(x: "1") with score: 3 returns (text: "key", id: "1") -> allowed
  a calls s.t(x: "2") with score: 3 runs -> allowed
  s.t ends
  a delegates to b -> allowed
  b returns to a
  done(id: "x") happens
`;

test('the steps of a scenario as text', async () => {
    const policy = await policyOf(POLICY);
    const { trace, passed } = runScenario(policy, policy.scenarios[0]!);
    expect(passed).toBe(true);
    expect(trace.steps.map(({ text }) => text)).toEqual([
        'new session with tier: 2',
        'at mon 10:00',
        'user says "hello"',
        'a calls s.t(x: "1") with score: 3: allowed by line 9; it returns (id: "1", text: "key"); its result is withheld',
        'a calls s.t(x: "2") with score: 3: allowed by line 9',
        's.t ends',
        'a delegates to b: allowed by line 9',
        'b returns to a',
        'done(id: "x") happens'
    ]);
    expect(trace.steps.map(({ actor, act }) => `${actor}: ${act ?? 'calls'}`)).toEqual([
        ': new session with tier: 2',
        ': at mon 10:00',
        'user: says "hello"',
        'a: calls',
        'a: calls',
        ': s.t ends',
        'a: delegates to b',
        'b: returns to a',
        'outside: calls'
    ]);
    expect(trace.steps[3]).toMatchObject({ readings: ['score: 3'], withheld: true });
    expect(trace.steps[5]).toMatchObject({ withheld: true });
});
