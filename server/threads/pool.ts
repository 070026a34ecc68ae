/** A pool of workers of one program: a free worker executes a call, or a new one is started. */
import type { Threads } from './threads.js';
import { type CallOptions, Worker, type WorkerOptions } from './worker.js';

export interface PoolOptions extends WorkerOptions {
    /** The maximum number of concurrent calls; others wait for their turn. Undefined if no call waits. */
    readonly mostAtOnce?: number;
    /** The number of workers that are kept for later calls; undefined for all of them. */
    readonly mostIdle?: number;
    /**
     * The maximum number of workers to wait for among those that were asked to stop but have not; the others are
     * terminated. Undefined to wait for all.
     */
    readonly mostStopping?: number;
    /**
     * The time after the start of a call at which another worker is started if none is free, so that the next call need
     * not wait for one.
     */
    readonly spareAfterMs?: number;
}

/** Executes calls in workers. A worker that dies takes its call with it; the next call gets another worker. */
export class WorkerPool<Order, Report, Answer> {
    private readonly workers = new Set<Worker<Order, Report, Answer>>();
    /** The workers that a caller is using. */
    private readonly used = new Set<Worker<Order, Report, Answer>>();
    private atOnce = 0;
    /** The waiting calls, in order. */
    private readonly waiting: (() => void)[] = [];
    private mostIdle: number;
    private spareTimer: ReturnType<typeof setTimeout> | undefined;

    /** @param program the name of a bundle */
    constructor(
        private readonly threads: Threads,
        private readonly program: string,
        private readonly options: PoolOptions
    ) {
        this.mostIdle = options.mostIdle ?? Infinity;
    }

    /** Executes a call. Rejects with the worker's exception, with the reason of the signal, or with `WorkerDied`. */
    call(order: Order, options: CallOptions<Report> = {}): Promise<Answer> {
        return this.use((worker) => worker.call(order, options), options.signal);
    }

    /** Lets `work` make several calls to the same worker, which keeps state between them. */
    async use<T>(work: (worker: Worker<Order, Report, Answer>) => Promise<T>, signal?: AbortSignal): Promise<T> {
        signal?.throwIfAborted();
        if (this.atOnce < (this.options.mostAtOnce ?? Infinity)) {
            this.atOnce++;
        } else {
            await this.turn(signal);
        }
        try {
            return await this.useFree(work);
        } finally {
            const next = this.waiting.shift();
            if (next) {
                next();
            } else {
                this.atOnce--;
            }
        }
    }

    /** Terminates each worker as soon as it is free. */
    retire(): void {
        clearTimeout(this.spareTimer);
        this.mostIdle = 0;
        this.trim();
    }

    /** Terminates all workers immediately. */
    async dispose(): Promise<void> {
        clearTimeout(this.spareTimer);
        await Promise.all([...this.workers].map((worker) => worker.end()));
    }

    private async useFree<T>(work: (worker: Worker<Order, Report, Answer>) => Promise<T>): Promise<T> {
        const worker = this.idle().next().value ?? this.start();
        this.used.add(worker);
        this.planSpare();
        try {
            return await work(worker);
        } finally {
            this.used.delete(worker);
            this.trim();
        }
    }

    /** Resolves when it is this call's turn. */
    private turn(signal: AbortSignal | undefined): Promise<void> {
        return new Promise((resolve, reject) => {
            const begin = (): void => {
                signal?.removeEventListener('abort', onAbort);
                resolve();
            };
            const onAbort = (): void => {
                this.waiting.splice(this.waiting.indexOf(begin), 1);
                reject(signal!.reason as Error);
            };
            signal?.addEventListener('abort', onAbort, { once: true });
            this.waiting.push(begin);
        });
    }

    private *idle(): Generator<Worker<Order, Report, Answer>, undefined> {
        for (const worker of this.workers) {
            if (worker.isFree && !this.used.has(worker)) {
                yield worker;
            }
        }
    }

    private start(): Worker<Order, Report, Answer> {
        const worker: Worker<Order, Report, Answer> = new Worker(this.threads, this.program, this.options, {
            onFree: () => this.trim(),
            onEnd: () => this.workers.delete(worker)
        });
        this.workers.add(worker);
        return worker;
    }

    private planSpare(): void {
        const { spareAfterMs } = this.options;
        if (spareAfterMs !== undefined && this.mostIdle > 0) {
            this.spareTimer ??= setTimeout(() => {
                this.spareTimer = undefined;
                if (this.idle().next().done) {
                    this.start();
                }
            }, spareAfterMs);
        }
    }

    private trim(): void {
        const stopping = [...this.workers].filter((worker) => !worker.isFree && !this.used.has(worker));
        const stoppingTooMany = stopping.slice(
            0,
            Math.max(0, stopping.length - (this.options.mostStopping ?? Infinity))
        );
        for (const worker of [...stoppingTooMany, ...[...this.idle()].slice(this.mostIdle)]) {
            this.workers.delete(worker);
            void worker.end();
        }
    }
}
