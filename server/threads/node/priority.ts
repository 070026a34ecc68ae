import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';

/** Enough that the other goes first, and so little that a busy machine does not stop the checks. */
const LATER = 5;

/**
 * Lets other threads go before this one, above all the one that answers the client: with few cores, workers would hold it
 * up. Only Linux has priorities of threads that a program may lower; elsewhere nothing happens.
 */
export function letOthersGoFirst(): void {
    if (process.platform !== 'linux') {
        return;
    }
    try {
        const thread = readlinkSync('/proc/thread-self').split('/').at(-1);
        setPriority(Number(thread), LATER);
    } catch {
        // Without /proc, or where it is forbidden, all are equal.
    }
}
