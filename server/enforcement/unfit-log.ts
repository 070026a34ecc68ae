/** The errors of logs whose sessions cannot be restored. */
import { CodedError, EXIT } from '../workspace/errors.js';

/** @param index the index of the line */
export function unfit(path: string, index: number, message: string): CodedError {
    return new CodedError(
        'GR994',
        `${path}:${index + 1} does not fit the policy: ${message}`,
        'Start with a new log, or with the policy that it was written with.',
        EXIT.invalid
    );
}

/** The history of the session is not in the log. */
export function unrestorable(session: string): CodedError {
    return new CodedError(
        'GR994',
        `the session ${session} cannot go on: the log has only digests of what happened in it`,
        'Begin another session.',
        EXIT.invalid
    );
}
