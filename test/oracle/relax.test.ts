/**
 * Compares the search with few rules with the search with all rules, both exact, on random policies: the same verdict,
 * except for scopes, and a session of the same length.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Answer } from '../../server/checker/search/answer.js';
import { finished, type Resumable } from '../../server/checker/limits/resumable.js';
import { searchExactly } from '../../server/checker/portfolio/exact.js';
import { proofOf } from '../../server/checker/portfolio/proofs.js';
import { neverAsked, searchRelaxed } from '../../server/checker/portfolio/fewer-rules.js';
import { DEFAULT_LIMITS } from '../../server/checker/results/default-limits.js';
import type { Claim, Policy } from '../../server/model/policy/policy.js';
import type { Shape } from './generate.js';
import { policies } from './generate.js';
import { printPolicy } from './print.js';
import { more, runs } from '../support/depth.js';
import { type Question, questionOf } from '../../server/checker/questions/question.js';
import { restated } from './restated-rules.js';

const SEED = 20_261_125;
const OPTIONS = { limits: { ...DEFAULT_LIMITS, maxStates: 20_000 } };

const shape: Shape = {
    agents: 2,
    humans: 2,
    tools: 3,
    params: 1,
    monitors: 3,
    rules: 6,
    claims: 3,
    depth: 1,
    approvals: 2,
    // Policies that see attempts are not searched with few rules; a few of them show that this is detected.
    statuses: ['succeeded', 'succeeded', 'succeeded', 'released', 'failed', 'denied'],
    seconds: [1, 2],
    windows: [1, 2],
    timed: 3,
    keyed: 0,
    outside: 1,
    claimKinds: ['never', 'requires', 'at most', 'no flow', 'always', 'possible']
};

test('few rules give the same verdict as all rules', () => {
    const words: Record<string, number> = {};
    fc.assert(
        fc.property(policies(shape), (policy) => {
            policy.claims.forEach((claim) => agree(policy, claim, words));
        }),
        { seed: SEED, numRuns: runs(260) }
    );
    // There are enough answers of each kind to be meaningful.
    expect(words['holds'] ?? 0).toBeGreaterThan(more(20));
    expect(words['violated'] ?? 0).toBeGreaterThan(more(20));
    expect(words['vacuous'] ?? 0).toBeGreaterThan(more(5));
    expect(words['witnessed'] ?? 0).toBeGreaterThan(more(20));
    expect(words['impossible'] ?? 0).toBeGreaterThan(more(5));
    expect(words['stopped'] ?? 0).toBeGreaterThan(more(5));
});

test('calls that nobody asks for with few rules are never asked for', () => {
    let [never, asked] = [0, 0];
    fc.assert(
        fc.property(policies(shape), fc.nat(1_000), (given, choice) => {
            const { policy, questions } = restated(given, choice, false);
            for (const question of questions) {
                if (question.goal !== 'decision') {
                    continue;
                }
                const decision = question.decision === 'denied' ? 'held' : 'denied';
                const witness = { ...question, decision, premises: [] } as const;
                const search = (few: Policy, of: Question): Resumable<Answer> => searchExactly(few, of, OPTIONS);
                const found = finished(neverAsked(policy, witness, search, () => ''));
                const whole = finished(searchExactly(policy, witness, OPTIONS));
                if (whole.exploration.limit === undefined) {
                    never += found ? 1 : 0;
                    asked += whole.verdict === 'violated' ? 1 : 0;
                    expect(found && whole.verdict, `${printPolicy(policy)}\n${JSON.stringify(question)}`).toBe(
                        found && 'holds'
                    );
                }
            }
        }),
        { seed: SEED, numRuns: runs(120) }
    );
    expect(never).toBeGreaterThan(more(5));
    expect(asked).toBeGreaterThan(more(20));
});

function agree(policy: Policy, claim: Claim, words: Record<string, number>): void {
    const whole = finished(searchExactly(policy, questionOf(claim), OPTIONS));
    const relaxed = finished(
        searchRelaxed(policy, questionOf(claim), (few, of) => searchExactly(few, of, OPTIONS), {})
    );
    if (!relaxed || whole.exploration.limit !== undefined || relaxed.exploration.limit !== undefined) {
        return;
    }
    words[relaxed.verdict] = (words[relaxed.verdict] ?? 0) + 1;
    const told = `${printPolicy(policy)}\n${claim.text}`;
    if (claim.kind === 'possible') {
        const isStopped = proofOf(policy, claim)() !== undefined;
        words['stopped'] = (words['stopped'] ?? 0) + (isStopped ? 1 : 0);
        expect(isStopped && isWitness(whole), told).toBe(false);
        const inScope = [whole, relaxed].some(({ verdict }) => verdict === 'not witnessed in scope');
        expect(inScope ? isWitness(relaxed) : sayOf(relaxed), told).toBe(inScope ? isWitness(whole) : sayOf(whole));
    } else if (whole.verdict === 'holds in scope') {
        // The search with few rules may have no scope to name.
        expect(['holds', 'holds in scope', 'vacuous'], told).toContain(relaxed.verdict);
    } else if (relaxed.verdict === 'holds in scope') {
        // It may also be one that the whole policy does not have.
        expect(['holds', 'vacuous'], told).toContain(whole.verdict);
    } else {
        expect(sayOf(relaxed), told).toBe(sayOf(whole));
    }
}

function isWitness({ verdict }: Answer): boolean {
    return verdict === 'witnessed';
}

function sayOf({ verdict, trace }: Answer): string {
    return `${verdict} ${trace?.steps.length ?? ''}`;
}
