/**
 * The questions that claims reduce to. An author writes claims of many kinds; the checker has five goals. A new kind of
 * claim with one of these goals only needs an entry in `QUESTIONS`.
 */
import type {
    Annotation,
    CallPattern,
    Claim,
    Condition,
    EventPattern,
    SafetyClaim,
    Source
} from '../../model/policy/policy.js';
import type { Words } from './words.js';
import { USUAL_WORDS } from './words.js';

interface QuestionBase {
    readonly name: string;
    readonly text: string;
    readonly source: Source;
    /** The place where the policy uses a claim that a pack brings; `source` is in the pack. */
    readonly usedAt?: Source;
    readonly annotations?: readonly Annotation[];
    /** True if the claim covers all sessions of an agent (M19). */
    readonly across?: boolean;
    /** True if earlier sessions leave nothing but the history that the question itself reads. */
    readonly startsClean?: true;
    /** What must be possible for the claim not to be vacuous (M22). */
    readonly premises: readonly Premise[];
    readonly words: Words;
}

/** Either a judged call, or the trigger. */
export type Premise = 'judged' | 'trigger';

/** No call of the subject may be released while `bad` is true (M20); unknown counts against the claim (M3). */
export type ReleaseQuestion = QuestionBase & {
    readonly goal: 'release';
    readonly subject: CallPattern;
    readonly bad: Condition;
    /** The condition F of `after F`. */
    readonly trigger?: Condition;
};

/** Every call of the subject made while `when` is true must be decided this way. */
export type DecisionQuestion = QuestionBase & {
    readonly goal: 'decision';
    readonly subject: CallPattern;
    readonly when: Condition;
    readonly decision: 'allowed' | 'denied' | 'held';
};

/** The condition must be true in every state; no call is in scope. */
export type StateQuestion = QuestionBase & {
    readonly goal: 'state';
    readonly condition: Condition;
    /** True if it must be true for every agent, in a question that the checker asks. The condition of a claim reads no agent. */
    readonly isOfEachAgent?: true;
    /** The claim is vacuous if this never becomes true. */
    readonly trigger?: Condition;
};

/** Some session must complete these steps. */
export type WorkQuestion = QuestionBase & {
    readonly goal: 'work';
    readonly steps: readonly EventPattern[];
    readonly withoutApproval: boolean;
    /** The maximum number of seconds from the first release to the last. */
    readonly window?: number;
};

/** From every state that hijacked agents can reach, a release of the subject must be reachable (M21). */
export type RecoveryQuestion = QuestionBase & {
    readonly goal: 'recovery';
    readonly subject: CallPattern;
    /** Parameters of the subject that are universally quantified. */
    readonly keys: readonly string[];
    readonly trigger?: Condition;
    /** The maximum time in seconds. */
    readonly window: number;
    readonly withoutApproval: boolean;
};

export type Question = ReleaseQuestion | DecisionQuestion | StateQuestion | WorkQuestion | RecoveryQuestion;

/** A claim that asks the question, for questions that the checker asks by itself. */
export function claimFor(question: ReleaseQuestion | DecisionQuestion | StateQuestion): Claim {
    const { name, text, source } = question;
    const named = { name, text, source };
    switch (question.goal) {
        case 'release':
            return { ...named, kind: 'never', subject: question.subject, bad: question.bad };
        case 'decision': {
            const { subject, when, decision } = question;
            return { ...named, kind: 'decided', subject, when, decision };
        }
        case 'state':
            return { ...named, kind: 'always', condition: question.condition };
    }
}

/** The question that a claim asks: the same object each time, since caches use it as a key. */
export function questionOf(claim: Claim): Question {
    const question = known.get(claim) ?? asked(claim);
    known.set(claim, question);
    return question;
}

const known = new WeakMap<Claim, Question>();

function asked(claim: Claim): Question {
    const { name, text, source, usedAt, annotations, across } = claim;
    const { premises = [], words, ...question } = (QUESTIONS[claim.kind] as (claim: Claim) => QuestionParts)(claim);
    return {
        name,
        text,
        source,
        ...(usedAt && { usedAt }),
        ...(annotations && { annotations }),
        ...(across !== undefined && { across }),
        premises,
        words: { ...USUAL_WORDS, ...words },
        ...question
    };
}

type Own<Q> = Q extends unknown ? Omit<Q, keyof QuestionBase> : never;
type QuestionParts = Own<Question> & { readonly premises?: readonly Premise[]; readonly words?: Partial<Words> };

/** The question that a claim of each kind asks. */
const QUESTIONS: { readonly [Kind in Claim['kind']]: (claim: Claim & { readonly kind: Kind }) => QuestionParts } = {
    never: (claim) => ({ ...released(claim), premises: claim.trigger ? ['trigger'] : [] }),
    'at most': (claim) => released(claim),
    requires: (claim) => ({
        ...released(claim),
        premises: ['judged'],
        words: {
            vacuous: `It holds only because no call of ${claim.subject.text} is ever let through.`,
            although: ' although the requirement of the claim is not met',
            unjudged: `${claim.subject.text} is not let through`
        }
    }),
    'no flow': (claim) => ({
        ...released(claim),
        premises: ['judged', 'trigger'],
        words: {
            vacuous: 'It holds only because nothing is ever read from the source, or nothing ever reaches the sink.',
            unjudged: `${claim.subject.text} is not let through`,
            untriggered: 'nothing is read from the source'
        }
    }),
    decided: ({ subject, when, decision }) => ({
        goal: 'decision',
        subject,
        when,
        decision,
        premises: ['judged'],
        words: {
            vacuous: `It holds only because no call of ${subject.text} is ever made under this condition.`,
            unjudged: `${subject.text} is not called under this condition`
        }
    }),
    withheld: ({ subject, condition, trigger }) => ({
        goal: 'state',
        condition,
        trigger,
        premises: ['trigger'],
        words: {
            vacuous: `It holds only because no call of ${subject.text} ever succeeds under this condition.`,
            broken: `An agent gets a result of ${subject.text} that no rule withholds`,
            untriggered: `no call of ${subject.text} succeeds under this condition`
        }
    }),
    always: ({ condition }) => ({ goal: 'state', condition }),
    possible: ({ steps, withoutApproval, window }) => ({
        goal: 'work',
        steps,
        withoutApproval,
        ...(window !== undefined && { window })
    }),
    'stays possible': ({ subject, keys, trigger, window, withoutApproval }) => ({
        goal: 'recovery',
        subject,
        keys,
        ...(trigger && { trigger }),
        window,
        withoutApproval,
        premises: trigger ? ['trigger'] : []
    })
};

function released({ subject, bad, trigger }: SafetyClaim): Own<ReleaseQuestion> {
    return { goal: 'release', subject, bad, ...(trigger && { trigger }) };
}
