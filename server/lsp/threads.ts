/** Threads that work apart from the one that answers the client. Those of node and those of browsers are made in their own files. */

/** What a thread runs: a bundle of that name. */
export type Program = 'worker' | 'repair-worker' | 'session-worker';

export interface Thread {
    post(message: unknown): void;
    /** Ends it, whatever it is doing. */
    end(): Promise<void>;
}

export interface ThreadListener {
    onMessage(message: unknown): void;
    /** It is gone; `reason` is a phrase. */
    onEnd(reason: string): void;
}

export interface Threads {
    /** @param maxHeapMB where the platform lets a thread be bound; the states of the checker are outside of it */
    start(program: Program, maxHeapMB: number, listener: ThreadListener): Thread;
}
