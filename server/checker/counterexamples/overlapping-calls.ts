/** Shows sessions with overlapping calls in the form of scenario sessions, with the ends of calls. */
import { advance } from '../../model/advance.js';
import type { Policy } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import type { Answer } from '../../model/session/session.js';
import type { Act } from '../traces/steps.js';
import { begin, type ReplayedStep, ReplayMismatch, runningFor, stepOf } from '../traces/replay.js';
import type { Trace } from '../results/result.js';
import { PlayedSession } from '../scenarios/played.js';
import { traceShown } from '../scenarios/shown.js';
import type { SessionOptions, TimedAct } from '../traces/found-session.js';
import type { Note } from '../traces/trace.js';
import { endNote } from '../traces/trace.js';

export function hasOverlaps(acts: readonly TimedAct[]): boolean {
    return acts.some(({ act }) => act.kind === 'submit' && act.runs);
}

/**
 * Throws `ReplayMismatch` if the decision procedure decides differently from the search, or the session shows nothing.
 */
export function overlappingTrace(
    policy: Policy,
    question: Question,
    acts: readonly TimedAct[],
    { shown, end, start = {} }: SessionOptions
): Trace {
    let state = begin(policy, start);
    const replayed: (ReplayedStep | Note)[] = [];
    const waitUntil = (time: number): void => {
        if (time > state.time) {
            state = advance(policy, state, { kind: 'time', to: time });
        }
    };
    for (const { act, time } of acts) {
        waitUntil(time);
        const step =
            act.kind === 'end'
                ? endNote(policy, state, runningFor(policy, state, act), answerOf(act))
                : stepOf(policy, state, act);
        replayed.push(step);
        state = step.after;
    }
    waitUntil(end);
    const session = new PlayedSession(policy, { replayed, last: state });
    const found = session.shows(question);
    if (!found) {
        throw new ReplayMismatch(`no claim is decided by the session, in which calls overlap`);
    }
    return traceShown(policy, question, session, found, shown).trace;
}

function answerOf({ outcome, result }: Act & { readonly kind: 'end' }): Answer {
    return { outcome, ...(result && { result }) };
}
