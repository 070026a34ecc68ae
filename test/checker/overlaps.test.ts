/** Tests which transitions of modes leave it open if calls that overlap do more than calls one after the other. */
import { expect, test } from 'vitest';
import { checkPolicy } from '../../server/checker/check.js';
import { policyOf } from '../support/policies.js';

const ONE_AT_A_TIME = 'calls run one at a time (overlaps)';

test.each([
    ['released s.exit', []],
    ['approved s.exit by boss', []],
    ['approved s.exit by boss where result.ok', [ONE_AT_A_TIME]],
    ['approved s.exit by boss when once s.look', [ONE_AT_A_TIME]]
])('on %s', async (event, scopes) => {
    const { claims } = checkPolicy(
        await policyOf(`policy P
event plan.asked
server s { tool exit() returns (ok: bool)   tool look() }
agent bot
human boss
allow bot: s.*
modes work {
  edit initial { on plan.asked enter plan }
  plan { on ${event} enter edit }
}
require approval by boss for s.exit when in mode plan
claim "c": never s.exit when in mode plan unless approved by boss
`)
    );
    expect(claims.map(({ basis, verdict }) => [verdict, basis.scopes])).toEqual([
        [scopes.length > 0 ? 'holds in scope' : 'holds', scopes]
    ]);
});
