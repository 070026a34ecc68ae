/**
 * What sessions that are built from what the rules ask for show of the claims of a policy. They find quickly what a search in
 * order of length finds late: a session that breaks a claim, or one in which the subject of the claim happens.
 */
import type { Policy, ScenarioStep } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import { questionOf } from '../questions/question.js';
import type { Resumable } from '../limits/resumable.js';
import { isJudged, type JudgedQuestion } from '../reductions/all-sessions.js';
import { evidenceOf, shownBy } from '../scenarios/evidence.js';
import type { ShownSession } from '../results/with-evidence.js';
import { aimedOverSessions, aimedSessions } from './aimed.js';
import type { PlayedSession } from './session.js';
import { shortened } from './shorten.js';

/** The sessions that were built for the claims of a policy so far. */
class Samples {
    /** The claims for which all sessions have been built. */
    private readonly built = new Set<number>();
    private readonly met = new Map<number, PlayedSession>();
    private readonly spoken = new Set<number>();

    constructor(private readonly policy: Policy) {}

    /** A session that breaks the claim, or completes its steps. */
    *meeting(claim: number): Resumable<PlayedSession | undefined> {
        yield* this.buildUntil(() => this.met.has(claim), claim);
        return this.met.get(claim);
    }

    /** True if the subject of the claim happens in some session. */
    *isSpoken(claim: number): Resumable<boolean> {
        yield* this.buildUntil(() => this.spoken.has(claim), claim);
        return this.spoken.has(claim);
    }

    private *buildUntil(isShown: () => boolean, claim: number): Resumable<void> {
        if (isShown() || this.built.has(claim)) {
            return;
        }
        const { claims } = this.policy;
        for (const session of aimedSessions(this.policy, questionOf(claims[claim]!))) {
            session.finish();
            session.shown.forEach(({ met, across, spoken }, of) => {
                if (met !== undefined && (across !== true || claims[of]!.across === true) && !this.met.has(of)) {
                    this.met.set(of, session);
                }
                if (spoken !== undefined) {
                    this.spoken.add(of);
                }
            });
            yield session.steps.length;
            if (isShown()) {
                return;
            }
        }
        this.built.add(claim);
    }
}

const samples = new WeakMap<Policy, Samples>();

function samplesOf(policy: Policy): Samples {
    const known = samples.get(policy) ?? new Samples(policy);
    samples.set(policy, known);
    return known;
}

/**
 * A session that breaks the claim, or completes its steps, without the parts that are not needed for that. It may not be a
 * shortest one. Undefined if none was built, or the question is not that of a claim of the policy.
 */
export function* aimedEvidence(policy: Policy, question: Question): Resumable<ShownSession | undefined> {
    if (question.across === true && isJudged(question)) {
        return yield* overSessions(policy, question);
    }
    const index = indexOf(policy, question);
    const found = index === undefined ? undefined : yield* samplesOf(policy).meeting(index);
    if (!found) {
        return undefined;
    }
    const { name, source } = question;
    const judged = (isKept: (step: ScenarioStep) => boolean): ShownSession | undefined => {
        const isMet = ({ shown }: PlayedSession): boolean => {
            const { met, across } = shown[index!]!;
            return met !== undefined && !across;
        };
        const { steps } = shortened(policy, found, isMet, isKept);
        // Judged once more, as the session of a scenario is.
        return evidenceOf(policy, { name, steps, source }, [policy.claims[index!]!]).find((one) => !one.isAcross);
    };
    // A session that something in sight may read the clock of starts at some time, even if nothing depends on it.
    return judged(() => false) ?? judged(({ kind }) => kind === 'at');
}

/** Sessions of one agent, one after the other, that break the claim over all of them. */
function* overSessions(policy: Policy, question: JudgedQuestion): Resumable<ShownSession | undefined> {
    const { name, source } = question;
    const judged = ({ steps }: PlayedSession): ShownSession | undefined =>
        shownBy(policy, question, { name, steps, source });
    for (const session of aimedOverSessions(policy, question)) {
        session.finish();
        yield session.steps.length;
        if (judged(session)) {
            return judged(shortened(policy, session, (one) => judged(one) !== undefined));
        }
    }
    return undefined;
}

/** True if the subject of the claim happens in one of the sessions that are built for the claim. */
export function* isShownToHappen(policy: Policy, question: Question): Resumable<boolean> {
    const claim = indexOf(policy, question);
    return claim !== undefined && (yield* samplesOf(policy).isSpoken(claim));
}

function indexOf({ claims }: Policy, question: Question): number | undefined {
    const index = claims.findIndex((claim) => questionOf(claim) === question);
    return index < 0 ? undefined : index;
}
