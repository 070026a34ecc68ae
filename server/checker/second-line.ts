/** The second line of a claim: what a hijacked agent gains that drops its session and opens another (M19). */
import type { Claim, Policy } from '../model/policy.js';
import { secondLineOf } from './across.js';
import { answering, basisOf, resultOf } from './claims.js';
import { explain } from './explain.js';
import type { ExploreOptions } from './explore.js';
import { timeOf } from './explore.js';
import { isSafety } from './kept.js';
import type { Pausing } from './pausing.js';
import type { AcrossSessions, ClaimResult, VerdictWord } from './result.js';

/** The claim's verdict, and the second line of one that one session does not break. */
export function* resultWithSecondLine(policy: Policy, claim: Claim, options: ExploreOptions): Pausing<ClaimResult> {
    const result = yield* resultOf(policy, claim, options);
    const acrossSessions = yield* acrossOf(policy, claim, result, options);
    return acrossSessions ? { ...result, acrossSessions } : result;
}

function* acrossOf(
    policy: Policy,
    claim: Claim,
    result: ClaimResult,
    options: ExploreOptions
): Pausing<AcrossSessions | undefined> {
    if (!isSafety(claim) || claim.across === true || result.verdict === 'violated') {
        return undefined;
    }
    const { verdict, explanation, basis } = result;
    const all = secondLineOf(policy, claim);
    // What a search of fewer sessions did not decide, one of more does not.
    if (!all || verdict === 'undecided') {
        return { verdict, line: lineOf(verdict), explanation, basis };
    }
    const started = timeOf(options);
    const answer = yield* answering(all.policy, all.claim, limited(options, result));
    const { trace, exploration, scopes } = answer;
    return {
        verdict: answer.verdict,
        line: lineOf(answer.verdict),
        explanation: explain(all.claim, {
            verdict: answer.verdict,
            scopes,
            saysNothing: false,
            furthest: answer.furthest,
            ...(exploration.limit !== undefined && { limit: exploration.limit }),
            ...(trace && { summary: trace.summary })
        }),
        basis: basisOf(answer, timeOf(options) - started),
        ...(trace && { trace })
    };
}

/** States that a second line may always take, and how many times as many as the claim itself. */
const EXACT_STATES = { some: 2_000, times: 8 };
/** The same among concrete sessions, which take longer: beside as many states, and half as many steps, as the claim took. */
const MORE_STATES = 500;
const MORE_TRANSITIONS = 1_500;

/** The second line is no reason to wait much longer: where it would take more, it is undecided. */
function limited(options: ExploreOptions, { basis, beyond }: ClaimResult): ExploreOptions {
    const { limits } = options;
    const states = beyond ? MORE_STATES + basis.states : EXACT_STATES.some + EXACT_STATES.times * basis.states;
    return {
        ...options,
        limits: {
            ...limits,
            maxStates: Math.min(limits.maxStates, states),
            maxTransitions: MORE_TRANSITIONS + Math.floor(basis.transitions / 2)
        }
    };
}

function lineOf(verdict: VerdictWord): string {
    return `also across sessions: ${verdict === 'violated' ? 'broken by a second session' : verdict}`;
}
