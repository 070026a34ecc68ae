/**
 * Compares the finite system with the search over concrete sessions, on random policies in which the environment makes
 * many choices. The concrete search uses the decision procedure for every step, and only shares with the other the
 * division of values into classes.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Answer } from '../../server/checker/search/answer.js';
import type { Beyond } from '../../server/checker/results/result.js';
import { unsupportedPartsOf } from '../../server/checker/system/unsupported.js';
import { searchWithin } from '../../server/checker/portfolio/concrete.js';
import { reachOf } from '../../server/checker/reductions/cone.js';
import { kindsOfSessions } from '../../server/checker/reductions/environment/constants.js';
import { searchEach } from '../../server/checker/portfolio/each-constant.js';
import { searchExactly } from '../../server/checker/portfolio/exact.js';
import { CONSTANTS } from '../../server/checker/system/support-table.js';
import { finished } from '../../server/checker/limits/resumable.js';
import { DEFAULT_LIMITS } from '../../server/checker/results/default-limits.js';
import { isSession } from '../../server/checker/counterexamples/sessions.js';
import type { Claim, Policy } from '../../server/model/policy/policy.js';
import { parsePolicy } from '../support/policies.js';
import type { Forms } from './environment/policies.js';
import { policyTexts } from './environment/policies.js';
import { more, runs, SHARE } from '../support/depth.js';
import { questionOf } from '../../server/checker/questions/question.js';

const SEED = 20_261_125 + SHARE;
const RUNS = runs(24);
const LIMITS = { states: 1_500, transitions: 12_000 };

const NONE: Forms = {
    signals: false,
    results: false,
    events: false,
    clock: false,
    windows: false,
    constants: false,
    sums: false,
    keys: false,
    requests: false
};

const kinds: [string, Forms][] = [
    ['signals', { ...NONE, signals: true }],
    ['results', { ...NONE, results: true }],
    ['events from outside', { ...NONE, events: true }],
    ['events of a value', { ...NONE, events: true, keys: true }],
    ['what the user says', { ...NONE, requests: true }],
    ['signals, results and events', { ...NONE, signals: true, results: true, events: true }],
    ['the clock', { ...NONE, clock: true, events: true }],
    ['the clock and windows', { ...NONE, clock: true, windows: true }],
    ['constants of the session', { ...NONE, constants: true, events: true }],
    ['constants and signals', { ...NONE, constants: true, signals: true, results: true }],
    ['signals, results and windows', { ...NONE, signals: true, results: true, windows: true }]
];

test.each(kinds)('%s', async (_, forms) => {
    const words: Record<string, number> = {};
    await fc.assert(
        fc.asyncProperty(policyTexts(forms), async (text) => {
            const { policy } = await parsePolicy(text);
            policy?.claims.forEach((claim) => agree(text, policy, claim, words));
        }),
        { seed: SEED, numRuns: RUNS, interruptAfterTimeLimit: 550_000 }
    );
    // There are enough answers of each kind to be meaningful.
    expect(words['holds'] ?? 0).toBeGreaterThan(more(RUNS / 20));
    expect(words['violated'] ?? 0).toBeGreaterThan(more(RUNS / 10));
});

function agree(text: string, policy: Policy, claim: Claim, words: Record<string, number>): void {
    const beyond = unsupportedPartsOf(policy, questionOf(claim), reachOf(policy, questionOf(claim)));
    const told = (): string => `${text}\n${claim.name}: ${sayOf(exact)}, concrete: ${sayOf(concrete)}`;
    const left = beyond.filter(({ isMore, what }) => !isMore && what !== CONSTANTS);
    expect(left, text).toEqual([]);
    const exact = exactly(policy, claim, beyond);
    const concrete = finished(searchWithin(policy, questionOf(claim), [], { limits: DEFAULT_LIMITS }, LIMITS));
    words[exact.verdict] = (words[exact.verdict] ?? 0) + 1;
    if (exact.session) {
        expect(isSession(policy, questionOf(claim), exact.session), told()).toBe(true);
    }
    const [found, other] = [exact, concrete].map(lengthOf);
    if (exact.exploration.exhausted && exact.scopes.length === 0) {
        expect(other, told()).toBe(undefined);
    } else if (concrete.exploration.limit === undefined && exact.exploration.limit === undefined) {
        expect(found, told()).toBe(other);
    } else if (found !== undefined && other !== undefined) {
        expect(found, told()).toBe(other);
    }
}

function exactly(policy: Policy, claim: Claim, beyond: readonly Beyond[]): Answer {
    const approximates = beyond.flatMap(({ what, isMore }) => (isMore ? [what] : []));
    const options = { limits: { ...DEFAULT_LIMITS, maxStates: 20_000 } };
    const kinds = beyond.some(({ what }) => what === CONSTANTS)
        ? kindsOfSessions(policy, questionOf(claim), reachOf(policy, questionOf(claim)))
        : [{}];
    return finished(
        searchEach(policy, questionOf(claim), kinds!, options, (fixed, of, limited) =>
            searchExactly(fixed, of, limited, approximates)
        )
    );
}

function lengthOf({ trace }: Answer): number | undefined {
    return trace?.steps.length;
}

function sayOf(answer: Answer): string {
    const steps = answer.trace?.steps.map(({ text, time }) => `\n   [${time}] ${text}`).join('') ?? '';
    return `${answer.verdict} ${lengthOf(answer) ?? ''} ${answer.exploration.limit ?? ''} ${answer.scopes.join('; ')}${steps}`;
}
