import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../../server/checker/result.js';
import type { CheckOutcome, CheckRun } from '../../../server/lsp/check/host.js';
import { NodeCheckerHost } from '../../../server/lsp/check/node-host.js';
import type { Policy } from '../../../server/model/policy.js';

const WORKER = fileURLToPath(new URL('fixtures/worker.cjs', import.meta.url));

let host: NodeCheckerHost;
let reports: string[];

beforeEach(() => {
    host = new NodeCheckerHost(WORKER);
    reports = [];
});
afterEach(() => host.dispose());

function start(name: string): CheckRun {
    return host.start({ name } as Policy, DEFAULT_LIMITS, {
        onClaim: (claim) => reports.push(`claim ${claim.name}`),
        onProgress: (progress) => reports.push(`progress ${progress.states}`)
    });
}

const run = (name: string): Promise<CheckOutcome> => start(name).outcome;

test('reports come before the outcome', async () => {
    expect(await run('answer')).toMatchObject({ kind: 'done' });
    expect(reports).toEqual(['claim first', 'progress 7']);
});

test('one worker serves many runs', async () => {
    await run('answer');
    await run('fail');
    expect(await run('answer')).toEqual({ kind: 'done', result: { policy: 'order 3' } });
});

test('a failure is an outcome', async () => {
    expect(await run('fail')).toEqual({ kind: 'failed', message: 'no luck' });
});

test('a busy worker stops when it is asked to, and goes on with the next run', async () => {
    const stopped = start('stop when asked');
    stopped.cancel();
    expect(await stopped.outcome).toEqual({ kind: 'cancelled' });
    expect(await run('answer')).toEqual({ kind: 'done', result: { policy: 'order 2' } });
});

test('a worker that does not stop is ended, and the next run has another', async () => {
    const hanging = start('hang');
    hanging.cancel();
    expect(await hanging.outcome).toEqual({ kind: 'cancelled' });
    expect(await run('answer')).toEqual({ kind: 'done', result: { policy: 'order 1' } });
});

test.each([
    ['throw', 'a defect'],
    ['exit', 'exit code 3']
])('after %s the outcome says why, and the next run has another worker', async (name, message) => {
    expect(await run(name)).toEqual({ kind: 'died', message });
    expect(await run('answer')).toEqual({ kind: 'done', result: { policy: 'order 1' } });
});

test('a worker file that is not there is an outcome', async () => {
    host = new NodeCheckerHost(`${WORKER}.missing`);
    expect(await run('answer')).toMatchObject({ kind: 'died' });
});

test('one run at a time', () => {
    start('stop when asked').cancel();
    expect(() => start('answer')).toThrow('running already');
});
