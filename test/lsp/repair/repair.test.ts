/** Tests repairs that nobody waits for any more: in the run itself, and in its worker. */
import { EmptyFileSystemProvider } from 'langium';
import { afterEach, expect, test } from 'vitest';
import { PolicyWorkspace } from '../../../server/workspace/policy-workspace.js';
import type { RepairOrder } from '../../../server/lsp/repair/host.js';
import { WorkerRepairHost } from '../../../server/lsp/repair/worker-host.js';
import { runRepair } from '../../../server/lsp/repair/run.js';
import { NodeThreads } from '../../../server/threads/node/threads.js';
import { bundles } from '../../support/bundles.js';
import { checkedUntimed } from '../../support/checked.js';
import type { WatchedOrder } from './repair-worker.js';

const TEXT = `policy P
label private
server mail { tool read() reads private   tool send(to: string) external }
server web { tool post(url: string) external   tool get(url: string) }
agent bot
allow bot: mail.read, mail.send, web.post, web.get
claim "mail stays": never external tools after mail.read
claim "work goes on": possible mail.send after mail.read
`;

async function order(): Promise<RepairOrder> {
    const workspace = new PolicyWorkspace();
    const document = await workspace.loadText(TEXT, 'p.guardrail');
    const policy = workspace.policyOf(document);
    const baseline = checkedUntimed(policy);
    const uri = document.uri.toString();
    return { uri, texts: [[uri, TEXT]], policy, baseline, claim: baseline.claims[0]!, timeoutMs: 60_000 };
}

test('a run polls often for cancellation, and then reports it', async () => {
    const asked = await order();
    let questions = 0;
    const count = (): boolean => ++questions < 0;
    expect(await runRepair(asked, new EmptyFileSystemProvider(), count)).toMatchObject({ kind: 'done' });
    const all = questions;
    expect(all).toBeGreaterThan(2);
    for (let at = 1; at <= all; at++) {
        let more = 0;
        const report = await runRepair(asked, new EmptyFileSystemProvider(), () => ++more >= at);
        expect(report, `given up at question ${at} of ${all}`).toEqual({ kind: 'cancelled' });
        expect(more).toBe(at);
    }
});

test('an unsaved policy, whose name has no extension, has the repairs of a file', async () => {
    const saved = await order();
    const uri = 'untitled:Untitled-1';
    const unsaved = await runRepair({ ...saved, uri, texts: [[uri, TEXT]] }, new EmptyFileSystemProvider());
    expect(unsaved).toMatchObject({ kind: 'done' });
    expect(unsaved).toEqual(await runRepair(saved, new EmptyFileSystemProvider()));
});

const folder = await bundles({ 'repair-worker': 'lsp/repair/repair-worker.ts' });
let host: WorkerRepairHost | undefined;
afterEach(() => host?.dispose());

async function said(flag: SharedArrayBuffer): Promise<void> {
    const cell = new Int32Array(flag);
    while (Atomics.load(cell, 0) === 0) {
        await new Promise((resolve) => setTimeout(resolve, 5));
    }
}

test('a cancelled run ends at once, and its worker is notified', async () => {
    host = new WorkerRepairHost(new NodeThreads(folder));
    const watched: WatchedOrder = {
        ...(await order()),
        began: new SharedArrayBuffer(4),
        stopped: new SharedArrayBuffer(4)
    };
    const run = host.start(watched);
    await said(watched.began);
    run.cancel();
    expect(await run.outcome).toEqual({ kind: 'cancelled' });
    await said(watched.stopped);
});

test('a worker that ends without a report has failed', async () => {
    host = new WorkerRepairHost(new NodeThreads(folder));
    const run = host.start({ ...(await order()), timeoutMs: 0 });
    expect(await run.outcome).toEqual({ kind: 'failed', message: 'exit code 3' });
});
