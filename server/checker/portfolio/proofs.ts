/**
 * Proofs of claims (docs/certificates.md): what the search for proofs finds and the verifier accepts. The verifier shares no code with
 * the searches, so that a defect of them never makes a claim hold.
 */
import { prove, type Proved } from '../../certificates/prove.js';
import type { Proof } from '../../certificates/format.js';
import type { Claim, Policy } from '../../model/policy/policy.js';
import { spend } from '../limits/budget.js';
import { limitOf } from '../limits/limits.js';
import { UNITS } from '../limits/units.js';
import { questionOf, type WorkQuestion } from '../questions/question.js';
import type { ClaimResult } from '../results/result.js';
import { lineOf, ruleReference } from '../traces/trace.js';

/** Searches for the proof that a question is settled for all sessions; undefined if none is found. */
export type Prove = () => Proved | undefined;

/** The search for the proof of a claim of the policy. */
export function proofOf(policy: Policy, claim: Claim): Prove {
    const index = policy.claims.indexOf(claim);
    const [of, number] = index < 0 ? [{ ...policy, claims: [claim] }, 0] : [policy, index];
    const verdict = questionOf(claim).goal === 'work' ? 'impossible' : 'holds';
    return () => prove(of, number, verdict, { left: limitOf('proofCases'), poll: () => spend(UNITS.proofCase) });
}

/** The rules that stop the step of the work that is never completed. */
export function obstaclesIn(
    { rules }: Policy,
    { steps }: WorkQuestion,
    { certificate: { cases = [], step = 0 } }: Proved
): ClaimResult['obstacles'] {
    const stopping = new Set(cases.flatMap(({ proof }) => denying(proof)));
    return rules
        .filter((_, index) => stopping.has(index))
        .map((rule) => ({
            text: `Line ${lineOf(rule)} ${rule.kind === 'approval' ? 'holds' : 'denies'} ${steps[step]!.text}.`,
            rule: ruleReference(rule)
        }));
}

function denying(proof: Proof | undefined): readonly number[] {
    if (typeof proof !== 'object') {
        return [];
    }
    if ('condition' in proof) {
        return [proof.false, proof.unknown, proof.true].flatMap(denying);
    }
    return 'denies' in proof ? [proof.denies] : [];
}
