/**
 * Sessions with an aim: the rules that stop a call say what has to happen before it, and that is done first, in the same way.
 * So a session of ten steps is built where a search in order of length has to look at all shorter ones. The decision procedure
 * plays it, and the judge of claims judges it, as those of all sessions that are played.
 */
import type { Policy } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import { Aim } from './aim.js';
import { ALWAYS, callersOf } from './aimed-calls.js';
import type { PlayedSession } from './session.js';

/** A session in which the question is met, or in which its subject happens; undefined if none was built. */
export function* aimedSessions(policy: Policy, question: Question): Generator<PlayedSession> {
    switch (question.goal) {
        case 'release':
            for (const wanted of [question.bad, ALWAYS]) {
                for (const { tool, agent } of callersOf(policy, question.subject)) {
                    const aim = new Aim(policy);
                    if (aim.released({ tool, agent, wanted }, 0)) {
                        yield aim.session;
                    }
                }
            }
            break;
        case 'work': {
            const aim = new Aim(policy);
            const isDone = question.steps.every((step) => aim.happens(step, {}, undefined, 0));
            if (isDone) {
                yield aim.session;
            }
            break;
        }
        default:
    }
}
