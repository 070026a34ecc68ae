/**
 * Tests calls to real workers, in Node and as in a browser: answers, reports, cancellation, deaths, and many at once.
 */
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { NodeThreads } from '../../server/threads/node/threads.js';
import { type PoolOptions, WorkerPool } from '../../server/threads/pool.js';
import type { Thread, ThreadListener, ThreadMemory, Threads } from '../../server/threads/threads.js';
import { WebThreads } from '../../server/threads/web/threads.js';
import { WorkerDied } from '../../server/threads/worker.js';
import { bundles } from '../support/bundles.js';
import { BrowserWorker } from './browser-workers.js';
import type { Order } from './orders.js';
import { eventually } from '../support/eventually.js';

const folder = await bundles({ program: 'threads/node-worker.ts', 'web-program': 'threads/web/worker.ts' });

/** Counts the live workers. */
class CountedThreads implements Threads {
    started = 0;
    alive = 0;
    most = 0;

    constructor(private readonly threads: Threads) {}

    start(program: string, memory: ThreadMemory, listener: ThreadListener): Thread {
        this.started++;
        this.most = Math.max(this.most, ++this.alive);
        return this.threads.start(program, memory, {
            onMessage: (message) => listener.onMessage(message),
            onEnd: (reason) => {
                this.alive--;
                listener.onEnd(reason);
            }
        });
    }
}

type Pool = WorkerPool<Order, string, number>;
let threads: CountedThreads;
let pool: Pool;
const { signal: never } = new AbortController();

afterEach(async () => {
    await pool.dispose();
    vi.unstubAllGlobals();
});

describe.each([
    ['node', () => new NodeThreads(folder)],
    ['a browser', () => new WebThreads(pathToFileURL(`${folder}/`).href)]
])('%s', (platform, platformThreads) => {
    const poolOf = (options: Partial<PoolOptions> = {}): Pool =>
        (pool = new WorkerPool(threads, 'program', { stopWithinMs: 10_000, ...options }));

    beforeEach(() => {
        vi.stubGlobal('Worker', BrowserWorker);
        threads = new CountedThreads(platformThreads());
    });

    test('one worker answers sequential calls', async () => {
        poolOf();
        expect(await pool.call({ kind: 'count' })).toBe(1);
        expect(await pool.call({ kind: 'count' })).toBe(2);
        expect(threads.started).toBe(1);
    });

    test('reports arrive in order and before the answer', async () => {
        poolOf();
        const reports: string[] = [];
        const onReport = (report: string): unknown => reports.push(report);
        expect(await pool.call({ kind: 'report', reports: ['a', 'b', 'c'] }, { onReport })).toBe(1);
        expect(reports).toEqual(['a', 'b', 'c']);
    });

    test('an exception in the worker is rethrown by the call, and the worker survives', async () => {
        poolOf();
        await expect(pool.call({ kind: 'throw' })).rejects.toThrow('no luck');
        await expect(pool.call({ kind: 'throw' })).rejects.not.toBeInstanceOf(WorkerDied);
        expect(await pool.call({ kind: 'count' })).toBe(3);
    });

    test('several calls to the same worker share its state', async () => {
        poolOf();
        const other = pool.call({ kind: 'sleep', ms: 50 });
        const counts = await pool.use(async (worker) => [
            await worker.call({ kind: 'count' }),
            await worker.call({ kind: 'count' })
        ]);
        expect(counts).toEqual([1, 2]);
        expect(await other).toBe(1);
    });

    test('unlimited calls run at once', async () => {
        poolOf();
        const giveUp = new AbortController();
        const waiting = pool.call({ kind: 'wait until stopped' }, { signal: giveUp.signal });
        expect(await pool.call({ kind: 'count' })).toBe(1);
        giveUp.abort();
        await expect(waiting).rejects.toBe(giveUp.signal.reason);
    });

    test('as many calls run at once as allowed, and each is answered', async () => {
        poolOf({ mostAtOnce: 2 });
        const answers = await Promise.all(Array.from({ length: 30 }, () => pool.call({ kind: 'count' })));
        expect(answers).toHaveLength(30);
        expect(threads.most).toBe(2);
        // Each worker counts its own calls.
        expect(answers.filter((count) => count === 1)).toHaveLength(2);
    });

    test('a waiting call can be cancelled, and the next one gets its turn', async () => {
        poolOf({ mostAtOnce: 1 });
        const first = pool.call({ kind: 'sleep', ms: 100 });
        const giveUp = new AbortController();
        const second = pool.call({ kind: 'count' }, { signal: giveUp.signal });
        const third = pool.call({ kind: 'count' });
        giveUp.abort();
        await expect(second).rejects.toBe(giveUp.signal.reason);
        expect(await first).toBe(1);
        expect(await third).toBe(2);
    });

    test('a call that is cancelled before it starts does not start a worker', async () => {
        poolOf();
        await expect(pool.call({ kind: 'count' }, { signal: AbortSignal.abort('enough') })).rejects.toBe('enough');
        expect(threads.started).toBe(0);
    });

    test('a busy worker that is asked to stop notices it, and is reused', async () => {
        poolOf();
        const giveUp = new AbortController();
        const onReport = vi.fn<(report: string) => void>();
        const call = pool.call({ kind: 'wait until stopped' }, { signal: giveUp.signal, onReport });
        await eventually(() => expect(onReport).toHaveBeenCalledWith('begun'));
        giveUp.abort('enough');
        await expect(call).rejects.toBe('enough');
        await eventually(async () => expect(await pool.call({ kind: 'count' })).toBe(2));
    });

    test.each([
        ['at once, where nobody waits for it to stop', { stopWithinMs: 0 }],
        ['when it has not stopped in time', { stopWithinMs: 20 }],
        ['if too many others are asked to stop', { mostStopping: 0 }]
    ])('a worker that hangs is terminated %s', async (_, options) => {
        poolOf(options);
        const giveUp = new AbortController();
        const call = pool.call({ kind: 'hang' }, { signal: giveUp.signal });
        giveUp.abort('enough');
        await expect(call).rejects.toBe('enough');
        await eventually(() => expect(threads.alive).toBe(0));
        expect(await pool.call({ kind: 'count' })).toBe(1);
    });

    test('without shared memory a worker that has to stop is terminated', async () => {
        vi.stubGlobal('SharedArrayBuffer', undefined);
        poolOf();
        const giveUp = new AbortController();
        const call = pool.call({ kind: 'hang' }, { signal: giveUp.signal });
        giveUp.abort('enough');
        await expect(call).rejects.toBe('enough');
        await eventually(() => expect(threads.alive).toBe(0));
    });

    test('a worker that crashes reports the reason, fails its call, and is replaced', async () => {
        poolOf();
        await expect(pool.call({ kind: 'crash' })).rejects.toBeInstanceOf(WorkerDied);
        await expect(pool.call({ kind: 'crash' })).rejects.toThrow('a defect');
        expect(await pool.call({ kind: 'count' })).toBe(1);
        expect(threads.alive).toBe(1);
    });

    test('a dead worker answers no more calls', async () => {
        poolOf();
        await pool.use(async (worker) => {
            await expect(worker.call({ kind: 'crash' })).rejects.toThrow('a defect');
            await expect(worker.call({ kind: 'count' }, { signal: never })).rejects.toBeInstanceOf(WorkerDied);
        });
    });

    test('a missing program counts as a dead worker', async () => {
        pool = new WorkerPool(threads, 'missing', { stopWithinMs: 0 });
        await expect(pool.call({ kind: 'count' })).rejects.toBeInstanceOf(WorkerDied);
    });

    test('unused workers are terminated: those above the limit, and all once the pool is retired', async () => {
        poolOf({ mostIdle: 1 });
        await Promise.all([1, 2, 3].map(() => pool.call({ kind: 'sleep', ms: 20 })));
        expect(threads.started).toBe(3);
        await eventually(() => expect(threads.alive).toBe(1));
        const last = pool.call({ kind: 'sleep', ms: 20 });
        pool.retire();
        expect(await last).toBeGreaterThan(1);
        await eventually(() => expect(threads.alive).toBe(0));
    });

    test('a spare worker is started while another works', async () => {
        poolOf({ spareAfterMs: 5 });
        await pool.call({ kind: 'sleep', ms: 100 });
        expect(threads.started).toBe(2);
    });

    test.runIf(platform === 'node')('the heap of a worker is limited, and its exit code is the reason', async () => {
        poolOf({ maxHeapMB: 40 });
        await expect(pool.call({ kind: 'fill the heap' })).rejects.toMatchObject({
            name: 'WorkerDied',
            message: 'it ran out of memory',
            isOutOfMemory: true
        });
        await expect(pool.call({ kind: 'exit' })).rejects.toMatchObject({
            message: 'exit code 3',
            isOutOfMemory: false
        });
    });
});
