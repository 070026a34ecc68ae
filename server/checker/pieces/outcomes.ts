/**
 * What the pieces of a check come to (`index.ts`). Apart from what searches them, which whoever only puts results together
 * need not load.
 */
import type { Policy } from '../../model/policy.js';
import type { ClaimResult, Finding, PolicyResult, ScenarioResult } from '../result.js';
import type { Places } from './places.js';
import { placed } from './places.js';

/** What a piece comes to, with numbers for places (`placed` gives it for a text). */
export type Outcome =
    | { readonly kind: 'claim'; readonly result: ClaimResult }
    | { readonly kind: 'scenario'; readonly result: ScenarioResult }
    | { readonly kind: 'findings'; readonly result: readonly Finding[] };

export interface Piece {
    readonly kind: Outcome['kind'];
    /** All that its outcome depends on, but the version of the checker and the speed of the machine. */
    readonly key: string;
    readonly places: Places;
}

/** The result of a policy from the outcomes of its pieces, with their places in its text. */
export function resultOf(
    policy: Pick<Policy, 'name' | 'source'>,
    pieces: readonly Pick<Piece, 'places'>[],
    outcomes: readonly Outcome[]
): PolicyResult {
    const all = outcomes.map((outcome, index) => placedOutcome(outcome, pieces[index]!));
    return {
        policy: policy.name,
        source: policy.source,
        claims: all.flatMap((outcome) => (outcome.kind === 'claim' ? [outcome.result] : [])),
        scenarios: all.flatMap((outcome) => (outcome.kind === 'scenario' ? [outcome.result] : [])),
        findings: all.flatMap((outcome) => (outcome.kind === 'findings' ? outcome.result : []))
    };
}

/** The outcome with its places in the text of the piece. */
export function placedOutcome(outcome: Outcome, { places }: Pick<Piece, 'places'>): Outcome {
    return { ...outcome, result: placed(outcome.result, places) } as Outcome;
}
