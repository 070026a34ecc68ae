/** Work of which a proof shows that the rules stop it, with the rules that do, and work that is not proved to be stopped. */
import { expect, test } from 'vitest';
import { obstaclesIn, proofOf } from '../../../server/checker/portfolio/proofs.js';
import { questionOf, type WorkQuestion } from '../../../server/checker/questions/question.js';
import { policyOf } from '../../support/policies.js';

const TOOLS = `policy P
human boss
server s {
  tool look() returns (mail: string)
  tool pay(to: string, n: number)
}
server shell { tool run(cmd: string) may do s.pay }
agent bot
agent other
allow bot: s.*, shell.run
`;

test.each([
    [[10], 'deny s.pay when n > 3', 'possible s.look then s.pay where (n > 5)'],
    [undefined, 'deny s.pay when n > 3', 'possible s.look then s.pay where (n > 2)'],
    [[10], 'require approval by boss for s.pay when n > 3', 'possible s.pay where (n > 5) without approval'],
    [undefined, 'require approval by boss for s.pay when n > 3', 'possible s.pay where (n > 5)'],
    [undefined, 'require approval by boss for s.pay when n > 3', 'possible s.pay without approval'],
    [[10], 'require approval by boss for s.pay valid 8h per to', 'possible s.pay then s.pay without approval'],
    // Either of the two rules is enough.
    [[10], 'deny s.pay when n > 3\ndeny s.pay when n > 4', 'possible s.pay where (n > 5)'],
    [undefined, 'deny s.pay unless to from s.look.result', 'possible s.pay where (not to from s.look.result)'],
    [undefined, 'deny s.pay unless to from s.look.result', 'possible s.look then s.pay'],
    [[], '', 'possible s.look by other'],
    [undefined, '', 'possible s.look by bot']
] as const)('stopped by lines %s: %s | %s', async (lines, rules, work) => {
    const policy = await policyOf(`${TOOLS.replace(' may do s.pay', '')}${rules}\nclaim "c": ${work}\n`);
    const [claim] = policy.claims;
    const proof = proofOf(policy, claim!)();
    const found = proof && obstaclesIn(policy, questionOf(claim!) as WorkQuestion, proof);
    expect(found?.map(({ rule }) => rule!.source.start.line)).toEqual(lines);
});

test('an inner call is not stopped by the rules', async () => {
    const policy = await policyOf(`${TOOLS}deny s.pay\nclaim "c": possible s.pay\n`);
    expect(proofOf(policy, policy.claims[0]!)()).toBeUndefined();
});
