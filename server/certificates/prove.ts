/** The search for the proof of one claim, and the verifier's verdict on it. */
import type { Policy } from '../model/policy/policy.js';
import { verify } from '../verify/certificate.js';
import type { Policy as Exported } from '../verify/policy.js';
import { cellsFor } from './cells.js';
import type { Case, Certificate, Proof } from './format.js';
import { unlessRefused } from './refusals.js';
import { Search } from './search.js';
import type { Work } from './work.js';

/** A certificate that the verifier accepted. */
export interface Proved {
    readonly certificate: Certificate;
    /** The numbers of the rules that the proof names, in ascending order. */
    readonly rules: readonly number[];
}

/**
 * The proof that the claim has this verdict in all sessions, of any length; undefined if none is found. The verifier has accepted it, so
 * the caller need not ask again. The result depends on nothing but the policy and the work: not on time, and not on other claims.
 *
 * @param claim the number of the claim in the policy
 * @param work the cases that the search may look at; those that it took are missing afterwards
 */
export function prove(policy: Policy, claim: number, verdict: Certificate['verdict'], work: Work): Proved | undefined {
    const { kind, name } = policy.claims[claim]!;
    if (kind === 'stays possible' || (kind === 'possible') !== (verdict === 'impossible')) {
        return undefined;
    }
    // The verifier has its own types of what is exported.
    const exported = policy as unknown as Exported;
    for (const cells of cellsFor(exported, exported.claims[claim]!)) {
        const proof = unlessRefused(() => new Search(exported, claim, cells, work).proof());
        const certificate = proof && { claim, name, verdict, ...proof };
        if (certificate && unlessRefused(() => verify(exported, certificate))) {
            return { certificate, rules: rulesOf(certificate) };
        }
    }
    return undefined;
}

/** The rules that stop calls in a proof, and those of whose conditions it chooses values. */
function rulesOf({ cases = [], kept = [], stopped = [], conditions }: Certificate): number[] {
    const named = (proof: Proof): number[] =>
        typeof proof === 'string'
            ? []
            : 'denies' in proof
              ? [proof.denies]
              : 'excludes' in proof
                ? []
                : [proof.false, proof.unknown, proof.true].flatMap((one) => (one === undefined ? [] : named(one)));
    const all: readonly Case[] = [...cases, ...stopped, ...kept.flatMap((one) => one.cases)];
    const asked = conditions.flatMap((pointer) => /^\/rules\/(\d+)\//.exec(pointer)?.[1] ?? []);
    return [...new Set([...all.flatMap(({ proof }) => named(proof)), ...asked.map(Number)])].sort((a, b) => a - b);
}
