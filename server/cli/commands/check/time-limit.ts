/** The time that a whole run may take (`--time-limit`): what it leaves undone is reported as undecided. */
import { EXIT } from '../../../workspace/errors.js';
import { displayPath } from '../../../workspace/display-path.js';
import type { Problem } from '../../reports/check-report.js';
import { duration } from '../../reports/layout.js';
import type { CheckedFile } from './checked-file.js';

/** The part of the time that is waited for a thread beyond it: one that reads a large text asks no clock meanwhile. */
const GRACE = 0.1;

export class TimeLimit {
    /** In milliseconds since 1970. */
    readonly deadline: number;

    /**
     * @param milliseconds of the run
     * @param began when it did, in milliseconds since 1970
     * @param cwd what the paths of the report are relative to
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

    /** A timer that runs out when no answer is waited for any longer. */
    whenGivenUp(end: () => void): NodeJS.Timeout {
        return setTimeout(end, this.deadline + GRACE * this.milliseconds - Date.now());
    }

    /** A file of which nothing is known. */
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

/** @param message what was not done */
export function overtime(message: string): Problem {
    return {
        code: 'GR919',
        message,
        help: 'Nothing is known about the rest. Give the run more time (--time-limit), or check less at once (--claim, --shard).',
        exit: EXIT.undecided
    };
}
