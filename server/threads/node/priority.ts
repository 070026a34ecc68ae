import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';

/** A priority low enough to let other threads go first, but not so low that a busy machine stops the checks. */
const LATER = 5;

/**
 * Lets other threads go before this one, above all the thread that answers the client: with few cores, workers would
 * delay it. Only Linux has thread priorities that a program may lower; elsewhere this does nothing.
 */
export function letOthersGoFirst(): void {
    if (process.platform !== 'linux') {
        return;
    }
    try {
        const thread = readlinkSync('/proc/thread-self').split('/').at(-1);
        setPriority(Number(thread), LATER);
    } catch {
        // Without /proc, or without permission, all threads have equal priority.
    }
}
