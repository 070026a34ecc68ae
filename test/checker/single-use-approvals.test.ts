/** Tests which claims about counts follow from an approval of each release. */
import { expect, test } from 'vitest';
import { questionOf, type StateQuestion } from '../../server/checker/questions/question.js';
import { approvedEach } from '../../server/checker/reductions/single-use-approvals.js';
import { policyOf } from '../support/policies.js';

test.each([
    ['count(s.pay) <= count(approved s.pay)', true],
    ['count(s.pay) <= count(approved s.pay across sessions)', true],
    ['count(s.pay across sessions) <= count(approved s.pay across sessions)', true],
    // A new session still counts the releases, and has forgotten their approvals.
    ['count(s.pay across sessions) <= count(approved s.pay)', false],
    ['count(approved s.pay) >= count(s.pay across sessions)', false]
])('%s', async (condition, follows) => {
    const policy = await policyOf(`policy P
human rita
server s { tool pay(n: int) }
agent a
allow a: s.pay
require approval by rita for s.pay
claim "c": always ${condition}
`);
    expect(approvedEach(policy, questionOf(policy.claims[0]!) as StateQuestion) !== undefined).toBe(follows);
});
