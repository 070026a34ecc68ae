/**
 * M22: a claim that holds in an over-approximation may be vacuous in the real system, so a session must show that the
 * subject of the claim happens.
 */
import { alwaysSo, noRelease } from '../questions/own.js';
import type { Condition, Policy } from '../../model/policy/policy.js';
import type { Question, ReleaseQuestion, StateQuestion } from '../questions/question.js';
import { triggerIn } from '../questions/parts.js';
import { TRUE } from '../../model/policy/truth.js';
import type { Answer } from '../search/answer.js';
import type { Pausing } from '../limits/resumable.js';
import type { VerdictWord } from '../results/result.js';
import { isShownBy } from '../scenarios/evidence.js';
import { verdictOf } from '../results/verdict.js';

/**
 * Weakens a claim that holds, based on its witnesses: *vacuous* if one is impossible; otherwise with a scope that names
 * those that were not found.
 *
 * @param searchFor the search that decides a claim of the whole policy
 */
export function* confirmed(
    found: Answer,
    policy: Policy,
    question: Question,
    searchFor: (witness: Witness) => Pausing<Answer>
): Pausing<Answer> {
    const open: { readonly text: string; readonly verdict: VerdictWord }[] = [];
    for (const witness of witnessesOf(question).filter((one) => !isShown(policy, one))) {
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
    const evidence = { goal: question.goal, session: false, exhausted: true, scopes, empty: never } as const;
    return { ...found, scopes, verdict: verdictOf(evidence) };
}

/** A claim that the condition is never true: violated by a session in which it is. */
export type Witness = ReleaseQuestion | StateQuestion;

/** True if a scenario witnesses it, which needs no search. */
function isShown(policy: Policy, witness: Witness): boolean {
    return policy.scenarios.some((scenario) => isShownBy(policy, witness, scenario));
}

/** Claims that are violated by a session in which the subject of the claim happens. */
function witnessesOf(question: Question): Witness[] {
    const named = { name: question.name, source: question.source };
    const witnesses: Witness[] = [];
    if (question.goal === 'release' && question.premises.includes('judged')) {
        const text = `${question.subject.text} can be released`;
        witnesses.push(noRelease({ ...named, text }, question.subject, { op: 'constant', value: TRUE }));
    }
    const trigger = triggerIn(question);
    if (trigger) {
        const condition: Condition = { op: 'not', arg: trigger };
        witnesses.push(alwaysSo({ ...named, text: 'its trigger can happen' }, condition));
    }
    return witnesses;
}
