/**
 * The second line of a safety claim (M19): a hijacked agent may drop its session and open another, any number of times.
 * The rules then start without labels, history, approvals, holds and modes; the claim covers its session's history and
 * the kept history (`all-sessions.ts`).
 */
import type { Policy } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import { reachOf } from './cone.js';
import type { JudgedQuestion } from './all-sessions.js';
import { isJudged, outlivesSessions, overAllSessions } from './all-sessions.js';
import { effectOfEarlier } from './earlier-sessions.js';

/** A claim and the policy that it is searched with. */
export interface ClaimSearch {
    readonly policy: Policy;
    readonly question: Question;
}

/** The search for a claim: a claim marked `across sessions` covers all sessions. */
export function searchedFor(policy: Policy, question: Question): ClaimSearch {
    return question.across === true && isJudged(question) ? overAllSessions(policy, question) : { policy, question };
}

/**
 * The claim over all sessions, to be searched for the second line; undefined if one session already determines it.
 *
 * @param isProved true if a proof covers the claim in one session, whatever earlier sessions left
 */
export function secondLineOf(policy: Policy, question: JudgedQuestion, isProved = false): ClaimSearch | undefined {
    return isAloneEnough(policy, question, isProved) ? undefined : overAllSessions(policy, question);
}

/**
 * True if no earlier session can make the claim worse. This requires that whatever breaks the claim over the kept history also
 * breaks it over the history of the last session, and that a search began the last session as it may begin: a proof covers each
 * beginning, and if nothing outlives a session, it stands alone (docs/checker.md, "Sessions").
 */
function isAloneEnough(policy: Policy, question: JudgedQuestion, isProved: boolean): boolean {
    const { condition, harmless } =
        question.goal === 'state'
            ? { condition: question.condition, harmless: 'up' }
            : { condition: question.goal === 'decision' ? question.when : question.bad, harmless: 'down' };
    const effect = effectOfEarlier(policy, condition);
    const isHarmless = effect === 'none' || effect === harmless;
    return isHarmless && (isProved || !outlivesSessions(policy, reachOf(policy, question)));
}
