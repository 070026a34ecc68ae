/** The methods that are tried for a question, in order, each with its share of the time. */
import { joined } from '../conditions/joined.js';
import { searchStaysPossible } from '../recoverability/check.js';
import type { Policy } from '../../model/policy/policy.js';
import type { Reach } from '../reductions/cone.js';
import { reachOf } from '../reductions/cone.js';
import { beside } from '../search/search-log.js';
import type { Attempt, Problem } from './attempts.js';
import { searchWithin } from './concrete.js';
import { searchEach } from './each-constant.js';
import { searchExactly } from './exact.js';
import { approximated, whyOpen } from './over-approximation.js';
import { aimedEvidence } from '../aimed-sessions/index.js';
import { sampledAnswer, settledAnswer } from './without-search.js';
import { unanswered } from './unanswered.js';
import { recoveryByRules } from './recovery-by-rules.js';
import { obstaclesIn } from './proofs.js';
import type { Answer } from '../search/answer.js';
import { confirmed, unconfirmed } from './witnesses.js';

/** True if keys, counts, totals or approvals of several calls in the reach multiply the states. */
function isLong({ monitors }: Policy, { monitors: seen, recorders, rules }: Reach): boolean {
    return (
        recorders.size > 0 ||
        monitors.some(({ keys }, index) => keys !== undefined && seen.has(index)) ||
        [...rules].some((rule) => rule.kind === 'approval' && rule.per !== undefined)
    );
}

/** A session that was not searched for in order of length may have a shorter one, if the asker wants it. */
function shorterOne(_: Answer, { options }: Problem): string | undefined {
    return options.isShortestWanted ? undefined : 'there may be a shorter one';
}

/** The reason for searching concrete sessions. */
const UNFINISHED = 'what was not explored in time';

export const TABLE: readonly Attempt[] = [
    {
        // Most work that is asked for can be done, which a session shows at once.
        method: 'a proof',
        share: 1 / 2,
        isFor: ({ isToBeProved, question, beyond, isWide }) =>
            isToBeProved && (question.goal !== 'work' || beyond.length > 0 || isWide),
        *search(problem) {
            const found = provedAnswer(problem);
            return found ? yield* problem.confirmed(found) : 'none was found';
        },
        spent: (_, problem) => {
            const found = provedAnswer(problem);
            return found && unconfirmed(found, problem.policy, problem.question);
        }
    },
    {
        method: 'what stays possible by the rules alone',
        share: 1 / 4,
        isFor: ({ question, beyond }) => question.goal === 'recovery' && beyond.length > 0,
        // eslint-disable-next-line require-yield
        *search({ policy, question }) {
            const found = question.goal === 'recovery' ? recoveryByRules(policy, question) : undefined;
            return found ?? 'it depends on what happened before';
        }
    },
    {
        // What the rules ask for is done step by step, which takes no search.
        method: 'a session with this aim',
        share: 1 / 8,
        isFor: ({ isWhole, policy, question, beyond, isWide }) =>
            isWhole &&
            (beyond.length > 0 || isWide || (question.across === true && isLong(policy, reachOf(policy, question)))),
        *search({ policy, question }) {
            const found = yield* aimedEvidence(policy, question);
            return found ? sampledAnswer(policy, question, found) : 'none was built';
        },
        leavesOpen: shorterOne
    },
    {
        // Counts and totals multiply with keys and windows, and so does what the rules of many uses read. Few claims depend on it.
        method: 'few rules first',
        share: 1 / 2,
        isFor: ({ isWhole, policy, question, isWide }) =>
            isWhole && (isWide || reachOf(policy, question).recorders.size > 0),
        *search(problem) {
            const found = yield* problem.withFewRules();
            if (!found) {
                return 'the rules that matter cannot be left out';
            }
            const isCut = found.exploration.limit !== undefined;
            const isEnough = isCut ? problem.options.isFewEnough === true : found.scopes.length === 0;
            return isEnough ? found : (found.exploration.limit ?? 'its answer covers only a scope');
        }
    },
    {
        method: 'finite system',
        share: 3 / 4,
        isFor: () => true,
        unfit: ({ open, question, sessionKinds }) => {
            // An over-approximation reaches more states, and more stays possible in them, so it proves nothing here.
            const unfit = open.filter(({ isMore }) => !isMore || question.goal === 'recovery');
            return unfit.length > 0
                ? `it does not represent ${joined([...new Set(unfit.map(({ what }) => what))])}`
                : sessionKinds
                  ? undefined
                  : 'the constants of a session have too many values';
        },
        *search({ policy, question, options, open, sessionKinds = [] }) {
            const approximates = open.map(({ what }) => what);
            return yield* searchEach(policy, question, sessionKinds, options, (fixed, of, limited) =>
                of.goal === 'recovery'
                    ? searchStaysPossible(fixed, of, limited)
                    : searchExactly(fixed, of, limited, approximates)
            );
        },
        spent: (spent, { open }) => ({
            ...unanswered(spent),
            approximates: [...open.map(({ what }) => what), UNFINISHED]
        }),
        leavesOpen: whyOpen,
        *confirmed(found, { policy, question, options, ask }) {
            return approximated(found) && found.verdict === 'holds'
                ? yield* confirmed(found, policy, question, (witness) =>
                      ask.plain(policy, witness, beside(options, `the opposite of "${witness.text}"`))
                  )
                : found;
        }
    },
    {
        method: 'few rules',
        share: 1 / 2,
        isFor: ({ isWhole }) => isWhole,
        *search(problem) {
            return (yield* problem.withFewRules()) ?? 'the rules that matter cannot be left out';
        }
    },
    {
        method: 'concrete sessions',
        isFor: () => true,
        *search({ policy, question, options, beyond }) {
            return yield* searchWithin(policy, question, beyond, options);
        }
    }
];

/** The answer with the proof that settles the question; undefined if none is found. */
export function provedAnswer({ policy, question, proof }: Problem): Answer | undefined {
    const obstacles = proof && question.goal === 'work' ? obstaclesIn(policy, question, proof) : [];
    return proof && { ...settledAnswer(policy, question), obstacles, furthest: proof.certificate.step ?? 0, proof };
}
