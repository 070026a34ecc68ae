/** Claims and rules that count attempts: the claim counts that of a held call itself, and the rules do not. */
import { expect, test } from 'vitest';
import { type CallQuestion, settledByRules } from '../../../server/checker/portfolio/rules-alone.js';
import { questionOf } from '../../../server/checker/questions/question.js';
import { policyOf } from '../../support/policies.js';

const HOLDING = `policy P
human boss
server s {
  tool look()
  tool pay(to: string)
}
agent bot
agent other
allow bot, other: s.*
require approval by boss for s.pay
`;

test.each([
    [true, 'deny s.pay when count(attempted s.pay) >= 3', 'never s.pay when count(attempted s.pay) >= 4'],
    [false, 'deny s.pay when count(attempted s.pay) >= 3', 'never s.pay when count(attempted s.pay) >= 3'],
    [true, 'limit attempted s.pay to 3 within 1h', 'never s.pay when count(attempted s.pay by caller within 1m) >= 4'],
    [false, 'limit attempted s.pay to 3 within 1h', 'never s.pay when count(attempted s.pay by caller within 1m) >= 3'],
    [false, 'limit attempted s.pay to 3 within 1m', 'never s.pay when count(attempted s.pay within 1h) >= 4'],
    [false, 'limit attempted s.pay(to) to 3 within 1h', 'never s.pay when count(attempted s.pay within 1h) >= 4'],
    [true, 'limit attempted any tool to 3', 'never s.pay when count(attempted s.pay) >= 4'],
    [false, 'limit attempted s.pay to 3', 'never s.pay when count(attempted any tool) >= 4'],
    [
        true,
        'deny s.pay when count(attempted same call within 60s) >= 2',
        'never s.pay when count(attempted same call within 60s) >= 3'
    ],
    [
        false,
        'deny s.pay when count(attempted same call within 60s) >= 2',
        'never s.pay when count(attempted same call within 60s) >= 2'
    ],
    [
        false,
        'deny s.pay when count(attempted s.look where (once attempted s.pay)) >= 1',
        'never s.pay when count(attempted s.look where (once attempted s.pay)) >= 2'
    ],
    // A held call may have several answers.
    [false, 'deny s.pay when count(approved s.pay) >= 1', 'never s.pay when count(approved s.pay) >= 2']
] as const)('settled: %s: %s | %s', async (isSettled, rule, claim) => {
    const policy = await policyOf(`${HOLDING}${rule}\nclaim "c": ${claim}\n`);
    expect(settledByRules(policy, questionOf(policy.claims[0]!) as CallQuestion)).toBe(isSettled);
});
