/**
 * The outcomes of the pieces of a check (`index.ts`). They are separate from the search, which code that only combines
 * results need not load.
 */
import type { Policy } from '../../model/policy/policy.js';
import type { ClaimResult, Finding, PolicyResult, ScenarioResult } from '../results/result.js';
import type { Places } from './places.js';
import { placed } from './places.js';
import type { Evidence } from '../results/with-evidence.js';
import { resultWithEvidence, withEvidence } from '../results/with-evidence.js';

/** The outcome of a piece, with numbers instead of places (`placed` resolves them for a text). */
export type Outcome =
    | { readonly kind: 'claim'; readonly result: ClaimResult }
    /** `evidence`: the facts about the claims that the scenario's session shows. */
    | { readonly kind: 'scenario'; readonly result: ScenarioResult; readonly evidence: readonly Evidence[] }
    | { readonly kind: 'findings'; readonly result: readonly Finding[] };

export interface Piece {
    readonly kind: Outcome['kind'];
    /**
     * A key for everything that the outcome depends on, except the version of the checker and the speed of the machine.
     */
    readonly key: string;
    readonly places: Places;
}

/** The result of a policy from the outcomes of its pieces, with places in its text. */
export function resultOf(
    policy: Policy,
    pieces: readonly Pick<Piece, 'places'>[],
    outcomes: readonly Outcome[]
): PolicyResult {
    const all = outcomes.map((outcome, index) => placedOutcome(outcome, pieces[index]!));
    const claims = all.flatMap((outcome) => (outcome.kind === 'claim' ? [outcome.result] : []));
    const evidence = all.flatMap((outcome) => (outcome.kind === 'scenario' ? outcome.evidence : []));
    const findings = all.flatMap((outcome) => (outcome.kind === 'findings' ? outcome.result : []));
    return {
        ...resultWithEvidence(policy, claims, evidence, findings),
        scenarios: all.flatMap((outcome) => (outcome.kind === 'scenario' ? [outcome.result] : []))
    };
}

/** The result of a claim, with the evidence from the scenarios among these outcomes. */
export function claimWithEvidence(
    claim: number,
    pieces: readonly Pick<Piece, 'places'>[],
    outcomes: ReadonlyMap<number, Outcome>
): ClaimResult | undefined {
    const outcome = outcomes.get(claim);
    const placedClaim = outcome && placedOutcome(outcome, pieces[claim]!);
    const evidence = [...outcomes].flatMap(([index, one]) => {
        const of = one.kind === 'scenario' ? one.evidence.filter((evidence) => evidence.claim === claim) : [];
        return of.length > 0 ? placed(of, pieces[index]!.places) : [];
    });
    return placedClaim?.kind === 'claim' ? withEvidence(placedClaim.result, evidence) : undefined;
}

/** The outcome with places in the text of the piece. */
export function placedOutcome(outcome: Outcome, { places }: Pick<Piece, 'places'>): Outcome {
    const evidence = outcome.kind === 'scenario' && { evidence: placed(outcome.evidence, places) };
    return { ...outcome, result: placed(outcome.result, places), ...evidence } as Outcome;
}
