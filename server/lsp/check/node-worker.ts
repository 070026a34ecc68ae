import { Worker } from 'node:worker_threads';
import { messageOf } from '../log.js';
import type { CheckReport, WorkerOrder } from './messages.js';

/** A worker that is asked to stop and does not is ended after this many milliseconds. */
const STOP_WITHIN_MS = 1000;

export interface WorkerListener {
    onReport(report: CheckReport): void;
    /** The worker is gone; `reason` is a phrase. */
    onEnd(reason: string): void;
}

/** Reports that end a run. */
const LAST: readonly CheckReport['kind'][] = ['done', 'answer', 'cancelled', 'failed'];

/** One thread that carries out one run at a time. */
export class NodeWorker {
    private readonly worker: Worker;
    private readonly stop = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    private run: number | undefined;
    private isStopping = false;
    private timer: NodeJS.Timeout | undefined;

    constructor(
        file: string,
        readonly maxMemoryMB: number,
        private readonly listener: WorkerListener
    ) {
        // The checker keeps its states outside of the heap and counts them itself; this bounds the rest.
        this.worker = new Worker(file, { resourceLimits: { maxOldGenerationSizeMb: maxMemoryMB } });
        this.worker.unref();
        let reason = '';
        this.worker.on('message', (report: CheckReport) => this.receive(report));
        this.worker.on('error', (error) => {
            reason = messageOf(error);
        });
        this.worker.on('exit', (code) => {
            clearTimeout(this.timer);
            listener.onEnd(reason || `exit code ${code}`);
        });
    }

    get isFree(): boolean {
        return this.run === undefined;
    }

    begin(run: number, order: (stop: SharedArrayBuffer) => WorkerOrder): void {
        this.run = run;
        this.isStopping = false;
        Atomics.store(this.stop, 0, 0);
        this.worker.postMessage(order(this.stop.buffer));
    }

    send(order: WorkerOrder): void {
        this.worker.postMessage(order);
    }

    /** Nobody waits for the run any more; the worker is free once it has noticed. */
    abandon(): void {
        if (!this.isFree && !this.isStopping) {
            this.isStopping = true;
            Atomics.store(this.stop, 0, 1);
            this.timer = setTimeout(() => void this.end(), STOP_WITHIN_MS);
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
        await this.worker.terminate();
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
