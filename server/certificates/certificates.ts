/**
 * Certificates of verdicts: proofs that a program which shares no code with the checker can check
 * (docs/certificates.md).
 */
import type { Claim, Policy } from '../model/policy/policy.js';
import type { Certificate, Certificates, Uncertified } from './format.js';
import { prove } from './prove.js';
import { PROOF_WORK } from './work.js';

/** What a check found about a claim. */
interface Result {
    readonly name: string;
    readonly text: string;
    readonly verdict: string;
}

/** The certificates of the verdicts about a policy that cover all sessions. The check has found the same proofs. */
export function certificatesOf(policy: Policy, results: readonly Result[]): Certificates {
    const found = policy.claims.flatMap((claim, index) => {
        const verdict = exactIn(results, claim);
        return verdict ? [certificateOf(policy, index, verdict)] : [];
    });
    return {
        format: 'guardrail-certificates/4',
        policy: policy.name,
        certificates: found.filter((one) => 'conditions' in one),
        without: found.filter((one) => 'reason' in one)
    };
}

/** The verdict of the claim, if it leaves out no session of any length and there is something to prove. */
function exactIn(results: readonly Result[], { name, text }: Claim): Certificate['verdict'] | undefined {
    const found = results.find((result) => result.name === name && result.text === text);
    return found?.verdict === 'holds' || found?.verdict === 'impossible' ? found.verdict : undefined;
}

function certificateOf(policy: Policy, claim: number, verdict: Certificate['verdict']): Certificate | Uncertified {
    const { across, kind, name } = policy.claims[claim]!;
    const reason =
        kind === 'stays possible'
            ? 'it is about what can still be done, in every state'
            : across === true
              ? 'it is about all sessions of an agent'
              : 'its proof needs more than labels, events, bounds of counts and totals, and single values';
    const proved = prove(policy, claim, verdict, { left: PROOF_WORK, poll: () => undefined });
    return proved?.certificate ?? { claim, name, verdict, reason };
}
