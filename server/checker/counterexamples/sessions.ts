/** A session that was found, confirmed by the decision procedure on the whole policy, with its causes. */
import { matchesStep } from '../../model/session/known-ends.js';
import type { EventPattern, Policy } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import { mustBe } from '../../model/policy/truth.js';
import type { Causes } from '../traces/cause.js';
import { breaks, causesOf } from '../traces/cause.js';
import { violationSummary, witnessSummary } from '../traces/explain.js';
import type { FoundSession, SessionOptions, TimedAct } from '../traces/found-session.js';
import { hasOverlaps, overlappingTrace } from './overlapping-calls.js';
import type { ReplayedStep } from '../traces/replay.js';
import { begin, replay, ReplayMismatch } from '../traces/replay.js';
import type { Trace } from '../results/result.js';
import { traceOf } from '../traces/trace.js';

/** Throws `ReplayMismatch` if the decision procedure decides differently from the search. */
export function sessionOf(
    policy: Policy,
    question: Question,
    acts: readonly TimedAct[],
    options: SessionOptions
): Trace {
    if (hasOverlaps(acts)) {
        return overlappingTrace(policy, question, acts, options);
    }
    const { shown, end, start, withoutCauses = false } = options;
    const steps = replay(
        policy,
        acts.map(({ act }) => act),
        acts.map(({ time }) => time),
        start
    );
    if (question.goal === 'work') {
        return traceOf(policy, steps, { shown, judgesLast: false, summary: witnessSummary(policy, steps) });
    }
    const causes = withoutCauses ? NO_CAUSES : causesOf(policy, question, steps, end);
    const summary = violationSummary(policy, question, steps, causes, end);
    // A session without steps needs its beginning, because nothing else states when it begins.
    return traceOf(policy, steps, { shown, begins: begin(policy, start ?? {}), causes, judgesLast: true, summary });
}

const NO_CAUSES: Causes = { breaks: new Set(), letsThrough: new Set() };

/**
 * True if the decision procedure decides each act as the search did, and the session breaks the claim or completes the
 * steps of the `possible`.
 */
export function isSession(policy: Policy, question: Question, found: FoundSession): boolean {
    const { acts, start } = found;
    try {
        const steps = replay(
            policy,
            acts.map(({ act }) => act),
            acts.map(({ time }) => time),
            start
        );
        return question.goal === 'work'
            ? doesSteps(policy, question.steps, steps)
            : breaks(policy, question, steps, found);
    } catch (error) {
        if (error instanceof ReplayMismatch) {
            return false;
        }
        throw error;
    }
}

/** True if the session takes the steps of a `possible` in order, the last one at its end. */
function doesSteps(policy: Policy, wanted: readonly EventPattern[], steps: readonly ReplayedStep[]): boolean {
    let done = 0;
    for (const { event, before } of steps) {
        const step = wanted[done];
        if (step && event && mustBe(matchesStep(policy, step, event, before))) {
            done++;
        }
    }
    return done === wanted.length;
}
