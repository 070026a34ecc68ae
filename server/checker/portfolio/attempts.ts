/** Tries methods for a question one after the other, until one of them answers it. */
import type { Arguments, Policy } from '../../model/policy/policy.js';
import { Budget, BudgetSpent, workLeft, within } from '../limits/budget.js';
import type { Resumable } from '../limits/resumable.js';
import type { Question } from '../questions/question.js';
import type { Reach } from '../reductions/cone.js';
import { reachOf } from '../reductions/cone.js';
import { visibleIn } from '../reductions/visible-effects.js';
import { kindsOfSessions } from '../reductions/environment/constants.js';
import type { Beyond } from '../results/result.js';
import type { Answer } from '../search/answer.js';
import type { ExploreOptions } from '../search/breadth-first.js';
import type { OpenAttempt } from '../search/search-log.js';
import { beside } from '../search/search-log.js';
import { CONSTANTS } from '../system/support-table.js';
import type { Proved } from '../../certificates/prove.js';
import type { SearchIn } from './fewer-rules.js';
import type { Prove } from './proofs.js';
import { confirmedWithFew, searchRelaxed } from './fewer-rules.js';
import { confirmed } from './witnesses.js';
import { preferred } from './over-approximation.js';

/** Answers another question, or the same question under other rules. */
export type Ask = (policy: Policy, question: Question, options: ExploreOptions) => Resumable<Answer>;

/** A question and the data that the methods share while they search for its answer. */
export class Problem {
    private kinds: { readonly of: readonly Arguments[] | undefined } | undefined;
    private proving: { proof: Proved | undefined } | undefined;
    private few: { answer: Answer | undefined } | undefined;
    private readByRules: number | undefined;

    /**
     * @param beyond the features that the finite system does not represent
     * @param isWhole true for the claim itself; auxiliary questions are searched with all rules at once
     * @param ask answers a question by all methods, or by those that search with all rules
     * @param prove undefined if a proof of the question is not searched for
     */
    constructor(
        readonly policy: Policy,
        readonly question: Question,
        readonly options: ExploreOptions,
        readonly beyond: readonly Beyond[],
        readonly isWhole: boolean,
        readonly ask: { readonly whole: Ask; readonly plain: Ask },
        private readonly prove?: Prove
    ) {}

    /** The features that the finite system does not represent, for all constants of a session. */
    get open(): readonly Beyond[] {
        return this.beyond.filter(({ what }) => what !== CONSTANTS);
    }

    /**
     * True if the rules in the claim's reach read much history that the claim does not read itself, or if conditions see
     * the answers to many requirements: all of it together may have very many states.
     */
    get isWide(): boolean {
        const { policy, question } = this;
        if (this.readByRules === undefined) {
            const reach = reachOf(policy, question);
            const own = partsOf(reachOf({ ...policy, rules: [] }, question));
            this.readByRules = partsOf(reach) - own + answersSeen(policy, question, reach);
        }
        return this.readByRules >= MANY;
    }

    /** The possible constants of a session; undefined if there are too many. */
    get sessionKinds(): readonly Arguments[] | undefined {
        const { policy, question, beyond, open } = this;
        this.kinds ??= {
            of: open.length < beyond.length ? kindsOfSessions(policy, question, reachOf(policy, question)) : [{}]
        };
        return this.kinds.of;
    }

    get isToBeProved(): boolean {
        return this.prove !== undefined;
    }

    /** The proof that settles the question; undefined if none is found. */
    get proof(): Proved | undefined {
        if (!this.proving) {
            this.proving = { proof: undefined };
            this.proving.proof = this.prove?.();
        }
        return this.proving.proof;
    }

    /** The answer that the claim holds, once sessions have shown that the claim is not vacuous. */
    confirmed(found: Answer): Resumable<Answer> {
        const { policy, question, options, beyond, ask } = this;
        return beyond.length > 0 || this.isWide
            ? confirmedWithFew(found, policy, question, this.searchPlainly, options.shared, true)
            : // The finite system represents all of the policy, and searching it is quick.
              confirmed(found, policy, question, (witness) =>
                  ask.plain(policy, witness, beside(options, `the opposite of "${witness.text}"`))
              );
    }

    private readonly searchPlainly: SearchIn = (some, of, more, about) => {
        const { options, ask } = this;
        return ask.plain(some, of, beside({ ...options, ...more }, about(options.log?.about ?? '')));
    };

    /** The result of the search with few rules; undefined if it takes too much work. It is computed once. */
    *withFewRules(): Resumable<Answer | undefined> {
        const { policy, question, options } = this;
        if (!this.few) {
            this.few = { answer: undefined };
            this.few.answer = yield* searchRelaxed(policy, question, this.searchPlainly, options);
        }
        return this.few.answer;
    }
}

/** Each of these parts multiplies the states by two or three. */
const MANY = 4;

/** The number of facts about the history that a claim and the rules in its reach read. */
function partsOf({ monitors, machines, labels, received }: Reach): number {
    return monitors.size + machines.size + bitsIn(labels) + bitsIn(received);
}

/** The number of requirements of held calls, if some condition sees that calls are held or answered. */
function answersSeen(policy: Policy, question: Question, { rules }: Reach): number {
    return question.goal !== 'recovery' && visibleIn(policy, question) === 'attempts'
        ? [...rules].filter(({ kind }) => kind === 'approval').length
        : 0;
}

function bitsIn(bits: number): number {
    let count = 0;
    for (let left = bits; left !== 0; left &= left - 1) {
        count++;
    }
    return count;
}

export interface Attempt {
    readonly method: string;
    /**
     * The fraction of the remaining work that the method may use before the next method is tried; if absent, all of it.
     */
    readonly share?: number;
    readonly isFor: (problem: Problem) => boolean;
    /** The reason why the method is not tried for the problem; if absent or undefined, it is tried. */
    readonly unfit?: (problem: Problem) => string | undefined;
    /** Returns a text, the reason, if the method gives no answer. */
    readonly search: (problem: Problem) => Resumable<Answer | string>;
    /** The answer when the method's share of the work, or the time, is spent, if there is one. */
    readonly spent?: (spent: Budget, problem: Problem) => Answer | undefined;
    /** The reason why the next methods are tried too; if absent or undefined, the answer is final. */
    readonly leavesOpen?: (answer: Answer, problem: Problem) => string | undefined;
    /** The final answer, after confirmation. */
    readonly confirmed?: (answer: Answer, problem: Problem) => Resumable<Answer>;
}

export function* tried(table: readonly Attempt[], problem: Problem): Resumable<Answer> {
    let open: Answer | undefined;
    for (const attempt of table.filter((one) => one.isFor(problem))) {
        const record = problem.options.log?.begin(attempt.method);
        const unfit = attempt.unfit?.(problem);
        if (unfit !== undefined) {
            noted(record, { outcome: 'not tried', why: unfit });
            continue;
        }
        const share = smaller(attempt.share, shareAfter(open));
        const found = yield* inItsShare({ ...attempt, ...(share !== undefined && { share }) }, problem, record, open);
        if (typeof found === 'string') {
            noted(record, { why: found });
            continue;
        }
        const why = attempt.leavesOpen?.(found, problem);
        if (why === undefined) {
            const sure = attempt.confirmed ? yield* attempt.confirmed(found, problem) : found;
            const answer = open ? preferred(open, sure) : sure;
            const { limit } = sure.exploration;
            const cut = sure.verdict === 'undecided' ? { why: limit ?? 'it is open' } : { outcome: 'decided' as const };
            noted(record, { ...cut, verdict: sure.verdict });
            return answer;
        }
        noted(record, { outcome: 'went on', why, verdict: found.verdict });
        open = open ? preferred(open, found) : found;
    }
    return open!;
}

function smaller(a: number | undefined, b: number | undefined): number | undefined {
    return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

/** The fraction of the remaining work for a method, if an earlier answer left the question open. */
function shareAfter(open: Answer | undefined): number | undefined {
    // If a session is known, only a shorter one is searched for. A scope is contested after the search, which takes
    // work too.
    return open?.trace ? 1 / 8 : open?.verdict === 'holds in scope' ? 3 / 4 : undefined;
}

function* inItsShare(
    attempt: Attempt,
    problem: Problem,
    record: OpenAttempt | undefined,
    open: Answer | undefined
): Resumable<Answer | string> {
    const { share, spent } = attempt;
    const openOr = (over: Budget): Answer => {
        // All of the work or the time for the question is spent, so no other method is tried.
        if (!open) {
            throw new BudgetSpent(over);
        }
        return open.verdict === 'undecided'
            ? { ...open, exploration: { ...open.exploration, limit: over.text } }
            : open;
    };
    const budget = new Budget(share === undefined ? {} : { work: share * workLeft() });
    try {
        return yield* within(
            budget,
            attempt.search(problem),
            share === undefined
                ? undefined
                : (over) => spent?.(over, problem) ?? (over === budget ? over.text : openOr(over))
        );
    } finally {
        noted(record, { milliseconds: budget.spent });
    }
}

function noted(record: OpenAttempt | undefined, what: Partial<OpenAttempt>): void {
    if (record) {
        Object.assign(record, what);
    }
}
