/** The interface that a platform has to implement: workers that are started, receive messages and are terminated. */

export interface Threads {
    /**
     * @param program the name of a bundle
     * @param memory the limit, if the platform supports one; memory outside of the heap is not counted
     */
    start(program: string, memory: ThreadMemory, listener: ThreadListener): Thread;
}

export interface ThreadMemory {
    readonly maxHeapMB?: number;
    /** The memory for short-lived objects in MB: more memory means fewer garbage collections. */
    readonly maxYoungMB?: number;
}

export interface Thread {
    post(message: unknown): void;
    /** Terminates the worker immediately. */
    end(): Promise<void>;
}

export interface ThreadListener {
    onMessage(message: unknown): void;
    /** Called once, when the thread has ended. */
    onEnd(reason: EndReason): void;
}

export interface EndReason {
    /** The reason in words, such as `exit code 3`. */
    readonly phrase: string;
    readonly isOutOfMemory?: boolean;
    /** The uncaught exception of the thread. */
    readonly error?: unknown;
}
