/** The trace of a replayed session that breaks a claim, or completes its steps. */
import type { Monitor, Policy } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import { breaks, causesOf } from '../traces/cause.js';
import type { Causes } from '../traces/cause.js';
import { violationSummary, witnessSummary } from '../traces/explain.js';
import type { Trace } from '../results/result.js';
import { traceOf } from '../traces/trace.js';
import type { PlayedSession, DecidingStep } from './played.js';

/** @param shown the monitors that are worth showing */
export function traceShown(
    policy: Policy,
    question: Question,
    session: PlayedSession,
    found: DecidingStep,
    shown: ReadonlySet<Monitor>
): { readonly trace: Trace; readonly length: number } {
    const steps = session.replayedUntil(found);
    const ran = session.stepsUntil(found);
    const length = ran.filter((step) => step.kind !== 'note' || step.input?.kind === 'session').length;
    const replayed = steps.map(({ step }) => step);
    const { begins } = session;
    if (question.goal === 'work') {
        const summary = witnessSummary(policy, replayed);
        return { trace: traceOf(policy, ran, { shown, begins, judgesLast: false, summary }), length };
    }
    const causes = causesIn(policy, question, steps, found);
    const summary = violationSummary(policy, question, replayed, causes, found.time);
    const placed = (indices: ReadonlySet<number>): ReadonlySet<number> =>
        new Set([...indices].map((index) => steps[index]!.at));
    const trace = traceOf(policy, ran, {
        shown,
        begins,
        judgesLast: true,
        summary,
        causes: { breaks: placed(causes.breaks), letsThrough: placed(causes.letsThrough) }
    });
    return { trace, length };
}

/**
 * The session with only these steps; undefined if the violation needs more than they state, such as a call that is
 * still running.
 */
function causesIn(
    policy: Policy,
    question: Question,
    steps: ReturnType<PlayedSession['replayedUntil']>,
    { time }: DecidingStep
): Causes {
    const replayed = steps.map(({ step }) => step);
    return breaks(policy, question, replayed, { end: time }) ? causesOf(policy, question, replayed, time) : NO_CAUSES;
}

const NO_CAUSES: Causes = { breaks: new Set(), letsThrough: new Set() };
