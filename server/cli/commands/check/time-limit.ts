/** The time limit of a whole run (`--time-limit`): unfinished work is reported as undecided. */
import { EXIT } from '../../../workspace/errors.js';
import { displayPath } from '../../../workspace/display-path.js';
import type { Problem } from '../../reports/check-report.js';
import { duration } from '../../reports/layout.js';
import type { CheckedFile } from './checked-file.js';

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
     * @param began the time at which it began, in milliseconds since 1970
     * @param cwd the folder that the paths of the report are relative to
     */
    constructor(
        readonly milliseconds: number,
        began: number,
        private readonly cwd: string
    ) {
        this.deadline = began + milliseconds;
    }

    isOver(): boolean {
        return Date.now() > this.deadline;
    }

    /** A timer that ends when nobody waits for answers any more. */
    whenGivenUp(end: () => void): NodeJS.Timeout {
        return setTimeout(end, this.deadline + GRACE * this.milliseconds - Date.now());
    }

    /** The result of a file that was not checked. */
    unchecked(path: string): CheckedFile {
        return {
            report: {
                uri: '',
                path: displayPath(path, this.cwd),
                kind: 'unreadable',
                diagnostics: [],
                problem: overtime(
                    `the time limit of ${duration(this.milliseconds)} was reached before the file was checked`
                )
            },
            imports: [],
            claims: [],
            inputs: [{ path, hash: null }],
            isSettled: false
        };
    }
}

/** @param message the work that was not done */
export function overtime(message: string): Problem {
    return {
        code: 'GR919',
        message,
        help: 'Nothing is known about the rest. Give the run more time (--time-limit), or check less at once (--claim, --shard).',
        exit: EXIT.undecided
    };
}
