/**
 * The two causes of a counterexample (M24): the fewest earlier steps that break the claim, and the fewest that let the
 * last one through.
 */
import { decideIn } from '../../model/decide.js';
import { type GivenApproval, type Situation, situationIn } from '../../model/conditions/inputs.js';
import { evaluate, matchesCall } from '../../model/conditions/evaluate.js';
import { initialMemory, memoryAt, remember } from '../../model/events/effects.js';
import type { Policy } from '../../model/policy/policy.js';
import { agentsJudged } from '../questions/parts.js';
import type { Question } from '../questions/question.js';
import type { Memory, SessionState } from '../../model/session/session.js';
import { keptAcrossSessions } from '../../model/session/earlier-sessions.js';
import { and, mayBe, mustBe } from '../../model/policy/truth.js';
import { type ReplayedCall, type ReplayedStep, type SessionStart, begin, latestSession } from './replay.js';
import { Prefixes, smallestSubset } from './minimize.js';

export interface Causes {
    /** The indices of the steps that break the claim. */
    readonly breaks: ReadonlySet<number>;
    readonly letsThrough: ReadonlySet<number>;
}

/** @param end the second at which an `always` is judged, which may be some time after the last step */
export function causesOf(policy: Policy, question: Question, steps: readonly ReplayedStep[], end: number): Causes {
    const last = steps[steps.length - 1];
    if (question.goal === 'work' || !last) {
        return { breaks: new Set(), letsThrough: new Set() };
    }
    const memories = new Prefixes(initialMemory(policy), (memory, step) => memoryAfter(policy, memory, steps[step]!));
    if (question.goal === 'state' || last.kind === 'event' || last.kind === 'new session') {
        const breaks = smallestSubset(steps.length, (chosen) =>
            isBroken(policy, question, situationNow(policy, last.after, memories.of(chosen), end))
        );
        return { breaks, letsThrough: new Set() };
    }
    const earlier = steps.slice(0, -1);
    const situationAfter = (chosen: readonly number[], seen = chosen): Situation =>
        situationBefore(
            policy,
            memories.of(seen),
            chosen.map((step) => earlier[step]!),
            last
        );
    const breaks = smallestSubset(earlier.length, (chosen) => isBroken(policy, question, situationAfter(chosen)));
    const letsThrough = smallestSubset(earlier.length, (chosen) => {
        const others = chosen.filter((step) => {
            const { event } = earlier[step]!;
            return event === undefined || event.id !== last.event?.id;
        });
        const decision = decideIn(policy, situationAfter(chosen, others));
        const expected = last.decision!;
        return decision.kind === expected.kind && expected.rules.every((rule) => decision.rules.includes(rule));
    });
    return { breaks, letsThrough };
}

/** True if the last step of a session breaks the claim: a precondition of `causesOf`. */
export function breaks(
    policy: Policy,
    question: Question,
    steps: readonly ReplayedStep[],
    { end, start = {} }: { readonly end: number; readonly start?: SessionStart }
): boolean {
    const last = steps[steps.length - 1];
    if (question.goal === 'state') {
        const state = last?.after ?? begin(policy, start);
        return isBroken(policy, question, situationAtEnd(policy, steps, state, end));
    }
    if (!last || last.kind === 'event' || last.kind === 'new session' || !last.decision) {
        return false;
    }
    const isJudged =
        question.goal === 'decision' ? last.decision.kind !== question.decision : last.decision.kind === 'allowed';
    return isJudged && isBroken(policy, question, situationOf(policy, steps.slice(0, -1), last));
}

/** The situation without a call, after all steps. */
export function situationAtEnd(
    policy: Policy,
    steps: readonly ReplayedStep[],
    state: SessionState,
    end = state.time
): Situation {
    return situationNow(policy, state, memoryOf(policy, steps), end);
}

/** The situation without a call, at a second without an event. */
function situationNow(policy: Policy, state: SessionState, memory: Memory, time: number): Situation {
    return situationIn({ ...state, time }, { call: NO_CALL, memory: memoryAt(policy, memory, time) });
}

const NO_CALL = { agent: 0, tool: 0, args: {} };

/** True if the claim is broken in the situation, regardless of the rules. */
function isBroken(policy: Policy, question: Question, situation: Situation): boolean {
    switch (question.goal) {
        case 'work':
        case 'recovery':
            return false;
        case 'state':
            return agentsJudged(policy, question).some((agent) => {
                const call = { ...NO_CALL, agent };
                return !mustBe(evaluate(policy, question.condition, { ...situation, call }));
            });
        case 'decision': {
            const asked = and(
                matchesCall(question.subject, situation.call),
                evaluate(policy, question.when, situation)
            );
            return question.decision === 'allowed' ? mustBe(asked) : mayBe(asked);
        }
        case 'release':
            return mayBe(and(matchesCall(question.subject, situation.call), evaluate(policy, question.bad, situation)));
    }
}

/** The situation in which a claim judges the last call. */
export function situationOf(policy: Policy, earlier: readonly ReplayedStep[], last: ReplayedCall): Situation {
    return situationBefore(policy, memoryOf(policy, earlier), earlier, last);
}

/** @param memory contains the events that the last call sees */
function situationBefore(
    policy: Policy,
    memory: Memory,
    earlier: readonly ReplayedStep[],
    last: ReplayedCall
): Situation {
    return situationIn(last.before, {
        call: last.call,
        memory: memoryAt(policy, memory, last.before.time),
        approvals: approvalsOf(policy, earlier, last),
        readings: last.readings
    });
}

function memoryOf(policy: Policy, steps: readonly ReplayedStep[]): Memory {
    return steps.reduce((memory, step) => memoryAfter(policy, memory, step), initialMemory(policy));
}

function memoryAfter(policy: Policy, memory: Memory, step: ReplayedStep): Memory {
    if (step.kind === 'new session') {
        const { time } = step.before;
        return keptAcrossSessions(policy, memoryAt(policy, memory, time), time);
    }
    return step.event ? remember(policy, memory, step.event) : memory;
}

/**
 * The approvals that these steps give to the last call in its session: each answers every requirement that asks this
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
