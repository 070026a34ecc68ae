/** The two causes of a counterexample (M24): the fewest earlier steps that break the claim, and that let the last one through. */
import { decideIn } from '../model/decide.js';
import type { GivenApproval } from '../model/evaluate.js';
import { evaluate, matchesCall } from '../model/evaluate.js';
import { initialMemory, remember } from '../model/monitors.js';
import type { Claim, Policy } from '../model/policy.js';
import type { Memory } from '../model/session.js';
import { and, mayBe } from '../model/truth.js';
import type { ReplayedStep } from './replay.js';

export interface Causes {
    /** Indices of steps. */
    readonly breaks: ReadonlySet<number>;
    readonly letsThrough: ReadonlySet<number>;
}

type SafetyClaim = Exclude<Claim, { kind: 'possible' }>;

export function causesOf(policy: Policy, claim: SafetyClaim, steps: readonly ReplayedStep[]): Causes {
    const last = steps[steps.length - 1]!;
    const earlier = steps.slice(0, -1);
    const breaks = smallestSubset(earlier.length, (chosen) => {
        const kept = earlier.filter((_, index) => chosen.has(index));
        const situation = {
            call: last.call,
            memory: memoryOf(policy, kept),
            approvals: approvalsOf(policy, kept, last)
        };
        return mayBe(and(matchesCall(claim.subject, last.call), evaluate(policy, claim.bad, situation)));
    });
    const letsThrough = smallestSubset(earlier.length, (chosen) => {
        const kept = earlier.filter((_, index) => chosen.has(index));
        const others = kept.filter((step) => step.event?.id !== last.event?.id);
        const decision = decideIn(policy, {
            call: last.call,
            memory: memoryOf(policy, others),
            approvals: approvalsOf(policy, kept, last)
        });
        const expected = last.decision!;
        return decision.kind === expected.kind && expected.rules.every((rule) => decision.rules.includes(rule));
    });
    return { breaks, letsThrough };
}

function memoryOf(policy: Policy, steps: readonly ReplayedStep[]): Memory {
    return steps.reduce(
        (memory, step) => (step.event ? remember(policy, memory, step.event) : memory),
        initialMemory(policy)
    );
}

/** The approvals of the last call that these steps give: each answers every requirement of that human. */
function approvalsOf(policy: Policy, steps: readonly ReplayedStep[], last: ReplayedStep): GivenApproval[] {
    const humans = new Set(
        steps.filter((step) => step.kind === 'approve' && sameCall(step, last)).map((step) => step.human!)
    );
    return policy.rules.flatMap((rule, index) =>
        rule.kind === 'approval' && humans.has(rule.human) ? [{ rule: index, human: rule.human }] : []
    );
}

function sameCall(a: ReplayedStep, b: ReplayedStep): boolean {
    return (
        a.call.agent === b.call.agent &&
        a.call.tool === b.call.tool &&
        JSON.stringify(a.call.args) === JSON.stringify(b.call.args)
    );
}

/** Subsets tried before the search gives up on a smallest one and takes one that no single step can leave. */
const MAX_SUBSETS = 20_000;

/** A smallest subset of 0 … count-1 on which the property holds; it must hold on the whole. */
function smallestSubset(count: number, holds: (chosen: ReadonlySet<number>) => boolean): Set<number> {
    let tried = 0;
    for (let size = 0; size <= count; size++) {
        for (const chosen of subsets(count, size)) {
            if (holds(chosen)) {
                return chosen;
            }
            if (++tried > MAX_SUBSETS) {
                return minimalSubset(count, holds);
            }
        }
    }
    return minimalSubset(count, holds);
}

function minimalSubset(count: number, holds: (chosen: ReadonlySet<number>) => boolean): Set<number> {
    const chosen = new Set(Array.from({ length: count }, (_, index) => index));
    for (let index = 0; index < count; index++) {
        chosen.delete(index);
        if (!holds(chosen)) {
            chosen.add(index);
        }
    }
    return chosen;
}

/** Later steps first: of two causes the nearer one is the one to show. */
function* subsets(below: number, size: number): Iterable<Set<number>> {
    if (size === 0) {
        yield new Set();
        return;
    }
    for (let last = below - 1; last >= size - 1; last--) {
        for (const rest of subsets(last, size - 1)) {
            yield rest.add(last);
        }
    }
}
