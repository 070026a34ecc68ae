import type { Thread, Threads } from '../threads.js';
import type { SessionAnswer, SessionOrder } from '../../simulator/session.js';
import type { NumberedAnswer, NumberedOrder, SessionHost } from './host.js';

/** As of the worker that looks for repairs. */
const MAX_HEAP_MB = 1024;

interface Waiting {
    readonly resolve: (answer: SessionAnswer) => void;
    readonly reject: (error: Error) => void;
}

/** One worker, made when the first session is played. */
export class WorkerSessionHost implements SessionHost {
    private worker: Thread | undefined;
    private readonly waiting = new Map<number, Waiting>();
    private orders = 0;

    constructor(private readonly threads: Threads) {}

    run(order: SessionOrder): Promise<SessionAnswer> {
        const number = ++this.orders;
        return new Promise((resolve, reject) => {
            this.waiting.set(number, { resolve, reject });
            this.worker ??= this.start();
            this.worker.post({ number, order } satisfies NumberedOrder);
        });
    }

    async dispose(): Promise<void> {
        await this.worker?.end();
    }

    private start(): Thread {
        const worker: Thread = this.threads.start('session-worker', MAX_HEAP_MB, {
            onMessage: (message) => this.receive(message as NumberedAnswer),
            onEnd: (reason) => this.gone(worker, new Error(reason))
        });
        return worker;
    }

    private receive(message: NumberedAnswer): void {
        const waiting = this.waiting.get(message.number);
        this.waiting.delete(message.number);
        if ('failure' in message) {
            waiting?.reject(new Error(message.failure));
        } else {
            waiting?.resolve(message.answer);
        }
    }

    private gone(worker: Thread, error: Error): void {
        if (this.worker === worker) {
            this.worker = undefined;
            const all = [...this.waiting.values()];
            this.waiting.clear();
            all.forEach(({ reject }) => reject(error));
        }
    }
}
