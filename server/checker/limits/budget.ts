/**
 * How much a computation may take: an amount of work, which is the same on every machine, and a time, which only stops a computation
 * that takes too long. Both are checked from within: every loop that can be long calls `poll`, or `spend` if it is a loop of a search, which ends the
 * work once its budget or an enclosing one is spent, or the check was cancelled. Budgets are not passed as arguments, so that no
 * function between a search and an inner loop can forget them.
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

/** What a budget allows. A field that is absent sets no limit. */
export interface Allowance {
    /** The time for the work, not counting pauses. */
    readonly milliseconds?: number;
    /** The work, in the units of `spend`. */
    readonly work?: number;
}

export class Budget {
    readonly milliseconds: number;
    readonly work: number;
    private timeBefore = 0;
    private timeBegan = 0;
    private workBefore = 0;
    private workBegan = 0;
    /** A budget may be nested in itself; what it takes is counted only once. */
    private running = 0;

    /**
     * @param isCancelled polled often
     * @param limit the limit to report when the time is spent, if not the default
     */
    constructor(
        { milliseconds = Infinity, work = Infinity }: Allowance = {},
        readonly isCancelled?: () => boolean,
        private readonly limit?: string
    ) {
        this.milliseconds = milliseconds;
        this.work = work;
    }

    /** The milliseconds of work so far. */
    get spent(): number {
        return this.spentAt(now());
    }

    /** The time and the work that are left. */
    get left(): Required<Allowance> {
        return {
            milliseconds: Math.max(0, this.milliseconds - this.spent),
            work: Math.max(0, this.work - this.workSpent)
        };
    }

    /** @param time the clock time */
    isSpent(time = now()): boolean {
        const isOver = this.spentAt(time) > this.milliseconds;
        timesOver += isOver ? 1 : 0;
        return isOver || this.workSpent > this.work;
    }

    /** The limit that was reached, as reported in a verdict. */
    get text(): string {
        return this.workSpent > this.work
            ? `more than ${Math.round(this.work).toLocaleString('en')} units of work`
            : (this.limit ?? `more than ${inSeconds(Math.round(this.milliseconds))}`);
    }

    private spentAt(time: number): number {
        return this.timeBefore + (this.running > 0 ? time - this.timeBegan : 0);
    }

    private get workSpent(): number {
        return this.workBefore + (this.running > 0 ? done - this.workBegan : 0);
    }

    /**
     * Runs work within this budget. Throws what the work throws, and `BudgetSpent` and `CheckCancelled` from its polls.
     */
    run<T>(work: () => T): T {
        if (this.running++ === 0) {
            this.timeBegan = now();
            this.workBegan = done;
        }
        running.push(this);
        try {
            return work();
        } finally {
            running.pop();
            if (--this.running === 0) {
                this.timeBefore += now() - this.timeBegan;
                this.workBefore += done - this.workBegan;
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
    return new Budget({ milliseconds: left }, isCancelled, `more than ${inSeconds(of)} in all`);
}

const UNLIMITED: TotalTime = { left: Infinity, of: Infinity };

/** How often the time of some budget of this thread was found spent: if the number stays the same, no result depended on time. */
export function timesSpent(): number {
    return timesOver;
}

let timesOver = 0;

/** The budgets of the work that this thread is doing now, outermost first. */
const running: Budget[] = [];

/** The units of work that this thread has done. */
let done = 0;

/** The number of polls between two looks at the budgets; a poll stands for some microseconds of work. */
const POLLS = 16;
/** The units of work that count as much as a poll. */
const POLL_UNITS = 16;
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

/**
 * Counts work: the steps of searches, which are the same on every machine and whatever is cached. A unit is about a microsecond.
 * Throws `BudgetSpent` as soon as that is more than a budget allows.
 */
export function spend(units: number): void {
    done += units;
    polls += units / POLL_UNITS;
    poll();
}

/** The units of work that this thread has done so far. */
export function workDone(): number {
    return done;
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

/** The units of work left of the budgets of this work; Infinity if it has no budget. */
export function workLeft(): number {
    return running.reduce((least, budget) => Math.min(least, budget.left.work), Infinity);
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
