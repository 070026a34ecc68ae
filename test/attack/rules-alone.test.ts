/** No random session breaks a claim that the rules settle: rules of all forms, restated as claims, and the claims of the corpora. */
import { expect, test } from 'vitest';
import { attack } from '../../server/attack/index.js';
import { textOf } from '../../server/attack/scenario-text.js';
import { asksCalls, settledByRules } from '../../server/checker/portfolio/rules-alone.js';
import { questionOf } from '../../server/checker/questions/question.js';
import type { Claim, Policy, Rule } from '../../server/model/policy/policy.js';
import { IS_DEEP, partOf, runs, SHARE } from '../support/depth.js';
import { policyOf } from '../support/policies.js';
import { formsPolicy } from './all-forms.js';
import { corpora } from './corpora.js';

const SEED = 20_261_129 + SHARE;

/** Claims that say what a rule says: about releases and, for a `deny`, about decisions. */
function restated(rule: Rule, index: number): Claim[] {
    const { subject, text, source, when } = rule;
    const named = (name: string): Pick<Claim, 'name' | 'text' | 'source'> => ({
        name: `${index} ${name}`,
        text,
        source
    });
    switch (rule.kind) {
        case 'deny':
            return [
                { ...named('never'), kind: 'never', subject, bad: when },
                { ...named('denied'), kind: 'decided', subject, when, decision: 'denied' }
            ];
        case 'require': {
            const bad = { op: 'and', args: [when, { op: 'not', arg: rule.requires }] } as const;
            return [{ ...named('requires'), kind: 'requires', subject, bad }];
        }
        case 'approval':
            return [
                { ...named('held'), kind: 'decided', subject, when, decision: 'held' },
                {
                    ...named('approved'),
                    kind: 'never',
                    subject,
                    bad: {
                        op: 'and',
                        args: [when, { op: 'not', arg: { op: 'approved by', humans: rule.humans } }]
                    }
                }
            ];
        case 'allow':
            return [{ ...named('allowed'), kind: 'decided', subject, when, decision: 'allowed' }];
        default:
            return [];
    }
}

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

test.each(partOf(corpora, 4).map(({ file, read }) => ({ file, read })))('in $file', async ({ read }) => {
    const { policy } = await read();
    expectNoneBroken(settledIn(policy), runs(40));
});

const KINDS = ['never', 'requires', 'at most', 'no flow', 'denied'];

test('in random policies of all forms', async () => {
    const kinds = new Map<string, number>();
    for (let seed = 0; seed < runs(400); seed++) {
        const policy = settledIn(await policyOf(formsPolicy(SEED + seed)));
        policy.claims.forEach((claim) => {
            const kind = claim.kind === 'decided' ? claim.decision : claim.kind;
            kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
        });
        expectNoneBroken(policy, runs(100));
    }
    // In these policies agents act for others, so no claim that a call is held or allowed is settled.
    expect(IS_DEEP ? [...kinds.keys()] : KINDS).toEqual(expect.arrayContaining(KINDS));
});
