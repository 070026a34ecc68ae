/**
 * M22: a claim that holds in an over-approximation may be vacuous in the real system, so a session must show that the
 * subject of the claim happens.
 */
import { alwaysSo, noRelease } from '../questions/own.js';
import type { Condition, Policy } from '../../model/policy/policy.js';
import { claimFor } from '../questions/question.js';
import type { DecisionQuestion, Question, ReleaseQuestion, StateQuestion } from '../questions/question.js';
import { triggerIn } from '../questions/parts.js';
import { TRUE } from '../../model/policy/truth.js';
import type { Answer } from '../search/answer.js';
import type { Resumable } from '../limits/resumable.js';
import type { VerdictWord } from '../results/result.js';
import { isShownToHappen } from '../aimed-sessions/index.js';
import { isShownBy } from '../scenarios/evidence.js';
import { verdictOf } from '../results/verdict.js';
import { proofOf } from './proofs.js';

/**
 * Weakens a claim that holds, based on its witnesses: *vacuous* if one is impossible; otherwise with a scope that names
 * those that were not found.
 *
 * @param searchFor the search that decides a claim of the whole policy
 * @param isBuiltFirst true if such sessions are built before that search
 */
export function* confirmed(
    found: Answer,
    policy: Policy,
    question: Question,
    searchFor: (witness: Witness) => Resumable<Answer>,
    isBuiltFirst = false
): Resumable<Answer> {
    const open: { readonly text: string; readonly verdict: VerdictWord }[] = [];
    const unseen = unshown(policy, question);
    if (unseen.length === 0 || (isBuiltFirst && (yield* isShownToHappen(policy, question)))) {
        return found;
    }
    // In a claim about all sessions the search has other histories than the policy.
    const never =
        found.proof && question.across !== true
            ? firstOf(unseen, (one) => proofOf(policy, claimFor(one))())
            : undefined;
    if (never) {
        return { ...vacuous(found, question), proof: never };
    }
    if (found.proof && question.goal === 'decision' && question.decision === 'allowed') {
        // Such a claim is about calls that are certainly meant, and no condition tells these from the others.
        const { verdict } = yield* searchFor({ ...question, text: unseen[0]!.text });
        return verdict === 'holds'
            ? found
            : verdict === 'vacuous'
              ? vacuous(found, question)
              : weakened(found, question, unseen);
    }
    for (const witness of unseen) {
        const { verdict } = yield* searchFor(witness);
        if (verdict !== 'violated') {
            open.push({ text: witness.text, verdict });
        }
    }
    const isOpen = open.length > 0 && open.every(({ verdict }) => verdict !== 'holds');
    if (isOpen && (yield* isShownToHappen(policy, question))) {
        return found;
    }
    const isNever = found.scopes.length === 0 && open.some(({ verdict }) => verdict === 'holds');
    return isNever ? vacuous(found, question) : weakened(found, question, open);
}

function vacuous({ proof: _, ...found }: Answer, { goal }: Question): Answer {
    return { ...found, verdict: verdictOf({ goal, session: false, exhausted: true, scopes: [], empty: true }) };
}

function firstOf<T, R>(all: readonly T[], of: (one: T) => R | undefined): R | undefined {
    for (const one of all) {
        const found = of(one);
        if (found !== undefined) {
            return found;
        }
    }
    return undefined;
}

/** The claim that holds, if no time is left to search for its witnesses. */
export function unconfirmed(found: Answer, policy: Policy, question: Question): Answer {
    return weakened(found, question, unshown(policy, question));
}

function weakened(found: Answer, question: Question, open: readonly { readonly text: string }[]): Answer {
    if (open.length === 0) {
        return found;
    }
    const unknown = `it is not known whether ${open.map(({ text }) => text).join(' and ')}`;
    if (found.proof) {
        return { ...found, unknown };
    }
    const scopes = [...found.scopes, `${unknown} (values)` as const];
    return {
        ...found,
        scopes,
        verdict: verdictOf({ goal: question.goal, session: false, exhausted: true, scopes, empty: false })
    };
}

function unshown(policy: Policy, question: Question): Witness[] {
    return witnessesOf(question).filter((one) => !isShown(policy, one));
}

/** A claim that the condition is never true: violated by a session in which it is. */
export type Witness = ReleaseQuestion | StateQuestion | DecisionQuestion;

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
    if (question.goal === 'decision' && question.premises.includes('judged')) {
        // The decision of every such call is known, so that it is never another is violated by any such call.
        const text = `${question.subject.text} is asked for so`;
        const decision = question.decision === 'denied' ? 'held' : 'denied';
        witnesses.push({ ...question, ...named, text, decision, premises: [] });
    }
    const trigger = triggerIn(question);
    if (trigger) {
        const condition: Condition = { op: 'not', arg: trigger };
        witnesses.push(alwaysSo({ ...named, text: 'its trigger can happen' }, condition));
    }
    return witnesses;
}
