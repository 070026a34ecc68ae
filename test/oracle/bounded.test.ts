/**
 * Compares the bounded search with the exact one, on random policies that the exact one decides: neither may find a
 * session if the other proves that there is none, and both find one of the same length.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Answer } from '../../server/checker/search/answer.js';
import { finished } from '../../server/checker/limits/resumable.js';
import { searchWithin } from '../../server/checker/portfolio/concrete.js';
import { searchExactly } from '../../server/checker/portfolio/exact.js';
import { DEFAULT_LIMITS } from '../../server/checker/results/default-limits.js';
import type { Claim, Policy } from '../../server/model/policy/policy.js';
import type { Shape } from './generate.js';
import { policies } from './generate.js';
import { printPolicy } from './print.js';
import { more, runs } from '../support/depth.js';
import { questionOf } from '../../server/checker/questions/question.js';

const SEED = 20_261_125;
const LIMITS = { states: 2_000, transitions: 10_000 };

const plain: Shape = {
    agents: 2,
    humans: 2,
    tools: 3,
    params: 1,
    monitors: 3,
    rules: 4,
    claims: 3,
    depth: 1,
    approvals: 3,
    statuses: ['attempted', 'denied', 'held', 'released', 'failed'],
    seconds: [1, 2],
    windows: [],
    timed: 0,
    keyed: 0,
    outside: 1,
    claimKinds: ['never', 'requires', 'possible', 'at most', 'no flow', 'decided', 'always']
};
const timed: Shape = {
    ...plain,
    agents: 1,
    tools: 2,
    params: 0,
    monitors: 2,
    rules: 3,
    claims: 2,
    approvals: 1,
    statuses: ['denied', 'released', 'failed'],
    windows: [1, 2, 3],
    timed: 8
};
const keyed: Shape = { ...plain, agents: 1, tools: 2, monitors: 2, rules: 3, claims: 2, approvals: 1, keyed: 10 };

const shapes: [string, fc.Arbitrary<Policy>, number][] = [
    ['conditions, approvals, holds', policies(plain), 50],
    ['windows of time', policies(timed), 50],
    ['keys', policies(keyed), 50]
];

/** The time limit of each `possible`, in seconds. */
const hurried = fc
    .tuple(policies({ ...timed, claimKinds: ['possible'] }), fc.nat({ max: 3 }))
    .map(([policy, window]) => ({
        ...policy,
        claims: policy.claims.map((claim) => (claim.kind === 'possible' ? { ...claim, window } : claim))
    }));

test.each(shapes)('%s', (_, drawn, numRuns) => {
    const words = compared(drawn, numRuns);
    // There are enough answers of each kind to be meaningful.
    expect(words['holds in scope'] ?? 0).toBeGreaterThan(more(3));
    expect(words['violated'] ?? 0).toBeGreaterThan(more(3));
});

test('the time limit of a `possible`', () => {
    const words = compared(hurried, 90);
    expect(words['witnessed'] ?? 0).toBeGreaterThan(more(3));
    expect(words['not witnessed in scope'] ?? 0).toBeGreaterThan(more(3));
});

/** The number of times that each verdict occurred, if all agree. */
function compared(drawn: fc.Arbitrary<Policy>, numRuns: number): Record<string, number> {
    const words: Record<string, number> = {};
    fc.assert(
        fc.property(drawn, (policy) => {
            policy.claims.forEach((claim) => agree(policy, claim, words));
        }),
        { seed: SEED, numRuns: runs(numRuns, 4) }
    );
    return words;
}

function agree(policy: Policy, claim: Claim, words: Record<string, number>): void {
    const exact = finished(
        searchExactly(policy, questionOf(claim), { limits: { ...DEFAULT_LIMITS, maxStates: 20_000 } })
    );
    const bounded = finished(searchWithin(policy, questionOf(claim), [], { limits: DEFAULT_LIMITS }, LIMITS));
    words[bounded.verdict] = (words[bounded.verdict] ?? 0) + 1;
    const lengths = [exact, bounded].map(lengthOf);
    const told = (): string => `${printPolicy(policy)}\n${claim.text}: ${sayOf(exact)}, bounded: ${sayOf(bounded)}`;
    if (exact.exploration.limit !== undefined || bounded.exploration.limit !== undefined) {
        // A session may exist beyond what was exhausted, and the other search must not rule it out.
        const isOut = exact.scopes.length === 0 && exact.exploration.limit === undefined && lengths[0] === undefined;
        expect(isOut && lengths[1] !== undefined, told()).toBe(false);
        return;
    }
    // If conditions see approvals that lapse, concrete sessions do not try every second that may matter.
    const isTimed = JSON.stringify([policy.rules, claim]).includes('"approved by"');
    const [found, tried] = lengths;
    const isMissed = isTimed && found !== undefined && (tried === undefined || tried > found);
    expect(isMissed ? found : tried, told()).toBe(found);
}

function lengthOf({ trace }: Answer): number | undefined {
    return trace?.steps.length;
}

function sayOf(answer: Answer): string {
    return `${answer.verdict} ${lengthOf(answer) ?? ''} ${answer.exploration.limit ?? ''}`;
}
