/** Tests that no random session breaks a claim with a proof: rules of all forms, restated as claims, and the claims of the corpora. */
import { expect, test } from 'vitest';
import { attack } from '../../server/attack/index.js';
import { textOf } from '../../server/attack/scenario-text.js';
import { prove } from '../../server/certificates/prove.js';
import { PROOF_WORK } from '../../server/certificates/work.js';
import type { Policy } from '../../server/model/policy/policy.js';
import { DEPTH, partOf, runs, SHARE } from '../support/depth.js';
import { policyOf } from '../support/policies.js';
import { formsPolicy } from './all-forms.js';
import { changedRulesPolicy } from './changed-rules/policy.js';
import { corpora } from './corpora.js';
import { holdsPolicy } from './hold-forms.js';
import { restated } from '../../bench/restated-rules.js';

const SEED = 20_261_129 + SHARE;

/** The policy with its own claims and its rules as claims, as far as they are proved. */
function provedIn(policy: Policy): Policy {
    const claims = [...policy.claims, ...policy.rules.filter(({ audit }) => audit !== true).flatMap(restated)];
    const all = { ...policy, claims };
    return {
        ...policy,
        claims: claims.filter(
            ({ kind, across }, index) =>
                kind !== 'possible' &&
                across !== true &&
                prove(all, index, 'holds', { left: PROOF_WORK, poll: () => undefined })
        )
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
    expectNoneBroken(provedIn(policy), runs(40));
});

test('in random policies of all forms', async () => {
    // In these policies agents act for others, so no claim that a call is held or allowed is proved.
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
    expect(provedIn(policy).claims.map(({ name }) => name)).toContain('no part exceeds the sum');
    expectNoneBroken(provedIn(policy), 300);
});

/** @param kinds the kinds of claims of which some must be proved */
async function expectNoneBrokenIn(
    policyFor: (seed: number) => string,
    { policies, sessions }: { readonly policies: number; readonly sessions: number },
    kinds: readonly string[]
): Promise<void> {
    const proved = new Set<string>();
    for (let seed = 0; seed < policies; seed++) {
        const policy = provedIn(await policyOf(policyFor(SEED + seed)));
        policy.claims.forEach((claim) => proved.add(claim.kind === 'decided' ? claim.decision : claim.kind));
        expectNoneBroken(policy, sessions);
    }
    expect([...proved]).toEqual(expect.arrayContaining(DEPTH >= 1 ? [...kinds] : []));
}
