/**
 * Pieces of work that limits cut off, each of which can be run with other limits. The result of a piece consists of
 * verdicts and of all of its output.
 */
import { checkPolicy } from '../../../server/checker/check.js';
import { differenceOf } from '../../../server/checker/difference/index.js';
import { flowDot, stateDot } from '../../../server/export/dot.js';
import { flowOf } from '../../../server/export/flow.js';
import { guardedSystemOf } from '../../../server/export/guarded.js';
import { promelaOf } from '../../../server/export/promela.js';
import { Unexportable } from '../../../server/export/unexportable.js';
import type { AcrossSessions, ClaimResult, Limits } from '../../../server/checker/results/result.js';
import { DEFAULT_LIMITS } from '../../../server/checker/results/default-limits.js';
import { runScenario } from '../../../server/checker/scenarios/scenarios.js';
import type { Claim, Policy } from '../../../server/model/policy/policy.js';

export interface Said {
    /** The verdict on each item that is decided. */
    readonly verdicts: ReadonlyMap<string, string>;
    /** Everything that a person can see. */
    readonly text: string;
}

export interface Piece {
    readonly name: string;
    readonly say: (limits?: Partial<Limits>) => Said;
}

/**
 * Limits that are enough for the small policies of tests, and too little for large ones, which are undecided under all
 * limits.
 */
export const FEW: Limits = { ...DEFAULT_LIMITS, maxStates: 300, maxTransitions: 400 };
/** Limits for policies that are made to reach one. */
export const MANY: Limits = { ...DEFAULT_LIMITS, maxStates: 1_500, maxTransitions: 1_000 };

/** Pieces for each claim separately, and for the scenarios. */
export function piecesOf(name: string, policy: Policy, most: Limits): Piece[] {
    return [
        ...policy.claims.map((claim) => claimPiece(`${name}, ${claim.name}`, policy, claim, most)),
        ...policy.scenarios.map((scenario): Piece => ({
            name: `${name}, ${scenario.name}`,
            say: () => {
                const result = runScenario(policy, scenario);
                return {
                    verdicts: new Map([['scenario', result.passed ? 'holds' : 'undecided']]),
                    text: JSON.stringify(result)
                };
            }
        }))
    ];
}

function claimPiece(name: string, whole: Policy, claim: Claim, most: Limits): Piece {
    const policy = { ...whole, claims: [claim], scenarios: [] };
    return {
        name,
        say: (limits = {}) => {
            const result = checkPolicy(policy, { claim: claim.name, limits: { ...most, ...limits } }).claims[0]!;
            const second = result.acrossSessions;
            return {
                verdicts: new Map([
                    ['claim', result.verdict],
                    ...(second ? [['across sessions', second.verdict] as const] : []),
                    ['says nothing', result.saysNothing ? 'holds' : 'undecided']
                ]),
                text: JSON.stringify([textOf(result), second && textOf(second), result.obstacles])
            };
        }
    };
}

function textOf({ verdict, explanation, basis, trace }: ClaimResult | AcrossSessions): unknown {
    return [verdict, explanation, { ...basis, milliseconds: 0 }, trace];
}

/** The piece of the findings, which need no claim; some are about claims. */
export function findingsPiece(name: string, policy: Policy): Piece {
    return {
        name,
        say: (limits = {}) => {
            const { findings } = checkPolicy(policy, { limits: { ...FEW, ...limits } });
            return { verdicts: new Map(), text: JSON.stringify(findings.map(({ code, message }) => [code, message])) };
        }
    };
}

export function differencePiece(name: string, old: Policy, young: Policy): Piece {
    return {
        name,
        say: (limits = {}) => {
            const { verdict, explanation, differences, incomplete, basis } = differenceOf(old, young, {
                limits: { ...FEW, ...limits }
            });
            return {
                verdicts: new Map([['difference', verdict]]),
                text: JSON.stringify([verdict, explanation, differences, incomplete, { ...basis, milliseconds: 0 }])
            };
        }
    };
}

/** The piece that reports the first claim in every format. */
export function exportPiece(name: string, policy: Policy): Piece {
    return {
        name,
        say: () => ({ verdicts: new Map(), text: exported(policy) })
    };
}

function exported(policy: Policy): string {
    try {
        const system = guardedSystemOf(policy, policy.claims[0]!);
        return [stateDot(system), promelaOf(system), flowDot(policy, flowOf(policy))].join('\n');
    } catch (error) {
        if (error instanceof Unexportable) {
            return error.message;
        }
        throw error;
    }
}
