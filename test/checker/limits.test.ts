/**
 * Tests that a limit of either search only ever leads to *undecided*, and that no search is cut without reporting it.
 */
import { describe, expect, test } from 'vitest';
import { memberOf } from '../../bench/family/model.js';
import { policyText } from '../../bench/family/policy.js';
import { actionsOf } from '../../server/checker/system/actions.js';
import { CheckCancelled, checkPolicy } from '../../server/checker/check.js';
import { exploreGenerated } from '../../server/checker/compiled/search.js';
import type { Exploration, ExploreOptions } from '../../server/checker/search/breadth-first.js';
import { exploring } from '../../server/checker/search/breadth-first.js';
import type { Resumable } from '../../server/checker/limits/resumable.js';
import { finished } from '../../server/checker/limits/resumable.js';
import { DEFAULT_LIMITS } from '../../server/checker/results/default-limits.js';
import { sliceFor } from '../../server/checker/reductions/slice.js';
import { PolicySystem } from '../../server/checker/system/system.js';
import { combinations } from '../support/many-states.js';
import { policyOf } from '../support/policies.js';
import { questionOf } from '../../server/checker/questions/question.js';

// This system has some thousand states: more than are searched before code is generated.
const size = { agents: 2, tools: 6, labels: 3, calls: 3, seed: 1 };
const policy = await policyOf(policyText(memberOf(size, { encoding: 'ahead' })));
const claim = policy.claims[0]!;
const slice = sliceFor(policy, questionOf(claim));
const actions = actionsOf(slice);

type Found = Exploration<unknown>;
const searches: readonly (readonly [string, (options: ExploreOptions) => Resumable<Found | undefined>])[] = [
    ['of the system', (options) => exploring(systemOf(), options)],
    ['by generated code', (options) => exploreGenerated(slice, actionsOrFail(), systemOf(), options)]
];

function actionsOrFail(): Exclude<typeof actions, { undecidable: string }> {
    if (!Array.isArray(actions)) {
        throw new Error(actions.undecidable);
    }
    return actions;
}

function systemOf(): PolicySystem {
    return new PolicySystem(slice, actionsOrFail());
}

describe.each(searches)('the search %s', (_, search) => {
    const all = finished(search({ limits: DEFAULT_LIMITS }))!;

    test('ends without a limit', () => {
        expect(all).toMatchObject({ exhausted: true });
        expect(all.limit).toBeUndefined();
        expect(all.states).toBeGreaterThan(2_000);
    });

    test.each([
        ['states', { maxStates: 2_000 }, 'more than 2,000 states'],
        ['one state less than there are', { maxStates: all.states - 1 }, 'states'],
        ['memory', { maxMemoryMB: 0.1 }, 'more than 0.1 MB'],
        ['time', { timeoutMs: -1 }, 'seconds']
    ])('is cut off by a limit of %s', (__, limit, words) => {
        const found = finished(search({ limits: { ...DEFAULT_LIMITS, ...limit } }))!;
        expect(found.exhausted).toBe(false);
        expect(found.path).toBeUndefined();
        expect(found.limit).toContain(words);
        expect(found.limit).toContain('every session of up to');
    });

    test('is not cut off by a limit equal to the number of states', () => {
        const found = finished(search({ limits: { ...DEFAULT_LIMITS, maxStates: all.states } }))!;
        expect(found).toMatchObject({ exhausted: true, states: all.states, transitions: all.transitions });
    });

    test('ends when it is cancelled', () => {
        const options = { limits: DEFAULT_LIMITS, isCancelled: () => true };
        expect(() => finished(search(options))).toThrow(CheckCancelled);
    });

    test('reports its progress', () => {
        const told: number[] = [];
        finished(search({ limits: DEFAULT_LIMITS, onProgress: ({ states }) => told.push(states) }));
        expect(told.length).toBeGreaterThan(0);
        expect([...told].sort((a, b) => a - b)).toEqual(told);
    });
});

const many = await policyOf(combinations(12));

test.each([[{ maxStates: 10 }], [{ maxStates: 2_000 }], [{ maxMemoryMB: 0.01 }], [{ timeoutMs: -1 }]])(
    '%j leaves a claim undecided',
    (limit) => {
        const [result] = checkPolicy(many, { limits: { ...DEFAULT_LIMITS, ...limit } }).claims;
        expect(result!.verdict).toBe('undecided');
        expect(result!.basis.exhausted).toBe(false);
        expect(result!.basis.limit).toContain('more than');
    }
);

test('if only shorter sessions are searched for, nothing is exhausted', () => {
    const options = { limits: DEFAULT_LIMITS };
    const all = finished(exploring(systemOf(), options));
    const shorter = finished(exploring(systemOf(), { ...options, shorterThan: 3 }));
    expect(shorter.exhausted).toBe(false);
    expect(shorter.depth).toBeLessThan(3);
    expect(shorter.states).toBeLessThan(all.states);
});
