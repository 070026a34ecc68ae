/**
 * Ranks repairs: first those without permanent losses (`losses.ts`); then those of which it is known what changes; then those that correct a rule such that
 * everything wrong becomes right; then those that newly deny the fewest sessions; and only then those with which most
 * claims hold. Two repairs are compared by their difference (M25): the one that denies or holds what the other lets
 * through denies more.
 */
import type { Budget } from '../checker/limits/budget.js';
import { look, tryWithin } from '../checker/limits/budget.js';
import type { DifferenceOptions, DifferenceResult } from '../checker/difference/index.js';
import { differenceOf } from '../checker/difference/index.js';
import type { ExploreOptions } from '../checker/search/breadth-first.js';
import type { Policy } from '../model/policy/policy.js';
import { repairLimit } from './limits.js';
import type { Losses } from './losses.js';
import type { AcceptedTrial } from './trial.js';

/** A repair and its permanent losses. */
export type AcceptedChange = AcceptedTrial & Losses;

export interface RankedChange extends AcceptedChange {
    /** The changed decisions, such as `mail.send: allowed -> denied`. */
    readonly changes: readonly string[];
    readonly isComplete: boolean;
}

const LENIENCY = { denied: 0, held: 1, allowed: 2 } as const;

/**
 * The repairs, best first; among indistinguishable ones, only the first is kept.
 *
 * @param others the number of other claims that come out wrong without a repair
 * @param budget the budget of the comparisons; repairs that are not compared within it keep their place
 */
export function ranked(
    original: Policy,
    accepted: readonly AcceptedChange[],
    others: number,
    options: ExploreOptions,
    budget: Budget
): RankedChange[] {
    const isCure = ({ change, alsoRepairs }: AcceptedChange): boolean =>
        others > 0 && alsoRepairs.length >= others && !change.isNew && change.rules === 1;
    const kept: { readonly repair: RankedChange; stricter: number; readonly loosens: number }[] = [];
    // Of two equal repairs, we prefer the one that touches fewer rules, and that corrects a rule rather than overriding
    // it.
    const simplest = [...accepted].sort(
        (a, b) => a.change.rules - b.change.rules || Number(a.change.isNew) - Number(b.change.isNew)
    );
    for (const one of simplest) {
        const compared = kept.map((other) => ({
            other,
            ...relation(other.repair.policy, one.policy, options, budget)
        }));
        // What holds across sessions differs from what does not, even if they decide each single session alike.
        const isSameAcross = ({ acrossSessions }: AcceptedTrial): boolean =>
            acrossSessions?.verdict === one.acrossSessions?.verdict;
        if (compared.some(({ isSame, other }) => isSame && isSameAcross(other.repair))) {
            continue;
        }
        const difference = comparison(original, one.policy, options, budget);
        const { differences = [] } = difference ?? {};
        const changes = [...new Set(differences.map(({ tool, change }) => `${tool}: ${change}`))];
        const isComplete =
            difference?.verdict === 'equivalent' ||
            (difference?.verdict === 'differs' && difference.incomplete.length === 0);
        const repair = { ...one, changes, isComplete };
        compared.filter(({ isStricter }) => isStricter === false).forEach(({ other }) => other.stricter++);
        kept.push({
            repair,
            stricter: compared.filter(({ isStricter }) => isStricter === true).length,
            loosens: differences.filter(isLooser).length
        });
    }
    return kept
        .map((one, index) => ({ ...one, index }))
        .sort(
            (a, b) =>
                harmOf(a.repair) - harmOf(b.repair) ||
                Number(isUnclear(a.repair)) - Number(isUnclear(b.repair)) ||
                Number(isCure(b.repair)) - Number(isCure(a.repair)) ||
                a.stricter - b.stricter ||
                a.loosens - b.loosens ||
                a.repair.change.rules - b.repair.change.rules ||
                b.repair.alsoRepairs.length - a.repair.alsoRepairs.length ||
                a.index - b.index
        )
        .map(({ repair }) => repair);
}

/** True if nothing is known of the decisions that change, as when results are withheld: others come first. */
function isUnclear({ changes, isComplete }: RankedChange): boolean {
    return changes.length === 0 && !isComplete;
}

/** The weight of the losses: more losses are worse, and certain ones are worse than possible ones. */
export function harmOf({ lost, perhapsLost }: Losses): number {
    return lost.length > 0 ? 2 : perhapsLost.length > 0 ? 1 : 0;
}

/**
 * True if the second policy denies more than the first, false if the first denies more than the second, undefined if
 * neither.
 */
function relation(
    first: Policy,
    second: Policy,
    options: ExploreOptions,
    budget: Budget
): { readonly isSame: boolean; readonly isStricter?: boolean } {
    const { verdict, differences = [] } = comparison(first, second, options, budget) ?? {};
    if (verdict === 'equivalent') {
        return { isSame: true };
    }
    const looser = differences.filter(isLooser).length;
    const isOneWay = differences.length > 0 && (looser === 0 || looser === differences.length);
    return { isSame: false, ...(isOneWay && { isStricter: looser === 0 }) };
}

/** Undefined if there was no time for the comparison. */
function comparison(
    first: Policy,
    second: Policy,
    options: ExploreOptions,
    budget: Budget
): DifferenceResult | undefined {
    return tryWithin(
        budget,
        () => {
            look();
            return differenceOf(first, second, quickly(options));
        },
        () => undefined
    );
}

function quickly(options: ExploreOptions): DifferenceOptions {
    const { limits } = options;
    const maxStates = Math.min(limits.maxStates, repairLimit('rankedStates'));
    // These limits suffice for the differences that one rule makes; incomplete comparisons are reported.
    const concrete = {
        states: repairLimit('rankedConcreteStates'),
        transitions: repairLimit('rankedConcreteSteps')
    };
    return { ...options, limits: { ...limits, maxStates }, concrete };
}

function isLooser({ old, new: young }: DifferenceResult['differences'][number]): boolean {
    return LENIENCY[young.decision] > LENIENCY[old.decision];
}
