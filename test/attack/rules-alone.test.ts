/**
 * Tests that no random session breaks a claim that the rules settle: rules of all forms, restated as claims, and the
 * claims of the corpora.
 */
import { expect, test } from 'vitest';
import { attack } from '../../server/attack/index.js';
import { textOf } from '../../server/attack/scenario-text.js';
import { asksCalls, settledByRules } from '../../server/checker/portfolio/rules-alone.js';
import { questionOf } from '../../server/checker/questions/question.js';
import type { Policy } from '../../server/model/policy/policy.js';
import { DEPTH, partOf, runs, SHARE } from '../support/depth.js';
import { policyOf } from '../support/policies.js';
import { formsPolicy } from './all-forms.js';
import { changedRulesPolicy } from './changed-rules/policy.js';
import { corpora } from './corpora.js';
import { holdsPolicy } from './hold-forms.js';
import { restated } from '../../bench/restated-rules.js';

const SEED = 20_261_129 + SHARE;

/** The policy with its own claims and its rules as claims, as far as the rules settle them. */
function settledIn(policy: Policy): Policy {
    const claims = [...policy.claims, ...policy.rules.filter(({ audit }) => audit !== true).flatMap(restated)];
    return {
        ...policy,
        claims: claims.filter((claim) => {
            const question = questionOf(claim);
            return asksCalls(question) && claim.across !== true && settledByRules(policy, question);
        })
    };
}

function expectNoneBroken(policy: Policy, sessions: number): void {
    const results = policy.claims.map(({ name }) => ({
        name,
        verdict: 'holds' as const,
        acrossSessions: { verdict: 'violated' as const }
    }));
    const { strikes } = attack(policy, results, { sessions, seed: SEED });
    const broken = strikes.filter(({ isMet }) => isMet);
    expect(broken.map(({ claim, steps }) => textOf(policy, claim, steps))).toEqual([]);
}

test.each(partOf(corpora, 24).map(({ file, read }) => ({ file, read })))('in $file', async ({ read }) => {
    const { policy } = await read();
    expectNoneBroken(settledIn(policy), runs(40));
});

test('in random policies of all forms', async () => {
    // In these policies agents act for others, so the rules settle no claim that a call is held or allowed.
    await expectNoneBrokenIn(formsPolicy, { policies: runs(400), sessions: runs(100) }, [
        'never',
        'requires',
        'at most',
        'no flow',
        'denied'
    ]);
});

test('in random policies about what a held call sees', async () => {
    await expectNoneBrokenIn(holdsPolicy, { policies: runs(1_000), sessions: 60 }, [
        'never',
        'requires',
        'denied',
        'held'
    ]);
});

test('in random policies whose claims are their rules with a bound, a status or a window changed', async () => {
    await expectNoneBrokenIn(changedRulesPolicy, { policies: runs(1_000), sessions: 60 }, [
        'never',
        'requires',
        'at most',
        'denied',
        'held'
    ]);
});

test('if calls that the inventory refuses have arguments outside of their types', async () => {
    const policy = await policyOf(`policy P
server s { tool buy(n: int >= 0)   tool take(n: 2..4)   tool pay(n: int) }
agent bot
allow bot: s.*
deny s.pay when total(attempted s.buy.n) + n > 3
deny s.pay when total(denied s.take.n) - n > 3
claim "no part exceeds the sum": never s.pay when n > 3
claim "a total of positive amounts is not negative": never s.pay when total(denied s.take.n where n > 5) - n > 3
`);
    expect(settledIn(policy).claims.map(({ name }) => name)).toContain('no part exceeds the sum');
    expectNoneBroken(settledIn(policy), 300);
});

/** @param kinds the kinds of claims of which some must be settled */
async function expectNoneBrokenIn(
    policyFor: (seed: number) => string,
    { policies, sessions }: { readonly policies: number; readonly sessions: number },
    kinds: readonly string[]
): Promise<void> {
    const settled = new Set<string>();
    for (let seed = 0; seed < policies; seed++) {
        const policy = settledIn(await policyOf(policyFor(SEED + seed)));
        policy.claims.forEach((claim) => settled.add(claim.kind === 'decided' ? claim.decision : claim.kind));
        expectNoneBroken(policy, sessions);
    }
    expect([...settled]).toEqual(expect.arrayContaining(DEPTH >= 1 ? [...kinds] : []));
}
