/** One worker thread from the caller's point of view. */
import type { Call, Reply } from './messages.js';
import type { EndReason, Thread, ThreadMemory, Threads } from './threads.js';

export interface CallOptions<Report> {
    /** Once it is aborted, the call immediately rejects with its reason, and the worker is asked to stop. */
    readonly signal?: AbortSignal;
    readonly onReport?: (report: Report) => void;
}

export interface WorkerOptions extends ThreadMemory {
    /**
     * The number of milliseconds after which a worker that was asked to stop but has not is terminated; with 0, it is
     * terminated at once.
     */
    readonly stopWithinMs: number;
}

export interface WorkerListener {
    /** Called when no call is in progress any more. */
    onFree(): void;
    onEnd(): void;
}

/** Thrown if the worker has ended before it answered. */
export class WorkerDied extends Error {
    readonly isOutOfMemory: boolean;

    constructor({ phrase, isOutOfMemory = false, error }: EndReason) {
        super(phrase, { cause: error });
        this.name = 'WorkerDied';
        this.isOutOfMemory = isOutOfMemory;
    }
}

interface PendingRequest {
    readonly stop: Int32Array<SharedArrayBuffer> | undefined;
    readonly onReport: (report: unknown) => void;
    readonly resolve: (answer: unknown) => void;
    readonly reject: (error: unknown) => void;
    isCancelled: boolean;
}

/** A worker. Calls to one worker are answered in order. */
export class Worker<Order, Report, Answer> {
    private readonly thread: Thread;
    private readonly pending = new Map<number, PendingRequest>();
    private calls = 0;
    private ended: EndReason | undefined;
    private timer: ReturnType<typeof setTimeout> | undefined;

    constructor(
        threads: Threads,
        program: string,
        private readonly options: WorkerOptions,
        private readonly listener: WorkerListener
    ) {
        this.thread = threads.start(program, options, {
            onMessage: (message) => this.receive(message as Reply),
            onEnd: (reason) => this.died(reason)
        });
    }

    get isFree(): boolean {
        return this.pending.size === 0;
    }

    /** Executes a call. Rejects with the worker's exception, with the reason of the signal, or with `WorkerDied`. */
    async call(order: Order, { signal, onReport }: CallOptions<Report> = {}): Promise<Answer> {
        signal?.throwIfAborted();
        if (this.ended) {
            throw new WorkerDied(this.ended);
        }
        const number = ++this.calls;
        // A page that is not cross-origin isolated does not share memory with its workers.
        const stop =
            signal && typeof SharedArrayBuffer !== 'undefined' && this.options.stopWithinMs > 0
                ? new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
                : undefined;
        const onAbort = (): void => this.cancel(number, signal!.reason);
        signal?.addEventListener('abort', onAbort);
        try {
            return await new Promise<Answer>((resolve, reject) => {
                this.thread.post({ call: number, order, ...(stop && { stop: stop.buffer }) } satisfies Call);
                this.pending.set(number, {
                    stop,
                    onReport: (report) => onReport?.(report as Report),
                    resolve: (answer) => resolve(answer as Answer),
                    reject,
                    isCancelled: false
                });
            });
        } finally {
            signal?.removeEventListener('abort', onAbort);
        }
    }

    async end(): Promise<void> {
        clearTimeout(this.timer);
        await this.thread.end();
    }

    private cancel(number: number, reason: unknown): void {
        const call = this.pending.get(number);
        if (!call) {
            return;
        }
        call.isCancelled = true;
        call.reject(reason);
        if (call.stop) {
            Atomics.store(call.stop, 0, 1);
            this.timer ??= setTimeout(() => void this.end(), this.options.stopWithinMs);
        } else {
            void this.end();
        }
    }

    private receive(reply: Reply): void {
        const call = this.pending.get(reply.call);
        if (!call) {
            return;
        }
        if (reply.kind === 'report') {
            if (!call.isCancelled) {
                call.onReport(reply.report);
            }
            return;
        }
        this.pending.delete(reply.call);
        if (call.isCancelled && ![...this.pending.values()].some(({ isCancelled }) => isCancelled)) {
            clearTimeout(this.timer);
            this.timer = undefined;
        }
        if (reply.kind === 'answer') {
            call.resolve(reply.answer);
        } else {
            call.reject(reply.error);
        }
        if (this.isFree) {
            this.listener.onFree();
        }
    }

    private died(reason: EndReason): void {
        clearTimeout(this.timer);
        this.ended = reason;
        const error = new WorkerDied(reason);
        const all = [...this.pending.values()];
        this.pending.clear();
        this.listener.onEnd();
        all.forEach(({ reject }) => reject(error));
    }
}
