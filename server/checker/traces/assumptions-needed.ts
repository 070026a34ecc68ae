/** The assumptions that a verdict rests on (M26). */
import type { Assumption, Policy } from '../../model/policy/policy.js';
import { joined } from '../conditions/joined.js';
import type { Resumable } from '../limits/resumable.js';
import type { RuleReference, VerdictWord } from '../results/result.js';

/**
 * The assumptions without which the verdict would differ. If no single one is needed but they are needed together,
 * these are all of them. Assumptions that trust an agent are part of every verdict.
 *
 * @param seen the assumptions that the claim sees
 * @param verdictOf returns the verdict of the claim in a policy with other assumptions
 */
export function* restings(
    policy: Policy,
    seen: ReadonlySet<Assumption>,
    verdict: VerdictWord,
    verdictOf: (policy: Policy) => Resumable<VerdictWord>
): Resumable<Assumption[]> {
    const all = policy.assumptions ?? [];
    const without = function* (left: (assumption: Assumption) => boolean): Resumable<boolean> {
        const others = all.filter((assumption) => !left(assumption));
        return (yield* verdictOf({ ...policy, assumptions: others })) !== verdict;
    };
    // A session is valid with and without assumptions.
    const matters = verdict !== 'violated' && verdict !== 'witnessed' && verdict !== 'undecided';
    const candidates = matters ? all.filter((assumption) => seen.has(assumption)) : [];
    const needed: Assumption[] = [];
    for (const candidate of candidates) {
        if (yield* without((assumption) => assumption === candidate)) {
            needed.push(candidate);
        }
    }
    const together =
        needed.length === 0 && candidates.length > 1 && (yield* without((one) => candidates.includes(one)))
            ? candidates
            : needed;
    return all.filter((assumption) => assumption.kind === 'agent' || together.includes(assumption));
}

export function assumptionReference({ text, source, usedAt, annotations }: Assumption): RuleReference {
    return { text, source, ...(usedAt && { usedAt }), ...(annotations && { annotations }) };
}

/** A sentence to follow the explanation of a verdict; empty if the verdict rests on no assumptions. */
export function assumptionsNeededText(assumptions: readonly Assumption[]): string {
    const lineOf = ({ source, usedAt }: Assumption): number => (usedAt ?? source).start.line + 1;
    const parts = assumptions.map((one) => `\`${one.text}\` (line ${lineOf(one)})`);
    return parts.length === 0 ? '' : ` It rests on assumptions: ${joined(parts)}.`;
}
