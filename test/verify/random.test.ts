/**
 * Tests random policies, with their rules restated as claims. No session breaks a claim whose certificate is accepted, or for which that of
 * another claim is accepted.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { finished } from '../../server/checker/limits/resumable.js';
import { searchExactly } from '../../server/checker/portfolio/exact.js';
import { questionOf } from '../../server/checker/questions/question.js';
import { DEFAULT_LIMITS } from '../../server/checker/results/default-limits.js';
import type { Claim, Policy } from '../../server/model/policy/policy.js';
import { policies } from '../oracle/generate.js';
import { type CallQuestion, keyed, plain, restated, timed } from '../oracle/restated-rules.js';
import { more, runs, SEED } from '../support/depth.js';
import { certified, verified } from './support.js';

const OPTIONS = { limits: { ...DEFAULT_LIMITS, maxStates: 4_000 } };

test.each([
    ['conditions, approvals, holds', plain],
    ['windows of time', timed],
    ['keys', keyed]
] as const)('%s: what is accepted holds', (_, shape) => {
    const seen = { proved: 0, open: 0, exchanged: 0 };
    fc.assert(
        fc.property(policies(shape), fc.nat(1_000), (given, choice) => {
            const { policy: extended, questions } = restated(given, choice, true);
            const policy: Policy = { ...extended, claims: questions.map(claimOf) };
            const file = certified(policy);
            const { accepted, refused } = verified(policy, file);
            expect(refused).toEqual([]);
            seen.proved += accepted.length;
            seen.open += policy.claims.length - accepted.length;
            for (const [claim, { name }] of policy.claims.entries()) {
                const exchanged = file.certificates.map((one) => ({ ...one, claim, name }));
                seen.exchanged += exchanged.length;
                const isAccepted = verified(policy, { ...file, certificates: exchanged }).accepted.length > 0;
                if (isAccepted || accepted.includes(name)) {
                    const { verdict } = finished(searchExactly(policy, questionOf(policy.claims[claim]!), OPTIONS));
                    expect(verdict).not.toBe('violated');
                }
            }
        }),
        { seed: SEED, numRuns: runs(200) }
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(more(100));
});

test.each([
    ['conditions, approvals, holds', plain],
    ['windows of time', timed],
    ['keys', keyed]
] as const)('%s: no random claim that is broken has a certificate', (_, base) => {
    const seen = { accepted: 0, broken: 0 };
    fc.assert(
        fc.property(policies({ ...base, claims: 6, claimKinds: KINDS }), (policy) => {
            const { accepted, refused } = verified(policy, certified(policy));
            expect(refused).toEqual([]);
            for (const claim of policy.claims) {
                const { verdict } = finished(searchExactly(policy, questionOf(claim), OPTIONS));
                const isBroken = verdict === 'violated' || verdict === 'witnessed';
                seen.accepted += Number(accepted.includes(claim.name));
                seen.broken += Number(isBroken);
                expect(isBroken && accepted.includes(claim.name), claim.text).toBe(false);
            }
        }),
        { seed: SEED, numRuns: runs(200) }
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(more(100));
});

const KINDS: Claim['kind'][] = ['always', 'possible', 'possible', 'never', 'no flow', 'at most', 'requires', 'decided'];

function claimOf(question: CallQuestion, index: number): Claim {
    const { text, source, subject } = question;
    const head = { name: `claim ${index}`, text: `${text} ${index}`, source, subject };
    return question.goal === 'release'
        ? { ...head, kind: 'never', bad: question.bad }
        : { ...head, kind: 'decided', when: question.when, decision: question.decision };
}
