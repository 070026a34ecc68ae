/** The results of claims that sessions have contradicted or decided: no result stays better than a session allows. */
import type { ClaimResult, PolicyResult } from '../checker/results/result.js';
import type { Strike } from './index.js';

export function withStrikes(result: PolicyResult, strikes: readonly Strike[]): PolicyResult {
    return {
        ...result,
        claims: result.claims.map((claim) => {
            const strike = strikes.find((one) => one.claim === claim.name && one.isMet);
            return strike ? struck(claim, strike) : claim;
        })
    };
}

function struck(result: ClaimResult, { isAcross, instead, trace }: Strike): ClaimResult {
    const did = instead === 'witnessed' ? 'does this' : 'breaks it';
    const explanation = `A session that was played at random ${did}.`;
    const { acrossSessions, ...first } = result;
    if (isAcross && acrossSessions) {
        const line = 'also across sessions: broken by a second session';
        return { ...result, acrossSessions: { ...acrossSessions, verdict: instead, line, explanation, trace } };
    }
    return { ...first, verdict: instead, explanation, trace, obstacles: [], saysNothing: false, expected: false };
}
