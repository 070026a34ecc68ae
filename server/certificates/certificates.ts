/**
 * Certificates of verdicts: proofs that a program which shares no code with the checker can check
 * (docs/certificates.md).
 */
import type { Claim, Policy } from '../model/policy/policy.js';
import { Budget, tryWithin } from '../checker/limits/budget.js';
import { asksCalls } from '../checker/portfolio/rules-alone.js';
import { questionOf } from '../checker/questions/question.js';
import type { ClaimResult } from '../checker/results/result.js';
import { reportOf } from '../verify/report.js';
import type { Certificate, Certificates, Uncertified } from './format.js';
import { proofOverHistories } from './over-histories.js';
import { proofByRules } from './rules.js';

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
        format: 'guardrail-certificates/1',
        policy: policy.name,
        certificates: found.filter((one) => 'cases' in one),
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
    const asked = policy.claims[claim]!;
    const question = questionOf(asked);
    const head = { claim, name: asked.name, verdict };
    if (asked.across === true) {
        return { ...head, reason: 'it is about all sessions of an agent' };
    }
    if (!asksCalls(question)) {
        return { ...head, reason: 'it is not about the decisions of calls' };
    }
    let reason = 'its proof needs more of the history than labels and events';
    for (const prove of [proofByRules, proofOverHistories]) {
        const proof = prove(policy, question, claim);
        if (proof && isAccepted(policy, { ...head, ...proof })) {
            return { ...head, ...proof };
        }
        reason = proof ? 'its proof uses a relation between conditions that the verifier does not know' : reason;
    }
    return { ...head, reason };
}

/** The checker knows more relations between conditions than the verifier, which refuses the additional ones. */
function isAccepted(policy: Policy, certificate: Certificate): boolean {
    const file = { format: 'guardrail-certificates/1', policy: policy.name, certificates: [certificate], without: [] };
    return reportOf({ format: 'guardrail-policy/1', policy }, file).accepted.length > 0;
}
