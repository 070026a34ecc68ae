import { Worker } from 'node:worker_threads';
import type { Limits } from '../../checker/result.js';
import type { Policy } from '../../model/policy.js';
import { messageOf } from '../log.js';
import type { CheckerHost, CheckListener, CheckOutcome, CheckRun } from './host.js';
import type { CheckOrder, CheckReport } from './messages.js';

/** A run that is asked to stop and does not is ended with its worker after this many milliseconds. */
const STOP_WITHIN_MS = 1000;

interface CurrentRun {
    readonly run: number;
    readonly listener: CheckListener;
    readonly settle: (outcome: CheckOutcome) => void;
    stopping: boolean;
}

/** Checks in one worker thread of node, which lives from the first run to the last unless it dies or hangs. */
export class NodeCheckerHost implements CheckerHost {
    private worker: Worker | undefined;
    private current: CurrentRun | undefined;
    private runs = 0;

    /** `workerFile` is the path of the bundled `worker.ts`. */
    constructor(private readonly workerFile: string) {}

    start(policy: Policy, limits: Limits, listener: CheckListener): CheckRun {
        if (this.current) {
            throw new Error('A check is running already.');
        }
        const run = ++this.runs;
        const stop = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
        let timer: NodeJS.Timeout | undefined;
        const outcome = new Promise<CheckOutcome>((resolve) => {
            const settle = (result: CheckOutcome): void => {
                clearTimeout(timer);
                this.current = undefined;
                resolve(result);
            };
            this.current = { run, listener, settle, stopping: false };
            try {
                const order: CheckOrder = { run, policy, limits, stop };
                this.liveWorker(limits).postMessage(order);
            } catch (error) {
                settle({ kind: 'failed', message: messageOf(error) });
            }
        });
        const cancel = (): void => {
            if (this.current?.run === run && !this.current.stopping) {
                this.current.stopping = true;
                Atomics.store(new Int32Array(stop), 0, 1);
                timer = setTimeout(() => void this.endWorker(), STOP_WITHIN_MS);
            }
        };
        return { outcome, cancel };
    }

    async dispose(): Promise<void> {
        await this.endWorker();
    }

    private liveWorker(limits: Limits): Worker {
        if (this.worker) {
            return this.worker;
        }
        const worker = new Worker(this.workerFile, {
            // The checker keeps its states outside of the heap and counts them itself; this bounds the rest.
            resourceLimits: { maxOldGenerationSizeMb: limits.maxMemoryMB }
        });
        worker.unref();
        let reason = '';
        worker.on('message', (report: CheckReport) => this.receive(report));
        worker.on('error', (error) => {
            reason = messageOf(error);
        });
        worker.on('exit', (code) => this.ended(worker, reason || `exit code ${code}`));
        this.worker = worker;
        return worker;
    }

    private receive(report: CheckReport): void {
        const current = this.current;
        if (report.run !== current?.run) {
            return;
        }
        switch (report.kind) {
            case 'claim':
                current.listener.onClaim(report.claim);
                break;
            case 'progress':
                current.listener.onProgress(report.progress);
                break;
            case 'done':
                current.settle({ kind: 'done', result: report.result });
                break;
            case 'cancelled':
                current.settle({ kind: 'cancelled' });
                break;
            case 'failed':
                current.settle({ kind: 'failed', message: report.message });
                break;
        }
    }

    private ended(worker: Worker, reason: string): void {
        if (this.worker !== worker) {
            return;
        }
        this.worker = undefined;
        const current = this.current;
        current?.settle(current.stopping ? { kind: 'cancelled' } : { kind: 'died', message: reason });
    }

    private async endWorker(): Promise<void> {
        const worker = this.worker;
        if (worker) {
            await worker.terminate();
            this.ended(worker, 'ended');
        }
    }
}
