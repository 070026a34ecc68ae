/** Handles the signals for Ctrl-C and for the end of a CI job. */
import { EXIT } from '../../workspace/errors.js';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/**
 * The time within which two signals count as one: a terminal and an intermediate program may both pass on a single key
 * press.
 */
const SAME_PRESS_MS = 100;

/**
 * Runs `work` with a signal that cancels the rest, so that partial results can still be reported. A second interrupt
 * ends the process at once.
 */
export async function interruptible<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    let first = 0;
    const onSignal = (): void => {
        if (!controller.signal.aborted) {
            first = Date.now();
            controller.abort();
        } else if (Date.now() - first > SAME_PRESS_MS) {
            process.exit(EXIT.interrupted);
        }
    };
    SIGNALS.forEach((name) => process.on(name, onSignal));
    try {
        return await run(controller.signal);
    } finally {
        SIGNALS.forEach((name) => process.off(name, onSignal));
    }
}
