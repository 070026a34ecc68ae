import { Worker } from 'node:worker_threads';
import type { NumberedAnswer, NumberedOrder, SessionAnswer, SessionHost, SessionOrder } from './host.js';

interface Waiting {
    readonly resolve: (answer: SessionAnswer) => void;
    readonly reject: (error: Error) => void;
}

/** One worker thread of node, made when the first session is played. */
export class NodeSessionHost implements SessionHost {
    private worker: Worker | undefined;
    private readonly waiting = new Map<number, Waiting>();
    private orders = 0;

    /** `workerFile` is the path of the bundled `session-worker.ts`. */
    constructor(private readonly workerFile: string) {}

    run(order: SessionOrder): Promise<SessionAnswer> {
        const number = ++this.orders;
        return new Promise((resolve, reject) => {
            this.waiting.set(number, { resolve, reject });
            this.worker ??= this.start();
            this.worker.postMessage({ number, order } satisfies NumberedOrder);
        });
    }

    async dispose(): Promise<void> {
        await this.worker?.terminate();
    }

    private start(): Worker {
        const worker = new Worker(this.workerFile);
        worker.unref();
        worker.on('message', (message: NumberedAnswer) => {
            const waiting = this.waiting.get(message.number);
            this.waiting.delete(message.number);
            if ('failure' in message) {
                waiting?.reject(new Error(message.failure));
            } else {
                waiting?.resolve(message.answer);
            }
        });
        worker.on('error', (error: Error) => this.gone(worker, error));
        worker.on('exit', (code) => this.gone(worker, new Error(`exit code ${code}`)));
        return worker;
    }

    private gone(worker: Worker, error: Error): void {
        if (this.worker === worker) {
            this.worker = undefined;
            const all = [...this.waiting.values()];
            this.waiting.clear();
            all.forEach(({ reject }) => reject(error));
        }
    }
}
