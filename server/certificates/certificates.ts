/**
 * Certificates of verdicts: proofs that a program which shares no code with the checker can check
 * (docs/certificates.md).
 */
import type { Claim, Policy } from '../model/policy/policy.js';
import { Budget, poll, tryWithin } from '../checker/limits/budget.js';
import type { ClaimResult } from '../checker/results/result.js';
import type { Certificate, Certificates, Uncertified } from './format.js';
import { prove } from './prove.js';
import { PROOF_WORK } from './work.js';

/**
 * The certificates of all exact verdicts about a policy.
 *
 * @param milliseconds the time for one claim
 */
export function certificatesOf(policy: Policy, results: readonly ClaimResult[], milliseconds: number): Certificates {
    const found = policy.claims.flatMap((claim, index) => {
        const verdict = exactIn(results, claim);
        return verdict ? [certificateInTime(policy, index, verdict, milliseconds)] : [];
    });
    return {
        format: 'guardrail-certificates/4',
        policy: policy.name,
        certificates: found.filter((one) => 'conditions' in one),
        without: found.filter((one) => 'reason' in one)
    };
}

/**
 * The proof of the claim's verdict, if the search left out no session of any length and there is something to prove.
 */
function exactIn(results: readonly ClaimResult[], { name, text }: Claim): Certificate['verdict'] | undefined {
    const found = results.find((result) => result.name === name && result.text === text);
    return found?.verdict === 'holds' || found?.verdict === 'impossible' ? found.verdict : undefined;
}

function certificateInTime(
    policy: Policy,
    claim: number,
    verdict: Certificate['verdict'],
    milliseconds: number
): Certificate | Uncertified {
    return tryWithin(
        new Budget(milliseconds),
        () => certificateOf(policy, claim, verdict),
        () => ({
            claim,
            name: policy.claims[claim]!.name,
            verdict,
            reason: 'its proof took longer than the time allowed'
        })
    );
}

function certificateOf(policy: Policy, claim: number, verdict: Certificate['verdict']): Certificate | Uncertified {
    const { across, kind, name } = policy.claims[claim]!;
    const reason =
        kind === 'stays possible'
            ? 'it is about what can still be done, in every state'
            : across === true
              ? 'it is about all sessions of an agent'
              : 'its proof needs more than labels, events, bounds of counts and totals, and single values';
    const proved = prove(policy, claim, verdict, { left: PROOF_WORK, poll });
    return proved?.certificate ?? { claim, name, verdict, reason };
}
