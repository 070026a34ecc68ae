import type { CheckReport, FileReport } from './check-report.js';
import type { CheckContext } from './context.js';

/** One format of the report of `guardrail check`. */
export interface CheckReporter {
    /** The output for a file as soon as it is checked; absent: everything is printed at the end. */
    readonly file?: (file: FileReport, context: CheckContext) => string;
    /** After the last file. */
    readonly end: (report: CheckReport, context: CheckContext) => string;
}
