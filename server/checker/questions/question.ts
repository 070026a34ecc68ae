/**
 * The questions that claims come down to. An author writes claims of many kinds; the checker knows five goals. A new kind of
 * claim that has one of them needs an entry in `QUESTIONS`, and nothing else in the checker.
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
    /** The use in the policy of a claim that a pack brings. `source` is in the pack. */
    readonly usedAt?: Source;
    readonly annotations?: readonly Annotation[];
    /** The claim is about all sessions of an agent (M19). */
    readonly across?: boolean;
    /** What must be able to happen, or the claim is vacuous (M22). */
    readonly premises: readonly Premise[];
    readonly words: Words;
}

/** Some call is judged; the trigger happens. */
export type Premise = 'judged' | 'trigger';

/** No call of the subject may be released while `bad` is so (M20); unknown counts against the claim (M3). */
export type ReleaseQuestion = QuestionBase & {
    readonly goal: 'release';
    readonly subject: CallPattern;
    readonly bad: Condition;
    /** `after F`. */
    readonly trigger?: Condition;
};

/** Every call of the subject, made while `when` is so, must be decided in this way. */
export type DecisionQuestion = QuestionBase & {
    readonly goal: 'decision';
    readonly subject: CallPattern;
    readonly when: Condition;
    readonly decision: 'allowed' | 'denied' | 'held';
};

/** The condition must be so in every state; no call is in scope. */
export type StateQuestion = QuestionBase & { readonly goal: 'state'; readonly condition: Condition };

/** Some session must do these steps. */
export type WorkQuestion = QuestionBase & {
    readonly goal: 'work';
    readonly steps: readonly EventPattern[];
    readonly withoutApproval: boolean;
    /** Seconds from the first release to the last. */
    readonly window?: number;
};

/** From every state that hijacked agents can reach, some way must lead to a release of the subject (M21). */
export type RecoveryQuestion = QuestionBase & {
    readonly goal: 'recovery';
    readonly subject: CallPattern;
    /** Parameters of the subject that are universal. */
    readonly keys: readonly string[];
    readonly trigger?: Condition;
    /** Seconds. */
    readonly window: number;
    readonly withoutApproval: boolean;
};

export type Question = ReleaseQuestion | DecisionQuestion | StateQuestion | WorkQuestion | RecoveryQuestion;

/** The question that a claim asks: the same object each time, since much is kept for each question. */
export function questionOf(claim: Claim): Question {
    const question = known.get(claim) ?? asked(claim);
    known.set(claim, question);
    return question;
}

const known = new WeakMap<Claim, Question>();

function asked(claim: Claim): Question {
    const { name, text, source, usedAt, annotations, across } = claim;
    const { premises = [], words, ...question } = (QUESTIONS[claim.kind] as (claim: Claim) => Asked)(claim);
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
type Asked = Own<Question> & { readonly premises?: readonly Premise[]; readonly words?: Partial<Words> };

/** What a claim of each kind asks. */
const QUESTIONS: { readonly [Kind in Claim['kind']]: (claim: Claim & { readonly kind: Kind }) => Asked } = {
    never: (claim) => ({ ...released(claim), premises: claim.trigger ? ['trigger'] : [] }),
    'at most': (claim) => released(claim),
    requires: (claim) => ({
        ...released(claim),
        premises: ['judged'],
        words: {
            vacuous: `It holds only because no call of ${claim.subject.text} is ever let through.`,
            although: ' although what the claim requires is not so',
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
            unjudged: `${subject.text} is not asked for so`
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
