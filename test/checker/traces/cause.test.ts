/** Compares the causes of random sessions (M24) with their definition: every subset, each replayed from the start. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { breaks, causesOf } from '../../../server/checker/traces/cause.js';
import type { ReplayedCall } from '../../../server/checker/traces/replay.js';
import { submitCall } from '../../../server/checker/traces/replay.js';
import { advance, initial } from '../../../server/model/advance.js';
import { decide, decideIn } from '../../../server/model/decide.js';
import { initialMemory, memoryAt, remember } from '../../../server/model/events/effects.js';
import type { Claim, Policy } from '../../../server/model/policy/policy.js';
import type { Decision } from '../../../server/model/session/session.js';
import { situationIn } from '../../../server/model/conditions/inputs.js';
import type { Shape } from '../../oracle/generate.js';
import { policies } from '../../oracle/generate.js';
import type { RawStep } from '../../oracle/sessions.js';
import { callOf, sessions } from '../../oracle/sessions.js';
import { questionOf } from '../../../server/checker/questions/question.js';

const SEED = 20_251_125;

const shape: Shape = {
    agents: 2,
    humans: 1,
    tools: 3,
    params: 1,
    monitors: 4,
    rules: 5,
    claims: 4,
    depth: 2,
    approvals: 0,
    statuses: ['succeeded', 'released', 'failed', 'attempted', 'denied'],
    seconds: [1, 2],
    windows: [1, 2],
    timed: 3,
    keyed: 4,
    outside: 0,
    claimKinds: ['never', 'requires', 'at most', 'always']
};

test('causes are the first of the smallest subsets', () => {
    const sizes: number[] = [];
    fc.assert(
        fc.property(policies(shape), sessions, (policy, raw) => {
            const steps = sessionOf(policy, raw);
            for (const claim of policy.claims) {
                const length = steps.findIndex((_, index) => isBroken(policy, claim, steps.slice(0, index + 1))) + 1;
                if (length > 0) {
                    sizes.push(length);
                    compare(policy, claim, steps.slice(0, length));
                }
            }
        }),
        { seed: SEED, numRuns: 400 }
    );
    expect(sizes.filter((length) => length > 3).length).toBeGreaterThan(20);
});

/** The maximum number of calls, each of which ends at once. */
const MOST = 9;

function sessionOf(policy: Policy, raw: readonly RawStep[]): ReplayedCall[] {
    const steps: ReplayedCall[] = [];
    let state = initial(policy);
    for (const step of raw.filter(({ kind }) => kind === 'call' || kind === 'wait').slice(0, MOST)) {
        if (step.kind === 'wait') {
            state = advance(policy, state, { kind: 'time', to: state.time + step.offset });
        } else if (step.kind === 'call') {
            const call = callOf(policy, step);
            const decision = decide(policy, state, call);
            // The call has no running call that it could wait for.
            expect(decision.kind).not.toBe('waits');
            const taken = submitCall(policy, state, call, decision as Decision, { outcome: step.outcome });
            steps.push(taken);
            state = taken.after;
        }
    }
    return steps;
}

function isBroken(policy: Policy, claim: Claim, steps: readonly ReplayedCall[]): boolean {
    return breaks(policy, questionOf(claim), steps, { end: steps[steps.length - 1]!.after.time });
}

function compare(policy: Policy, claim: Claim, steps: readonly ReplayedCall[]): void {
    const causes = causesOf(policy, questionOf(claim), steps, steps[steps.length - 1]!.after.time);
    const last = steps[steps.length - 1]!;
    const earlier = steps.slice(0, -1);
    if (claim.kind === 'always') {
        expect(causes.breaks).toEqual(
            firstOf(steps.length, (chosen) => {
                const state = { end: last.after.time };
                // Without any step, the initial state at that second is judged.
                return breaks(policy, questionOf(claim), chosen.length > 0 ? ending(steps, chosen) : [], state);
            })
        );
        return;
    }
    const kept = (chosen: readonly number[]): ReplayedCall[] => chosen.map((index) => earlier[index]!);
    expect(causes.breaks).toEqual(
        firstOf(earlier.length, (chosen) => isBroken(policy, claim, [...kept(chosen), last]))
    );
    expect(causes.letsThrough).toEqual(
        firstOf(earlier.length, (chosen) => {
            const history = kept(chosen).reduce(
                (memory, { event }) => remember(policy, memory, event!),
                initialMemory(policy)
            );
            const { time } = last.before;
            const memory = memoryAt(policy, history, time);
            const { kind, rules } = decideIn(policy, situationIn(last.before, { call: last.call, memory }));
            return kind === last.decision!.kind && last.decision!.rules.every((rule) => rules.includes(rule));
        })
    );
}

/** The chosen steps, the last one with its context. */
function ending(steps: readonly ReplayedCall[], chosen: readonly number[]): ReplayedCall[] {
    return chosen.map((index, place) =>
        place === chosen.length - 1 ? { ...steps[index]!, after: steps[steps.length - 1]!.after } : steps[index]!
    );
}

/** The first subset by size, then the one with later steps. */
function firstOf(count: number, holds: (chosen: readonly number[]) => boolean): Set<number> {
    const all = Array.from({ length: 2 ** count }, (_, bits) =>
        Array.from({ length: count }, (__, index) => index).filter((index) => ((bits >> index) & 1) === 1)
    );
    const key = (chosen: readonly number[]): number => chosen.reduce((bits, index) => bits + 2 ** index, 0);
    all.sort((a, b) => a.length - b.length || key(b) - key(a));
    return new Set(all.find(holds));
}
