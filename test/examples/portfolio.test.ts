/**
 * Tests the findings on the rules of the portfolio agent, in addition to verdicts and steps: when, how much, and why
 * not.
 */
import { expect, test } from 'vitest';
import type { ClaimResult } from '../../server/checker/results/result.js';
import { loadPolicy } from './policies.js';
import { checkedUntimed } from '../support/checked.js';

async function claimIn(file: string, claim: string): Promise<ClaimResult> {
    const { claims } = checkedUntimed(await loadPolicy(`portfolio/${file}.guardrail`), { claim });
    expect(claims).toHaveLength(1);
    return claims[0]!;
}

test.each([
    ['load-first', 'a portfolio can be loaded', 'once get_client_profile within 5m'],
    ['load-first', 'a rebalance is possible', 'once load_portfolio within 5m'],
    ['own-client', 'a trade is possible', 'once get_client_profile(profile_id) within 24h'],
    ['fresh-price', 'a trade is possible', 'once get_market_price(symbol) within 30s']
])('%s: %s: the condition that is never met is named', async (file, claim, condition) => {
    const { obstacles } = await claimIn(file, claim);
    expect(obstacles.map(({ text }) => text)).toEqual([
        expect.stringContaining(`never applies: \`${condition}\` never becomes true`)
    ]);
});

test('three trades reach a total of which no rule names the third amount', async () => {
    const { trace } = await claimIn('trade-cap', 'a session stays below 60,000');
    // The order of the trades does not matter.
    const amounts = trace!.steps.map(({ args }) => Number(args['amount']));
    expect(amounts.sort((a, b) => a - b)).toEqual([10_000, 25_000, 25_000]);
});

test('the session waits until the window has just ended', async () => {
    const { trace } = await claimIn('advisor-window', 'no trade long after the advisor');
    const [advisor, trade] = trace!.steps;
    expect(trade!.time - advisor!.time).toBe(901);
});
