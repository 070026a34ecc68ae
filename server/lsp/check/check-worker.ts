import type { Thread, Threads } from '../threads.js';
import type { CheckReport, WorkerOrder } from './messages.js';

/** A worker that is asked to stop and does not is ended after this many milliseconds. */
const STOP_WITHIN_MS = 1000;

/** What the language and the checker themselves take, beside what they know of the states of a claim. */
const OWN_HEAP_MB = 256;

export interface WorkerListener {
    onReport(report: CheckReport): void;
    /** The worker is gone; `reason` is a phrase. */
    onEnd(reason: string): void;
}

/** Reports that end a run. */
const LAST: readonly CheckReport['kind'][] = ['done', 'answer', 'cancelled', 'failed'];

/** One thread that carries out one run at a time. */
export class CheckWorker {
    private readonly thread: Thread;
    /** A page that is not isolated from others shares no memory with its workers. */
    private readonly stop =
        typeof SharedArrayBuffer === 'undefined'
            ? undefined
            : new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    private run: number | undefined;
    private isStopping = false;
    private timer: ReturnType<typeof setTimeout> | undefined;

    constructor(
        threads: Threads,
        readonly maxMemoryMB: number,
        private readonly listener: WorkerListener
    ) {
        // The checker keeps its states outside of the heap and counts them itself, to end in order; this bounds the rest.
        this.thread = threads.start('worker', OWN_HEAP_MB + maxMemoryMB, {
            onMessage: (report) => this.receive(report as CheckReport),
            onEnd: (reason) => {
                clearTimeout(this.timer);
                listener.onEnd(reason);
            }
        });
    }

    get isFree(): boolean {
        return this.run === undefined;
    }

    begin(run: number, order: (stop: SharedArrayBuffer | undefined) => WorkerOrder): void {
        this.run = run;
        this.isStopping = false;
        if (this.stop) {
            Atomics.store(this.stop, 0, 0);
        }
        this.thread.post(order(this.stop?.buffer));
    }

    send(order: WorkerOrder): void {
        this.thread.post(order);
    }

    /** Nobody waits for the run any more; the worker is free once it has noticed. */
    abandon(): void {
        if (!this.isFree && !this.isStopping) {
            this.isStopping = true;
            if (this.stop) {
                Atomics.store(this.stop, 0, 1);
                this.timer = setTimeout(() => void this.end(), STOP_WITHIN_MS);
            } else {
                void this.end();
            }
        }
    }

    /** The run has what it waits for: another may begin. */
    release(): void {
        this.run = undefined;
        this.isStopping = false;
        clearTimeout(this.timer);
    }

    async end(): Promise<void> {
        clearTimeout(this.timer);
        await this.thread.end();
    }

    private receive(report: CheckReport): void {
        if (report.run !== this.run) {
            return;
        }
        const isLast = LAST.includes(report.kind);
        // A plan is answered with what is known; of a run that nobody waits for it is the end.
        const isEnd = isLast || (report.kind === 'plan' && this.isStopping);
        if (isEnd) {
            this.release();
        }
        this.listener.onReport(report);
    }
}
