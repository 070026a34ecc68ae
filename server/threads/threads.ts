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
    /** Space for short-lived objects: more space means fewer garbage collections. */
    readonly maxYoungMB?: number;
}

export interface Thread {
    post(message: unknown): void;
    /** Terminates it immediately. */
    end(): Promise<void>;
}

export interface ThreadListener {
    onMessage(message: unknown): void;
    /** The thread has ended; called once. */
    onEnd(reason: EndReason): void;
}

export interface EndReason {
    /** `exit code 3` */
    readonly phrase: string;
    readonly isOutOfMemory?: boolean;
    /** The thread's uncaught exception. */
    readonly error?: unknown;
}
