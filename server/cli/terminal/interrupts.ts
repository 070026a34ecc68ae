/** The signals of Ctrl-C and of the end of a CI job. */
import { EXIT } from '../../workspace/errors.js';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** A terminal and a program in between may both pass on one press. */
const SAME_PRESS_MS = 100;

/**
 * Runs with a signal that says that the rest is not wanted: what there is can still be reported. A second interrupt ends
 * the process at once.
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
