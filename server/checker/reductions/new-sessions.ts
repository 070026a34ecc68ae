/**
 * The second line of a safety claim (M19): a hijacked agent may drop its session and open another, any number of times.
 * Labels, history, approvals, holds and modes are gone for the rules; the claim looks at its session's history and at
 * the kept one (`all-sessions.ts`).
 */
import type { Policy } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import { reachOf } from './cone.js';
import type { Judged } from './all-sessions.js';
import { isJudged, outlivesSessions, overAllSessions } from './all-sessions.js';
import { effectOfEarlier } from './earlier-sessions.js';

/** A claim and the policy that it is searched with. */
export interface Searched {
    readonly policy: Policy;
    readonly question: Question;
}

/** The search for a claim: one that is marked `across sessions` is about all sessions. */
export function searchedFor(policy: Policy, question: Question): Searched {
    return question.across === true && isJudged(question) ? overAllSessions(policy, question) : { policy, question };
}

/** The claim over all sessions, to be searched for the second line; undefined if one session says all about it. */
export function secondLineOf(policy: Policy, question: Judged): Searched | undefined {
    return isAloneEnough(policy, question) ? undefined : overAllSessions(policy, question);
}

/**
 * True if no earlier session makes the claim any worse: nothing outlives a session, so that the last one is a session
 * by itself; and what breaks the claim over the kept history then breaks it over that of the last session
 * (docs/checker.md, "Sessions").
 */
function isAloneEnough(policy: Policy, question: Judged): boolean {
    const { condition, harmless } =
        question.goal === 'state'
            ? { condition: question.condition, harmless: 'up' }
            : { condition: question.goal === 'decision' ? question.when : question.bad, harmless: 'down' };
    const effect = effectOfEarlier(policy, condition);
    return (effect === 'none' || effect === harmless) && !outlivesSessions(policy, reachOf(policy, question));
}
