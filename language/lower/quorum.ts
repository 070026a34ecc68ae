/** Lowers `approved by 2 of ROLE` to approvals by one of several people each, which the model and the checker know. */
import type { Condition } from '../../server/model/policy/policy.js';

type Approved = Condition & { readonly op: 'approved by' };

/** The largest number of parts that the condition of a quorum may have: a larger one could not be checked in time. */
export const MOST_PARTS = 1_000;

/**
 * The condition that at least `quorum` of the people approved. The people are split into halves: i of the first half
 * and the rest of the second, for each i. So `2 of` n people needs about 2 n parts, rather than one for each pair.
 */
export function approvedBy(humans: readonly number[], quorum: number, only: Pick<Approved, 'per'> = {}): Condition {
    if (quorum === 1) {
        return { op: 'approved by', humans, ...only };
    }
    const choices = splits(humans, quorum).map(([left, right, ofLeft, ofRight]): Condition => {
        const parts = [
            ...(ofLeft > 0 ? [approvedBy(left, ofLeft, only)] : []),
            ...(ofRight > 0 ? [approvedBy(right, ofRight, only)] : [])
        ];
        return parts.length === 1 ? parts[0]! : { op: 'and', args: parts };
    });
    return choices.length === 1 ? choices[0]! : { op: 'or', args: choices };
}

/** The number of `approved by` parts of that condition. */
export function quorumParts(people: number, quorum: number): number {
    return quorum <= 1
        ? quorum
        : splits(Array.from({ length: people }), quorum).reduce(
              (sum, [left, right, ofLeft, ofRight]) =>
                  sum > MOST_PARTS ? sum : sum + quorumParts(left.length, ofLeft) + quorumParts(right.length, ofRight),
              0
          );
}

/** The halves, with the numbers to take from each that add up to the quorum. */
function splits<T>(people: readonly T[], quorum: number): (readonly [readonly T[], readonly T[], number, number])[] {
    const half = Math.floor(people.length / 2);
    const [left, right] = [people.slice(0, half), people.slice(half)];
    return Array.from({ length: quorum + 1 }, (_, taken) => [left, right, taken, quorum - taken] as const).filter(
        ([, , ofLeft, ofRight]) => ofLeft <= left.length && ofRight <= right.length
    );
}
