/** Claims about the decisions of calls that no session asks for. */
import { expect, test } from 'vitest';
import { checkPolicy } from '../../../server/checker/check.js';
import { policyOf } from '../../support/policies.js';

test.each([
    ['vacuous', '', 'once released s.work by caller'],
    ['vacuous', 'require once s.look for s.sign\n', 'once released s.work by caller and once s.look'],
    ['holds', 'allow signer: s.work\n', 'once released s.work by caller'],
    ['holds', '', 'once attempted s.work by caller'],
    ['holds', '', 'once released s.sign by caller'],
    ['holds', '', 'once released s.work']
])('is %s if its calls are asked for or not: %s %s', async (verdict, rules, condition) => {
    const policy = await policyOf(`policy P
server s {
  tool look() returns (path: string)
  tool work(path: string)
  tool sign(path: string)
}
agent worker
agent signer
allow worker, signer: s.look
allow worker: s.work when path from s.look.result
allow signer: s.sign when path from s.look.result
${rules}deny s.sign when ${condition}
claim "c": s.sign is denied when ${condition}
`);
    expect(checkPolicy(policy).claims.map((claim) => claim.verdict)).toEqual([verdict]);
});
