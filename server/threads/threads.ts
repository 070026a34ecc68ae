/** What a platform has to provide: workers that are started, sent messages and ended. */

export interface Threads {
    /**
     * @param program the name of a bundle
     * @param memory where the platform can limit it; memory outside of the heap is not counted
     */
    start(program: string, memory: ThreadMemory, listener: ThreadListener): Thread;
}

export interface ThreadMemory {
    readonly maxHeapMB?: number;
    /** Room for objects that live shortly: with more of it they are collected less often. */
    readonly maxYoungMB?: number;
}

export interface Thread {
    post(message: unknown): void;
    /** Ends it, whatever it is doing. */
    end(): Promise<void>;
}

export interface ThreadListener {
    onMessage(message: unknown): void;
    /** The thread has ended, called once. */
    onEnd(reason: EndReason): void;
}

export interface EndReason {
    /** `exit code 3` */
    readonly phrase: string;
    readonly isOutOfMemory?: boolean;
    /** What the thread threw and did not catch. */
    readonly error?: unknown;
}
