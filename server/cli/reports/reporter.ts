import type { CheckReport, FileReport } from './check-report.js';
import type { CheckContext } from './context.js';

/** A format of the report of `guardrail check`. */
export interface CheckReporter {
    /** The output for a file, as soon as the file is checked; undefined if everything is printed at the end. */
    readonly file?: (file: FileReport, context: CheckContext) => string;
    /** The output after the last file. */
    readonly end: (report: CheckReport, context: CheckContext) => string;
}
