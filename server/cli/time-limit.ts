/** The time limit of a whole run (`--time-limit`): unfinished work is reported as undecided. */
import { totalBudget, type TotalTime, tryWithin } from '../checker/limits/budget.js';
import { CodedError, EXIT } from '../workspace/errors.js';
import { duration } from './terminal/layout.js';

/**
 * The extra share of the time to wait for a thread, because a thread that reads a large text does not check the clock
 * in the meantime.
 */
const GRACE = 0.1;

export class TimeLimit {
    /** The end of the run in milliseconds since 1970. */
    readonly deadline: number;

    /**
     * @param milliseconds the time for the run
     * @param began the time at which it began, in milliseconds since 1970; by default, the start of the program
     */
    constructor(
        readonly milliseconds: number,
        began = Date.now() - performance.now()
    ) {
        this.deadline = began + milliseconds;
    }

    isOver(): boolean {
        return Date.now() > this.deadline;
    }

    /** The time that is left for the checker. */
    get total(): TotalTime {
        return { left: Math.max(0, this.deadline - Date.now()), of: this.milliseconds };
    }

    /** A timer that ends when nobody waits for answers any more. */
    whenGivenUp(end: () => void): NodeJS.Timeout {
        return setTimeout(end, this.deadline + GRACE * this.milliseconds - Date.now());
    }

    /** @param undone the work that was not done, such as `the file was checked` */
    errorBefore(undone: string): CodedError {
        return overtime(`the time limit of ${duration(this.milliseconds)} was reached before ${undone}`);
    }
}

/** Runs work that has no result if the time ends; then a `CodedError` (GR919) is thrown. */
export function inTime<T>(limit: TimeLimit | undefined, undone: string, work: () => T): T {
    const throwOver = (): never => {
        throw limit!.errorBefore(undone);
    };
    if (!limit) {
        return work();
    }
    return limit.isOver() ? throwOver() : tryWithin(totalBudget(limit.total), work, throwOver);
}

/** @param message the work that was not done */
export function overtime(message: string): CodedError {
    return new CodedError(
        'GR919',
        message,
        'Nothing is known about the rest. Give the run more time (--time-limit), or do less at once (--claim, fewer files).',
        EXIT.undecided
    );
}
