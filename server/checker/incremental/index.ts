/**
 * Checks a policy in pieces: each claim, each scenario, and the findings. A piece is searched in the part of the policy
 * that it sees, without source locations (`seen.ts`, `places.ts`), and its result depends on nothing else. Results can
 * therefore be cached, and used for every policy in which a piece has the same key.
 */
import type { Claim, Policy, Position } from '../../model/policy/policy.js';
import type { CheckOptions } from '../check.js';
import { checkClaims, findingsIn } from '../check.js';
import type { Limits } from '../results/result.js';
import { DEFAULT_LIMITS } from '../results/default-limits.js';
import { runScenario } from '../scenarios/scenarios.js';
import { evidenceOf } from '../scenarios/evidence.js';
import type { Outcome, Piece } from './outcomes.js';
import { isMistakable, isTooLong, Numbering, placed } from './places.js';
import { questionOf } from '../questions/question.js';
import { shownReachOf } from '../reductions/cone.js';
import { partOf } from '../reductions/part.js';
import { claimIn } from '../conditions/reindex.js';

export interface PieceOptions extends Omit<CheckOptions, 'claim' | 'onClaim'> {
    /** A place in the policy's own file: claims near it are started first. */
    readonly near?: Position;
    /**
     * Called for each piece as soon as it is known; claims come first without their second line, if that takes a
     * search.
     *
     * @param isComplete true if nothing more will be added to the outcome
     */
    readonly onOutcome?: (piece: number, outcome: Outcome, isComplete: boolean) => void;
}

/** The pieces of the check of one policy: its claims, its scenarios, and the findings, in this order. */
export class Pieces {
    readonly all: readonly Piece[];
    private readonly claims: readonly ClaimPiece[];
    private readonly scenarios: readonly ScenarioPiece[];
    private readonly whole: FindingsPiece;

    /** Undefined if the policy contains numbers that cannot be distinguished from the placeholders for its places. */
    static of(policy: Policy, limits: Limits = DEFAULT_LIMITS): Pieces | undefined {
        const pieces = isMistakable(JSON.stringify(policy)) ? undefined : new Pieces(policy, limits);
        return pieces?.all.some(({ places }) => isTooLong(places)) ? undefined : pieces;
    }

    private constructor(
        policy: Policy,
        private readonly limits: Limits
    ) {
        const limited = JSON.stringify(limits);
        const shared = new Map<string, Policy>();
        this.claims = policy.claims.map((claim) => claimPiece(policy, claim, limited, shared));
        this.scenarios = scenarioPieces(policy, limited);
        this.whole = findingsPiece(policy, limited);
        this.all = [...this.claims, ...this.scenarios, this.whole];
    }

    /**
     * Computes the missing outcomes. Throws like `checkPolicy`.
     *
     * @param known complete outcomes of pieces, by their number
     */
    check(known: ReadonlyMap<number, Outcome>, options: PieceOptions = {}): void {
        const outcomes = new Map(known);
        const tell = (piece: number, outcome: Outcome, isComplete: boolean): void => {
            outcomes.set(piece, outcome);
            options.onOutcome?.(piece, outcome, isComplete);
        };
        this.scenarios.forEach(({ policy }, index) => {
            const piece = this.claims.length + index;
            if (!known.has(piece)) {
                const scenario = policy.scenarios[0]!;
                const evidence = evidenceOf(policy, scenario);
                tell(piece, { kind: 'scenario', result: runScenario(policy, scenario), evidence }, true);
            }
        });
        const asked = this.claims
            .flatMap((piece, index) => (known.has(index) ? [] : [{ ...piece, index }]))
            .sort((a, b) => distance(a.written, options.near) - distance(b.written, options.near));
        const { onOutcome: _onOutcome, near: _near, ...rest } = options;
        const settings = { ...rest, limits: this.limits };
        checkClaims(asked, settings, (result, at, isComplete) =>
            tell(asked[at]!.index, { kind: 'claim', result }, isComplete)
        );
        const last = this.all.length - 1;
        if (!known.has(last)) {
            const results = this.claims.map(({ places }, index) =>
                placed(
                    (outcomes.get(index) as Outcome & { kind: 'claim' }).result,
                    this.whole.numbering.ofOthers(places)
                )
            );
            tell(last, { kind: 'findings', result: findingsIn(this.whole.policy, results, settings) }, true);
        }
    }
}

/** The number of lines between a claim and a place in the policy's file. */
function distance({ source, usedAt }: Claim, near: Position | undefined): number {
    return near ? Math.abs((usedAt ?? source).start.line - near.line) : 0;
}

interface ClaimPiece extends Piece {
    readonly policy: Policy;
    readonly written: Claim;
    readonly claim: Claim;
}

interface ScenarioPiece extends Piece {
    readonly policy: Policy;
}

interface FindingsPiece extends Piece {
    readonly policy: Policy;
    readonly numbering: Numbering;
}

/** @param shared claims that see the same part have the same rules, and so share work (`limits/shared-work.ts`) */
function claimPiece(whole: Policy, written: Claim, limited: string, shared: Map<string, Policy>): ClaimPiece {
    const { policy, to } = partOf(whole, shownReachOf(whole, questionOf(written)));
    const numbering = new Numbering(policy);
    const numbered = numbering.policy(policy);
    const claim = numbering.other(claimIn(written, to));
    const text = JSON.stringify(numbered);
    const part = shared.get(text) ?? numbered;
    shared.set(text, part);
    return {
        kind: 'claim',
        key: `claim ${limited} ${text} ${JSON.stringify(claim)}`,
        places: numbering.places,
        // The sessions that are built for a claim are those of a claim of the policy.
        policy: { ...part, claims: [claim] },
        written,
        claim
    };
}

/**
 * A scenario is run with the whole policy, and judged by all of its claims, because the session shown includes
 * everything that the policy remembers.
 */
function scenarioPieces(whole: Policy, limited: string): ScenarioPiece[] {
    return whole.scenarios.map((scenario) => {
        const numbering = new Numbering(whole);
        const policy = numbering.policy({ ...whole, scenarios: [scenario] });
        return {
            kind: 'scenario',
            // The session of a claim does not depend on the claim's name.
            key: `scenario ${limited} ${JSON.stringify({ ...policy, claims: policy.claims.map((claim) => ({ ...claim, name: '' })) })}`,
            places: numbering.places,
            policy
        };
    });
}

/** The findings are about the whole policy and its claims: some findings report claims that state nothing. */
function findingsPiece(whole: Policy, limited: string): FindingsPiece {
    const numbering = new Numbering(whole);
    const policy = numbering.policy({ ...whole, scenarios: [] });
    return {
        kind: 'findings',
        key: `findings ${limited} ${JSON.stringify(policy)}`,
        places: numbering.places,
        policy,
        numbering
    };
}
