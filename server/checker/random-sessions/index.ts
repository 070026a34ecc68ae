/**
 * Random sessions of a policy, biased towards what it has conditions on. They find quickly what a search in order of length
 * finds late: a session that breaks a claim, or one in which the subject of the claim happens.
 */
import type { Policy, ScenarioStep } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import { questionOf } from '../questions/question.js';
import { spend } from '../limits/budget.js';
import { limitOf } from '../limits/limits.js';
import { UNITS } from '../limits/units.js';
import type { Resumable } from '../limits/resumable.js';
import { isJudged, type JudgedQuestion } from '../reductions/all-sessions.js';
import { evidenceOf, shownBy } from '../scenarios/evidence.js';
import type { ShownSession } from '../results/with-evidence.js';
import { aimedOverSessions, aimedSessions } from './aimed.js';
import { Random } from './random.js';
import { PlayedSession, type ClaimObservations } from './session.js';
import { shortened } from './shorten.js';
import { Steps } from './steps.js';
import { vocabularyOf } from './vocabulary.js';

/** Random sessions of the policy, one after the other; the same seed gives the same ones. */
export function* sessionsOf(policy: Policy, seed: number): Generator<PlayedSession, never> {
    const steps = new Steps(policy, vocabularyOf(policy), new Random(seed));
    for (;;) {
        yield playedAtRandom(policy, steps);
    }
}

/** The number of steps drawn for each one taken, since some cannot be taken. */
const MOST_DRAWN = 4;

function playedAtRandom(policy: Policy, steps: Steps): PlayedSession {
    const session = new PlayedSession(policy);
    steps.start().forEach((step) => session.take(step));
    const length = session.steps.length + steps.length();
    for (let drawn = 0; session.steps.length < length && drawn < length * MOST_DRAWN; drawn++) {
        session.take(steps.next(session));
    }
    session.finish();
    return session;
}

/** The sessions that were played for a policy so far, and what they show of its claims. */
class Samples {
    private sessions: Generator<PlayedSession, never>;
    private played = 0;
    /** The claims for which all sessions with an aim have been built. */
    private readonly aims = new Set<number>();
    private readonly first = { met: new Map<number, PlayedSession>(), spoken: new Set<number>() };

    constructor(private readonly policy: Policy) {
        this.sessions = sessionsOf(policy, SEED);
    }

    /** A session that breaks the claim, or completes its steps, built for that. */
    *aimed(claim: number): Resumable<PlayedSession | undefined> {
        yield* this.aimUntil(() => this.first.met.has(claim), claim);
        return this.first.met.get(claim);
    }

    /** The same, built or found at random. */
    *met(claim: number): Resumable<PlayedSession | undefined> {
        yield* this.playUntil(() => this.first.met.has(claim), SESSIONS_FOR_A_SESSION);
        return this.first.met.get(claim);
    }

    /** True if the subject of the claim happens in some session. */
    *isSpoken(claim: number, most: number): Resumable<boolean> {
        yield* this.aimUntil(() => this.first.spoken.has(claim), claim);
        yield* this.playUntil(() => this.first.spoken.has(claim), most);
        return this.first.spoken.has(claim);
    }

    private *aimUntil(isShown: () => boolean, claim: number): Resumable<void> {
        if (isShown() || this.aims.has(claim)) {
            return;
        }
        for (const session of aimedSessions(this.policy, questionOf(this.policy.claims[claim]!))) {
            session.finish();
            session.shown.forEach((shown, of) => this.note(session, shown, of));
            yield session.steps.length;
            if (isShown()) {
                return;
            }
        }
        this.aims.add(claim);
    }

    private *playUntil(isShown: () => boolean, most: number): Resumable<void> {
        while (!isShown() && this.played < Math.min(most, limitOf('randomSessions'))) {
            const session = this.next();
            spend(session.steps.length * UNITS.sessionStep);
            session.shown.forEach((shown, claim) => this.note(session, shown, claim));
            yield session.steps.length;
        }
    }

    private next(): PlayedSession {
        try {
            const { value } = this.sessions.next();
            this.played++;
            return value;
        } catch (error) {
            // The time of a claim ended in the middle of a session: the next claim starts again.
            this.sessions = sessionsOf(this.policy, SEED);
            this.played = 0;
            throw error;
        }
    }

    private note(session: PlayedSession, { met, across, spoken }: ClaimObservations, claim: number): void {
        if (met !== undefined && (across !== true || this.policy.claims[claim]!.across === true)) {
            const known = this.first.met.get(claim);
            this.first.met.set(claim, known ?? session);
        }
        if (spoken !== undefined) {
            this.first.spoken.add(claim);
        }
    }
}

/**
 * Most sessions that random play finds at all are found within this number, and the search that follows needs its time.
 */
const SESSIONS_FOR_A_SESSION = 100;

/** The same sessions each time, so that a verdict does not depend on chance. */
const SEED = 1;

const samples = new WeakMap<Policy, Samples>();

function samplesOf(policy: Policy): Samples {
    const known = samples.get(policy) ?? new Samples(policy);
    samples.set(policy, known);
    return known;
}

/**
 * A random session that breaks the claim, or completes its steps, without the parts that are not needed for that. It may
 * not be a shortest one. Undefined if none was found, or the question is not that of a claim of the policy.
 */
export function* sampledEvidence(
    policy: Policy,
    question: Question,
    how: 'aimed' | 'met' = 'met'
): Resumable<ShownSession | undefined> {
    if (question.across === true && isJudged(question)) {
        return how === 'aimed' ? yield* overSessions(policy, question) : undefined;
    }
    const index = indexOf(policy, question);
    const found = index === undefined ? undefined : yield* samplesOf(policy)[how](index);
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

/** True if the subject of the claim happens in one of the random sessions, or of the first `most` of them. */
export function* happensAtRandom(policy: Policy, question: Question, most = Infinity): Resumable<boolean> {
    const claim = indexOf(policy, question);
    return claim !== undefined && (yield* samplesOf(policy).isSpoken(claim, most));
}

function indexOf({ claims }: Policy, question: Question): number | undefined {
    const index = claims.findIndex((claim) => questionOf(claim) === question);
    return index < 0 ? undefined : index;
}
