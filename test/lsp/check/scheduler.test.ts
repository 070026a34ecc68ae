import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { CancellationToken } from 'vscode-languageserver';
import { CheckScheduler } from '../../../server/lsp/check/scheduler.js';

/** Runs jobs that end when told to, or at once when they are cancelled. */
class Jobs {
    readonly log: string[] = [];
    private readonly open = new Map<string, () => void>();
    readonly scheduler: CheckScheduler;

    constructor(most = 1) {
        const execute = (uri: string, token: CancellationToken): Promise<void> => {
            this.log.push(`start ${uri}`);
            return new Promise((resolve) => {
                this.open.set(uri, resolve);
                token.onCancellationRequested(() => {
                    this.log.push(`cancel ${uri}`);
                    resolve();
                });
            });
        };
        this.scheduler = new CheckScheduler(execute, () => most);
    }

    async end(uri: string): Promise<void> {
        this.open.get(uri)?.();
        await vi.advanceTimersByTimeAsync(0);
    }
}

let jobs: Jobs;

beforeEach(() => {
    vi.useFakeTimers();
    jobs = new Jobs();
});
afterEach(() => vi.useRealTimers());

test('a burst of changes causes one job', async () => {
    for (let i = 0; i < 5; i++) {
        jobs.scheduler.schedule('a', 100, true);
        await vi.advanceTimersByTimeAsync(50);
    }
    expect(jobs.log).toEqual([]);
    await vi.advanceTimersByTimeAsync(100);
    expect(jobs.log).toEqual(['start a']);
});

test('a new job for a document cancels its running one', async () => {
    jobs.scheduler.schedule('a', 0, true);
    await vi.advanceTimersByTimeAsync(0);
    jobs.scheduler.schedule('a', 100, true);
    await vi.advanceTimersByTimeAsync(100);
    expect(jobs.log).toEqual(['start a', 'cancel a', 'start a']);
});

test('several at a time', async () => {
    jobs = new Jobs(2);
    jobs.scheduler.schedule('a', 0, true);
    jobs.scheduler.schedule('background', 0, false);
    await vi.advanceTimersByTimeAsync(0);
    expect(jobs.log).toEqual(['start a', 'start background']);
    jobs.scheduler.schedule('b', 0, true);
    await vi.advanceTimersByTimeAsync(0);
    expect(jobs.log.slice(2)).toEqual(['cancel background', 'start b']);
    await jobs.end('a');
    expect(jobs.log.slice(4)).toEqual(['start background']);
});

test('one job at a time, urgent ones first', async () => {
    jobs.scheduler.schedule('open 1', 0, true);
    jobs.scheduler.schedule('background', 0, false);
    jobs.scheduler.schedule('open 2', 0, true);
    await vi.advanceTimersByTimeAsync(0);
    await jobs.end('open 1');
    await jobs.end('open 2');
    await jobs.end('background');
    expect(jobs.log).toEqual(['start open 1', 'start open 2', 'start background']);
});

test('an urgent job interrupts one that is not, which is run again', async () => {
    jobs.scheduler.schedule('background', 0, false);
    await vi.advanceTimersByTimeAsync(0);
    jobs.scheduler.schedule('open', 0, true);
    await vi.advanceTimersByTimeAsync(0);
    await jobs.end('open');
    expect(jobs.log).toEqual(['start background', 'cancel background', 'start open', 'start background']);
});

test('an interrupted job that is cancelled is not run again', async () => {
    jobs.scheduler.schedule('background', 0, false);
    await vi.advanceTimersByTimeAsync(0);
    jobs.scheduler.schedule('open', 0, true);
    await vi.advanceTimersByTimeAsync(0);
    jobs.scheduler.cancel('background');
    await jobs.end('open');
    expect(jobs.log).toEqual(['start background', 'cancel background', 'start open']);
});

test('a running job that someone waits for continues without interruption', async () => {
    jobs.scheduler.schedule('a', 0, false);
    await vi.advanceTimersByTimeAsync(0);
    jobs.scheduler.expedite('a');
    jobs.scheduler.schedule('b', 0, true);
    await vi.advanceTimersByTimeAsync(0);
    await jobs.end('a');
    expect(jobs.log).toEqual(['start a', 'start b']);
});

test('a slow job makes way for those that wait, and goes on after them', async () => {
    jobs.scheduler.schedule('slow', 0, true);
    await vi.advanceTimersByTimeAsync(0);
    jobs.scheduler.schedule('a', 0, true);
    jobs.scheduler.schedule('b', 0, true);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(jobs.log).toEqual(['start slow', 'cancel slow', 'start a']);
    await jobs.end('a');
    await jobs.end('b');
    // Nobody else waits now, so it goes on without interruption.
    await vi.advanceTimersByTimeAsync(60_000);
    expect(jobs.log.slice(3)).toEqual(['start b', 'start slow']);
});

test('a slow job that someone waits for makes way for urgent ones only', async () => {
    jobs.scheduler.schedule('open', 0, true);
    jobs.scheduler.schedule('background', 0, false);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(jobs.log).toEqual(['start open']);
    await jobs.end('open');
    expect(jobs.log).toEqual(['start open', 'start background']);
});

test('a delayed job that someone waits for starts now', async () => {
    jobs.scheduler.schedule('a', 10_000, false);
    jobs.scheduler.expedite('a');
    await vi.advanceTimersByTimeAsync(0);
    expect(jobs.log).toEqual(['start a']);
});

test('nothing starts after dispose', async () => {
    jobs.scheduler.schedule('a', 100, true);
    jobs.scheduler.dispose();
    await vi.advanceTimersByTimeAsync(200);
    expect(jobs.log).toEqual([]);
});
