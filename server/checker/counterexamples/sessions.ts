/** A session that was found, confirmed by the decision procedure on the whole policy, with its causes. */
import { advance } from '../../model/advance.js';
import type { Policy } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import type { Causes } from '../traces/cause.js';
import { causesOf } from '../traces/cause.js';
import { violationSummary, witnessSummary } from '../traces/explain.js';
import type { FoundSession, SessionOptions, TimedAct } from '../traces/found-session.js';
import { hasOverlaps, overlappingTrace } from './overlapping-calls.js';
import type { ReplayedStep, SessionStart } from '../traces/replay.js';
import { begin, replay, ReplayMismatch } from '../traces/replay.js';
import type { Trace } from '../results/result.js';
import { PlayedSession } from '../scenarios/played.js';
import { traceOf } from '../traces/trace.js';

/**
 * Throws `ReplayMismatch` if the decision procedure decides differently from the search, or the session neither breaks the claim nor
 * completes its steps: the claim is judged again, over the whole history, as it is for the sessions of scenarios.
 */
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
    const steps = replayed(policy, acts, start);
    if (!isShown(policy, question, steps, options)) {
        throw new ReplayMismatch(`the session does not show what the search found: ${question.text}`);
    }
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
    try {
        return isShown(policy, question, replayed(policy, found.acts, found.start), found);
    } catch (error) {
        if (error instanceof ReplayMismatch) {
            return false;
        }
        throw error;
    }
}

function replayed(policy: Policy, acts: readonly TimedAct[], start: SessionStart | undefined): ReplayedStep[] {
    return replay(
        policy,
        acts.map(({ act }) => act),
        acts.map(({ time }) => time),
        start
    );
}

/** True if the last step, or the time after it, breaks the claim or completes its steps. */
function isShown(
    policy: Policy,
    question: Question,
    steps: readonly ReplayedStep[],
    { end, start = {} }: Pick<FoundSession, 'end' | 'start'>
): boolean {
    const after = steps.at(-1)?.after ?? begin(policy, start);
    const last = end > after.time ? advance(policy, after, { kind: 'time', to: end }) : after;
    const session = new PlayedSession(policy, { replayed: steps, last });
    // An `always` can be broken from the start, where its condition is unknown.
    return question.goal === 'state' ? session.endsBroken(question) : session.shows(question)?.at === steps.length - 1;
}
