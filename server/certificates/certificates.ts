/**
 * Certificates of verdicts: proofs that a program which shares no code with the checker can check
 * (docs/certificates.md).
 */
import type { Claim, Policy } from '../model/policy/policy.js';
import { Budget, tryWithin } from '../checker/limits/budget.js';
import type { ClaimResult } from '../checker/results/result.js';
import type { Policy as Exported } from '../verify/policy.js';
import { reportOf } from '../verify/report.js';
import type { Certificate, Certificates, Uncertified } from './format.js';
import { cellsFor } from './cells.js';
import { unlessRefused } from './refusals.js';
import { Search } from './search.js';

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
    const head = { claim, name, verdict };
    if (kind === 'stays possible') {
        return { ...head, reason: 'it is about what can still be done, in every state' };
    }
    // The verifier has its own types of what is exported.
    const exported = policy as unknown as Exported;
    for (const cells of cellsFor(exported, exported.claims[claim]!)) {
        const proof = unlessRefused(() => new Search(exported, claim, cells).proof());
        if (proof && isAccepted(policy, { ...head, ...proof })) {
            return { ...head, ...proof };
        }
    }
    return {
        ...head,
        reason:
            across === true
                ? 'it is about all sessions of an agent'
                : 'its proof needs more than labels, events, bounds of counts and totals, and single values'
    };
}

/** The verdict of the verifier itself, which also checks what the search takes for granted. */
function isAccepted(policy: Policy, certificate: Certificate): boolean {
    const file = { format: 'guardrail-certificates/4', policy: policy.name, certificates: [certificate], without: [] };
    return reportOf({ format: 'guardrail-policy/1', policy }, file).accepted.length > 0;
}
