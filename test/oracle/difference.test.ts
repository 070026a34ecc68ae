/**
 * Compares the difference of a random policy and a mutation of it with a naive comparison in lock step: if no session
 * is claimed to distinguish them, no short session may, and a session that is shown must be shortest.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { differenceOf } from '../../server/checker/difference/index.js';
import { DEFAULT_LIMITS } from '../../server/checker/results/default-limits.js';
import type { Monitor, Policy, Rule } from '../../server/model/policy/policy.js';
import { naiveDifference } from './difference.js';
import type { Shape } from './generate.js';
import { policies } from './generate.js';
import { printPolicy } from './print.js';
import { IS_DEEP, more, runs, SHARE } from '../support/depth.js';

const SEED = 20_261_126 + SHARE;
const RUNS = runs(40);
const OPTIONS = {
    limits: {
        ...DEFAULT_LIMITS,
        timeoutMs: 20_000,
        ...(IS_DEEP ? { maxStates: 20_000 } : { maxStates: 1_000, maxTransitions: 4_000 })
    }
};

const plain: Shape = {
    agents: 2,
    humans: 2,
    tools: 2,
    params: 1,
    monitors: 3,
    rules: 4,
    claims: 0,
    depth: 1,
    approvals: 1,
    statuses: ['succeeded', 'succeeded', 'released', 'failed'],
    seconds: [1, 2],
    windows: [],
    timed: 0,
    keyed: 0,
    outside: 1,
    claimKinds: ['never']
};
const timed: Shape = { ...plain, agents: 1, params: 0, monitors: 2, rules: 3, windows: [1, 2], timed: 8 };
const keyed: Shape = { ...plain, agents: 1, monitors: 2, rules: 3, keyed: 10 };
const held: Shape = {
    ...plain,
    agents: 1,
    params: 0,
    rules: 5,
    approvals: 4,
    statuses: ['held', 'denied', 'attempted']
};

/** One change to one rule, or to the history that the rules read. */
const mutations = fc.record({ kind: fc.nat({ max: 7 }), rule: fc.nat({ max: 59 }), other: fc.nat({ max: 59 }) });

function mutated(policy: Policy, { kind, rule: at, other }: { kind: number; rule: number; other: number }): Policy {
    const index = at % policy.rules.length;
    const rule = policy.rules[index]!;
    const put = (changed: Rule): Policy => ({
        ...policy,
        rules: policy.rules.map((one, i) => (i === index ? changed : one))
    });
    switch (kind) {
        case 0:
            return { ...policy, rules: policy.rules.filter((_, i) => i !== index) };
        case 1:
            return put({ ...rule, when: { op: 'constant', value: 2 } });
        case 2:
            return put({ ...rule, when: { op: 'not', arg: rule.when } });
        case 3:
            return put({
                ...rule,
                when: { op: 'and', args: [rule.when, policy.rules[other % policy.rules.length]!.when] }
            });
        case 4:
            return put({ ...rule, subject: policy.rules[other % policy.rules.length]!.subject });
        case 5:
            return rule.kind === 'approval'
                ? put({ ...rule, valid: rule.valid + 1 })
                : put({ ...rule, when: { op: 'not', arg: { op: 'not', arg: rule.when } } });
        case 6:
            return rule.kind === 'approval' && policy.humans.length > 1
                ? put({ ...rule, humans: [other % policy.humans.length], quorum: 1 })
                : { ...policy, rules: [...policy.rules].reverse() };
        default:
            return {
                ...policy,
                monitors: policy.monitors.map((one, i) => (i === other % policy.monitors.length ? widened(one) : one))
            };
    }
}

function widened(monitor: Monitor): Monitor {
    return monitor.window === undefined
        ? { ...monitor, event: { ...monitor.event, status: 'released' } }
        : { ...monitor, window: monitor.window + 1 };
}

test.each([
    ['conditions and approvals', plain],
    ['windows of time', timed],
    ['keys', keyed],
    ['what sees holds', held]
])('%s', (_, shape) => {
    const words: Record<string, number> = {};
    fc.assert(
        fc.property(policies(shape), mutations, (old, mutation) => {
            const young = mutated(old, mutation);
            const naive = naiveDifference(old, young, { steps: 3, decisions: IS_DEEP ? 8_000 : 2_000 });
            const result = differenceOf(old, young, OPTIONS);
            const [shortest] = result.differences;
            words[result.verdict] = (words[result.verdict] ?? 0) + 1;
            const told = `${printPolicy(old)}\n--- new ---\n${printPolicy(young)}\n${result.explanation} ${shortest?.trace.steps.map(({ text }) => text).join('; ') ?? ''} | naive: ${naive.steps} ${[...naive.changes].join()}`;
            const steps = shortest?.trace.steps.length;
            if (naive.steps !== undefined) {
                // A limit of the search over concrete sessions may be reached before.
                expect(result.verdict === 'undecided' ? naive.steps : steps, told).toBe(naive.steps);
            } else if (steps !== undefined) {
                expect(steps, told).toBeGreaterThan(naive.bound);
            }
            const shown = result.differences.filter(({ trace }) => trace.steps.length === naive.steps);
            shown.forEach(({ change }) => expect([...naive.changes], told).toContain(change));
        }),
        { seed: SEED, numRuns: RUNS }
    );
    // There are enough answers of each kind to be meaningful.
    expect(words['differs'] ?? 0).toBeGreaterThan(more(5));
    expect((words['equivalent'] ?? 0) + (words['equivalent in scope'] ?? 0)).toBeGreaterThan(more(5));
});
