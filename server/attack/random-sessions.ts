/** Random sessions of a policy, biased towards what it has conditions on. */
import type { Policy } from '../model/policy/policy.js';
import { PlayedSession } from '../checker/aimed-sessions/session.js';
import { vocabularyOf } from '../checker/aimed-sessions/vocabulary.js';
import { Random } from './random.js';
import { Steps } from './steps.js';

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
