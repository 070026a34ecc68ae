/**
 * Remembers sessions that were found while changes were tried. A session that breaks a claim under one change often
 * breaks it under the next, and one that completes the steps of a `possible` often still does. Replaying it is much
 * cheaper than a search (counterexample-guided synthesis: Solar-Lezama, Tancau, Bodik, Seshia, Saraswat, _ASPLOS_
 * 2006).
 */
import { searchedFor } from '../checker/reductions/new-sessions.js';
import type { Answer } from '../checker/search/answer.js';
import { answerTo } from '../checker/portfolio/answers.js';
import { proofOf } from '../checker/portfolio/proofs.js';
import type { ExploreOptions } from '../checker/search/breadth-first.js';
import type { FoundSession } from '../checker/traces/found-session.js';
import { isSession } from '../checker/counterexamples/sessions.js';
import type { VerdictWord } from '../checker/results/result.js';
import { shownVerdict } from '../checker/results/verdict.js';
import type { Claim, Policy } from '../model/policy/policy.js';
import { policyFor } from '../checker/questions/assumptions-of-claim.js';
import { questionOf } from '../checker/questions/question.js';

/** All changed policies have the same inventory, so the calls of a session are the same. */
export class KnownSessions {
    /** The sessions by the name of the claim; the one that decided last comes first. */
    private readonly known = new Map<string, FoundSession[]>();

    /** The verdict, if a known session determines it: violated, or witnessed. */
    verdictOf(whole: Policy, written: Claim): VerdictWord | undefined {
        const { policy, question } = searchedFor(policyFor(whole, written), questionOf(written));
        const sessions = this.known.get(question.name) ?? [];
        const session = sessions.find((one) => isSession(policy, question, one));
        if (!session) {
            return undefined;
        }
        this.known.set(question.name, [session, ...sessions.filter((other) => other !== session)]);
        return shownVerdict(question.goal);
    }

    /** Searches for an answer, and stores its session from now on. */
    search(whole: Policy, written: Claim, options: ExploreOptions): Answer {
        const own = policyFor(whole, written);
        const { policy, question } = searchedFor(own, questionOf(written));
        // A proof is about the policy as it is, and not about all sessions in a row.
        const answer = answerTo(policy, question, options, policy === own ? proofOf(own, written) : undefined);
        if (answer.session) {
            this.known.set(question.name, [answer.session, ...(this.known.get(question.name) ?? [])]);
        }
        return answer;
    }
}
