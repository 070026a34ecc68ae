/**
 * The time that a piece of work may take, checked from within: every loop that can be long calls `poll`, which ends the
 * work once its budget or an enclosing one is spent, or the check was cancelled. Budgets are not passed as arguments,
 * so that no function between a search and an inner loop can forget them.
 */
import type { Pausing } from './resumable.js';
import { inSeconds } from './seconds.js';

export class CheckCancelled extends Error {
    constructor() {
        super('the check was cancelled');
    }
}

/** Ends work that a limit stops. The message is the limit that was reached, as reported in a verdict. */
export class LimitMet extends Error {}

/**
 * Ends work whose budget is spent. The code that set the budget answers without the work; a verdict is then undecided.
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
     * @param milliseconds of work; the time in which the work pauses does not count
     * @param isCancelled polled often
     * @param limit the limit to report when it is spent, if not the default
     */
    constructor(
        readonly milliseconds: number,
        readonly isCancelled?: () => boolean,
        private readonly limit?: string
    ) {}

    /** Milliseconds of work so far. */
    get spent(): number {
        return this.before + (this.running > 0 ? now() - this.began : 0);
    }

    get left(): number {
        return Math.max(0, this.milliseconds - this.spent);
    }

    /** @param time the clock time */
    isSpent(time = now()): boolean {
        const spent = this.before + (this.running > 0 ? time - this.began : 0);
        return spent > this.milliseconds;
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

/** The budgets of the work that this thread is doing now, outermost first. */
const running: Budget[] = [];

/** The number of polls between two clock reads, each of which represents some microseconds of work. */
const POLLS = 16;
let polls = 0;

/** Call this in each round of a loop that can be long. Throws `BudgetSpent` or `CheckCancelled`. */
export function poll(): void {
    if (++polls >= POLLS) {
        look();
    }
}

/** The same for rounds that are long themselves. */
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

/** Milliseconds left of the budgets of this work; Infinity if there are none. */
export function timeLeft(): number {
    return running.reduce((least, budget) => Math.min(least, budget.left), Infinity);
}

/** Work with pauses within a budget. @param otherwise the result if this budget does not suffice; absent: it throws */
export function* within<T>(budget: Budget, work: Pausing<T>, otherwise?: (spent: Budget) => T): Pausing<T> {
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

/** The result of a piece of work under another clock, in milliseconds: for tests, which count instead of measuring. */
export function withClock<T>(clock: () => number, work: () => T): T {
    const before = now;
    now = clock;
    try {
        return work();
    } finally {
        now = before;
    }
}
