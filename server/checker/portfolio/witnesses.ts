/**
 * M22: what holds of more sessions than there are may be vacuous of those that there are, so that a session must show that
 * what the claim speaks of happens.
 */
import type { AlwaysClaim, Claim, Policy, SafetyClaim } from '../../model/policy.js';
import { TRUE } from '../../model/truth.js';
import type { Answer } from '../search/answer.js';
import type { Pausing } from '../limits/resumable.js';
import type { VerdictWord } from '../results/result.js';
import { isShownBy } from '../scenarios/evidence.js';
import { verdictOf } from '../results/verdict.js';

/**
 * What was found to hold, with the verdict that the witnesses leave of it: *vacuous* where one is impossible, else with a
 * scope that names those that were not found.
 *
 * @param searchFor the search that decides a claim of the whole policy
 */
export function* confirmed(
    found: Answer,
    policy: Policy,
    claim: Claim,
    searchFor: (witness: Witness) => Pausing<Answer>
): Pausing<Answer> {
    const open: { readonly text: string; readonly verdict: VerdictWord }[] = [];
    for (const witness of witnessesOf(claim).filter((one) => !isShown(policy, one))) {
        const { verdict } = yield* searchFor(witness);
        if (verdict !== 'violated') {
            open.push({ text: witness.text, verdict });
        }
    }
    if (open.length === 0) {
        return found;
    }
    const never = found.scopes.length === 0 && open.some(({ verdict }) => verdict === 'holds');
    const scopes = never
        ? []
        : [...found.scopes, `it is not known whether ${open.map(({ text }) => text).join(' and ')} (values)` as const];
    const evidence = { kind: 'safety', session: false, exhausted: true, scopes, empty: never } as const;
    return { ...found, scopes, verdict: verdictOf(evidence) };
}

/** A claim that nothing is ever so: violated by a session in which it is. */
export type Witness = SafetyClaim | AlwaysClaim;

/** By a scenario, which costs no search. */
function isShown(policy: Policy, witness: Witness): boolean {
    return policy.scenarios.some((scenario) => isShownBy(policy, witness, scenario));
}

/** Claims that are violated by a session in which what the claim speaks of happens. */
function witnessesOf(claim: Claim): Witness[] {
    const base = { name: claim.name, source: claim.source };
    const released: Witness[] =
        claim.kind === 'requires' || claim.kind === 'no flow'
            ? [
                  {
                      ...base,
                      kind: 'never',
                      subject: claim.subject,
                      bad: { op: 'constant', value: TRUE },
                      text: `${claim.subject.text} can be released`
                  }
              ]
            : [];
    const triggered: Witness[] =
        'trigger' in claim && claim.trigger
            ? [
                  {
                      ...base,
                      kind: 'always',
                      condition: { op: 'not', arg: claim.trigger },
                      text: 'its trigger can happen'
                  }
              ]
            : [];
    return [...released, ...triggered];
}
