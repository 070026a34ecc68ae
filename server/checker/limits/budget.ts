/**
 * The time that a piece of work may take. It is checked from within: every loop that can be long calls `poll`, which
 * ends the work once its budget or an enclosing one is spent, or the check was cancelled. Budgets are not passed as
 * arguments, so that no function between a search and an inner loop can forget them.
 */
import type { Resumable } from './resumable.js';
import { inSeconds } from './seconds.js';

export class CheckCancelled extends Error {
    constructor() {
        super('the check was cancelled');
    }
}

/** Thrown to end work at a limit. The message is the limit that was reached, as reported in a verdict. */
export class LimitMet extends Error {}

/**
 * Thrown to end work whose budget is spent. The code that set the budget then answers without the work; a verdict is
 * undecided.
 */
export class BudgetSpent extends LimitMet {
    constructor(readonly budget: Budget) {
        super(budget.text);
    }
}

export class Budget {
    private before = 0;
    private began = 0;
    /** A budget may be nested in itself; its time is counted only once. */
    private running = 0;

    /**
     * @param milliseconds the time for the work, not counting pauses
     * @param isCancelled polled often
     * @param limit the limit to report when the budget is spent, if not the default
     */
    constructor(
        readonly milliseconds: number,
        readonly isCancelled?: () => boolean,
        private readonly limit?: string
    ) {}

    /** The milliseconds of work so far. */
    get spent(): number {
        return this.before + (this.running > 0 ? now() - this.began : 0);
    }

    get left(): number {
        return Math.max(0, this.milliseconds - this.spent);
    }

    /** @param time the clock time */
    isSpent(time = now()): boolean {
        const spent = this.before + (this.running > 0 ? time - this.began : 0);
        const isOver = spent > this.milliseconds;
        timesOver += isOver ? 1 : 0;
        return isOver;
    }

    /** The limit that was reached, as reported in a verdict. */
    get text(): string {
        return this.limit ?? `more than ${inSeconds(Math.round(this.milliseconds))}`;
    }

    /**
     * Runs work within this budget. Throws what the work throws, and `BudgetSpent` and `CheckCancelled` from its polls.
     */
    run<T>(work: () => T): T {
        if (this.running++ === 0) {
            this.began = now();
        }
        running.push(this);
        try {
            return work();
        } finally {
            running.pop();
            if (--this.running === 0) {
                this.before += now() - this.began;
            }
        }
    }
}

/** The time left of a whole run, and the time that the run was given, in milliseconds. */
export interface TotalTime {
    readonly left: number;
    readonly of: number;
}

/** The budget of what is done in a whole run; without a time, it is never spent. */
export function totalBudget({ left, of }: TotalTime = UNLIMITED, isCancelled?: () => boolean): Budget {
    return new Budget(left, isCancelled, `more than ${inSeconds(of)} in all`);
}

const UNLIMITED: TotalTime = { left: Infinity, of: Infinity };

/** How often some budget of this thread was found spent: if the number stays the same, no result depended on time. */
export function budgetsSpent(): number {
    return timesOver;
}

let timesOver = 0;

/** The budgets of the work that this thread is doing now, outermost first. */
const running: Budget[] = [];

/** The number of polls between two readings of the clock; a poll stands for some microseconds of work. */
const POLLS = 16;
let polls = 0;

/** To be called in each round of a loop that can be long. Throws `BudgetSpent` or `CheckCancelled`. */
export function poll(): void {
    if (++polls >= POLLS) {
        look();
    }
}

/** The same as `poll`, for rounds that are long themselves. */
export function look(): void {
    polls = 0;
    const over = overdrawn();
    if (over) {
        throw new BudgetSpent(over);
    }
}

/** The budget that is spent, for searches that stop on their own and report their progress. Throws `CheckCancelled`. */
export function overdrawn(): Budget | undefined {
    if (running.length === 0) {
        return undefined;
    }
    if (running.some(({ isCancelled }) => isCancelled?.())) {
        throw new CheckCancelled();
    }
    const time = now();
    return running.find((budget) => budget.isSpent(time));
}

/** Runs short work although budgets are spent: what is still to be said about work that they ended. */
export function afterwards<T>(work: () => T): T {
    const spent = running.splice(0);
    try {
        return work();
    } finally {
        running.push(...spent);
    }
}

/** The milliseconds left of the budgets of this work; Infinity if it has no budget. */
export function timeLeft(): number {
    return running.reduce((least, budget) => Math.min(least, budget.left), Infinity);
}

/**
 * Runs work with pauses within a budget.
 * @param otherwise the result if this budget does not suffice; without it, the function throws
 */
export function* within<T>(budget: Budget, work: Resumable<T>, otherwise?: (spent: Budget) => T): Resumable<T> {
    for (;;) {
        let step: IteratorResult<number, T>;
        try {
            step = budget.run(() => work.next());
        } catch (error) {
            if (otherwise && error instanceof BudgetSpent) {
                return otherwise(error.budget);
            }
            throw error;
        }
        if (step.done) {
            return step.value;
        }
        yield step.value;
    }
}

/** The same for work without pauses. */
export function tryWithin<T>(budget: Budget, work: () => T, otherwise: (spent: Budget) => T): T {
    try {
        return budget.run(work);
    } catch (error) {
        if (error instanceof BudgetSpent) {
            return otherwise(error.budget);
        }
        throw error;
    }
}

let now = (): number => performance.now();

/** Runs work with another clock, in milliseconds, for tests, which count instead of measuring. */
export function withClock<T>(clock: () => number, work: () => T): T {
    const before = now;
    now = clock;
    try {
        return work();
    } finally {
        now = before;
    }
}
