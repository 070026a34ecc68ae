import { afterEach, beforeEach, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../../server/checker/results/default-limits.js';
import type { CheckOutcome, CheckRun } from '../../../server/lsp/check/host.js';
import { WorkerCheckerHost } from '../../../server/lsp/check/worker-host.js';
import type { Policy } from '../../../server/model/policy/policy.js';
import { NodeThreads } from '../../../server/threads/node/threads.js';
import { bundles } from '../../support/bundles.js';

const folder = await bundles({ worker: 'lsp/check/check-worker.ts' });

let host: WorkerCheckerHost;
let reports: string[];

beforeEach(() => {
    host = new WorkerCheckerHost(new NodeThreads(folder));
    reports = [];
});
afterEach(() => host.dispose());

function start(name: string, uri = 'file:///policy', limits = DEFAULT_LIMITS): CheckRun {
    const policy: Pick<Policy, 'name' | 'source' | 'monitors' | 'tools'> = {
        name,
        source: { uri } as Policy['source'],
        monitors: [],
        tools: []
    };
    return host.start(policy as Policy, limits, {
        onClaim: (claim) => reports.push(`claim ${claim.name}`),
        onProgress: (progress) => reports.push(`progress ${progress.states}`)
    });
}

const run = (name: string): Promise<CheckOutcome> => start(name).outcome;

test('reports come before the outcome', async () => {
    expect(await run('answer')).toMatchObject({ kind: 'done' });
    expect(reports).toEqual(['progress 7']);
});

test('one worker serves many runs', async () => {
    await run('answer');
    await run('fail');
    expect(await run('answer')).toEqual({ kind: 'done', result: { policy: 'order 3' } });
});

test('the outcome of a piece is cached: it is not searched again', async () => {
    expect(await run('plan')).toMatchObject({ result: { claims: [{ name: 'first', text: 'order 1' }] } });
    expect(await run('plan')).toMatchObject({ result: { claims: [{ name: 'first', text: 'order 1' }] } });
    expect(reports).toEqual(['claim first', 'claim first']);
    expect(await run('answer')).toEqual({ kind: 'done', result: { policy: 'order 3' } });
});

test('the cache belongs to one policy', async () => {
    await run('plan');
    expect(await start('plan', 'file:///other').outcome).toMatchObject({ result: { claims: [{ text: 'order 2' }] } });
});

test('a failure counts as an outcome', async () => {
    expect(await run('fail')).toEqual({ kind: 'failed', message: 'no luck' });
});

test("the memory that a claim may use fits into the worker, in addition to the worker's own", async () => {
    const limits = { ...DEFAULT_LIMITS, maxMemoryMB: 64 };
    expect(await start('keep 64 MB', undefined, limits).outcome).toMatchObject({ result: { policy: '64 MB' } });
});

test.each(['stop when asked', 'hang'])('a cancelled run ends at once, and so does the next: %s', async (name) => {
    const stopped = start(name);
    stopped.cancel();
    expect(await stopped.outcome).toEqual({ kind: 'cancelled' });
    expect(await run('answer')).toMatchObject({ kind: 'done' });
});

test('a worker that does not stop is terminated: many cancelled runs leave few', async () => {
    for (let times = 0; times < 4; times++) {
        start('hang').cancel();
    }
    expect(await run('answer')).toMatchObject({ kind: 'done' });
});

test('several runs at once', async () => {
    const waiting = start('stop when asked');
    expect(await run('answer')).toMatchObject({ kind: 'done' });
    waiting.cancel();
    expect(await waiting.outcome).toEqual({ kind: 'cancelled' });
});

test('after a worker has died the outcome contains the reason, and the next run gets another worker', async () => {
    expect(await run('exit')).toEqual({ kind: 'died', message: 'exit code 3' });
    expect(await run('answer')).toEqual({ kind: 'done', result: { policy: 'order 1' } });
});

test('a missing worker file counts as an outcome', async () => {
    host = new WorkerCheckerHost(new NodeThreads(`${folder}/missing`));
    expect(await run('answer')).toMatchObject({ kind: 'died' });
});
