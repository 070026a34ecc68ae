/** Tests that `..` covers every value that the session has brought, from any source. */
import { expect, test } from 'vitest';
import { runScenario } from '../../../server/checker/scenarios/scenarios.js';
import { policyOf } from '../../support/policies.js';

const POLICY = `policy P
event named(who: string)
server m {
  tool lookup() returns (owner: string)
  tool send(to: string)
}
agent bot
allow bot: m.*
deny m.send unless once m.lookup where result.owner == call.to or once named where who == call.to
`;

test.each([
    ['nothing', [], true],
    ['a result', ['bot calls m.lookup() returns (owner: "me") -> allowed'], false],
    ['the end of a running call', ['bot calls m.lookup() runs -> allowed', 'm.lookup returns (owner: "me")'], false],
    ['an event', ['named(who: "me") happens'], false]
])('after %s', async (_name, steps, passes) => {
    const scenario = [
        'scenario "s":',
        ...steps,
        'bot calls m.send(to: "x") -> denied',
        'bot calls m.send(..) -> denied'
    ];
    const policy = await policyOf(`${POLICY}${scenario.join('\n  ')}\n`);
    const { steps: results } = runScenario(policy, policy.scenarios[0]!);
    expect(results.slice(0, -1).every(({ passed }) => passed)).toBe(true);
    expect(results.at(-1)!.passed).toBe(passes);
});
