/**
 * The two causes of a counterexample (M24): the fewest earlier steps that break the claim, and that let the last one
 * through.
 */
import { decideIn, surroundings } from '../model/decide.js';
import type { GivenApproval, Situation } from '../model/evaluate.js';
import { evaluate, matchesCall } from '../model/evaluate.js';
import { initialMemory, memoryAt, remember } from '../model/monitors.js';
import type { Claim, Policy } from '../model/policy.js';
import type { Memory } from '../model/session.js';
import { keptAcross } from '../model/sessions.js';
import { and, mayBe, mustBe } from '../model/truth.js';
import type { ReplayedCall, ReplayedStep, SessionStart } from './replay.js';
import { begin, latestSession } from './replay.js';

export interface Causes {
    /** Indices of steps. */
    readonly breaks: ReadonlySet<number>;
    readonly letsThrough: ReadonlySet<number>;
}

/** @param end the second at which an `always` is judged: it may be some time after the last step */
export function causesOf(policy: Policy, claim: Claim, steps: readonly ReplayedStep[], end: number): Causes {
    const last = steps[steps.length - 1];
    if (claim.kind === 'possible' || !last) {
        return { breaks: new Set(), letsThrough: new Set() };
    }
    if (claim.kind === 'always' || last.kind === 'event' || last.kind === 'new session') {
        const breaks = smallestSubset(steps.length, (chosen) =>
            isBroken(policy, claim, {
                call: NO_CALL,
                memory: memoryAt(policy, memoryOf(policy, keep(steps, chosen)), end),
                time: end,
                approvals: [],
                ...surroundings({ ...last.after, time: end })
            })
        );
        return { breaks, letsThrough: new Set() };
    }
    const earlier = steps.slice(0, -1);
    const breaks = smallestSubset(earlier.length, (chosen) =>
        isBroken(policy, claim, situationOf(policy, keep(earlier, chosen), last))
    );
    const letsThrough = smallestSubset(earlier.length, (chosen) => {
        const kept = keep(earlier, chosen);
        const others = kept.filter((step) => step.event === undefined || step.event.id !== last.event?.id);
        const memory = memoryAt(policy, memoryOf(policy, others), last.before.time);
        const situation = { ...situationOf(policy, kept, last), memory };
        const decision = decideIn(policy, situation);
        const expected = last.decision!;
        return decision.kind === expected.kind && expected.rules.every((rule) => decision.rules.includes(rule));
    });
    return { breaks, letsThrough };
}

/** Whether the last step of a session breaks the claim: what `causesOf` takes for granted. */
export function breaks(
    policy: Policy,
    claim: Claim,
    steps: readonly ReplayedStep[],
    { end, start = {} }: { readonly end: number; readonly start?: SessionStart }
): boolean {
    const last = steps[steps.length - 1];
    if (claim.kind === 'always') {
        const state = last?.after ?? begin(policy, start);
        const memory = memoryAt(policy, memoryOf(policy, steps), end);
        const around = surroundings({ ...state, time: end });
        return isBroken(policy, claim, { call: NO_CALL, memory, time: end, approvals: [], ...around });
    }
    if (!last || last.kind === 'event' || last.kind === 'new session' || !last.decision) {
        return false;
    }
    const isJudged =
        claim.kind === 'decided' ? last.decision.kind !== claim.decision : last.decision.kind === 'allowed';
    return isJudged && isBroken(policy, claim, situationOf(policy, steps.slice(0, -1), last));
}

const NO_CALL = { agent: 0, tool: 0, args: {} };

/** Whether the claim is broken in the situation, whatever the rules say. */
function isBroken(policy: Policy, claim: Claim, situation: Situation): boolean {
    switch (claim.kind) {
        case 'possible':
        case 'stays possible':
            return false;
        case 'always':
            return !mustBe(evaluate(policy, claim.condition, situation));
        case 'decided': {
            const asked = and(matchesCall(claim.subject, situation.call), evaluate(policy, claim.when, situation));
            return claim.decision === 'allowed' ? mustBe(asked) : mayBe(asked);
        }
        default:
            return mayBe(and(matchesCall(claim.subject, situation.call), evaluate(policy, claim.bad, situation)));
    }
}

function situationOf(policy: Policy, kept: readonly ReplayedStep[], last: ReplayedCall): Situation {
    return {
        call: last.call,
        memory: memoryAt(policy, memoryOf(policy, kept), last.before.time),
        time: last.before.time,
        approvals: approvalsOf(policy, kept, last),
        ...(last.readings && { readings: last.readings }),
        ...surroundings(last.before)
    };
}

function keep(steps: readonly ReplayedStep[], chosen: ReadonlySet<number>): ReplayedStep[] {
    return steps.filter((_, index) => chosen.has(index));
}

function memoryOf(policy: Policy, steps: readonly ReplayedStep[]): Memory {
    return steps.reduce((memory, step) => {
        if (step.kind === 'new session') {
            const { time } = step.before;
            return keptAcross(policy, memoryAt(policy, memory, time), time);
        }
        return step.event ? remember(policy, memory, step.event) : memory;
    }, initialMemory(policy));
}

/**
 * The approvals of the last call that these steps give in its session: each answers every requirement that asks this
 * human.
 */
function approvalsOf(policy: Policy, steps: readonly ReplayedStep[], last: ReplayedCall): GivenApproval[] {
    const began = latestSession(steps) + 1;
    const humans = new Set(
        steps.slice(began).flatMap((step) => (step.kind === 'approve' && sameCall(step, last) ? [step.human!] : []))
    );
    return policy.rules.flatMap((rule, index) =>
        rule.kind === 'approval'
            ? rule.humans.filter((human) => humans.has(human)).map((human) => ({ rule: index, human }))
            : []
    );
}

function sameCall(a: ReplayedCall, b: ReplayedCall): boolean {
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
