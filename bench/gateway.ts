/** Measures the time that `guardrail gateway` adds to a call over standard input and output, with its log flushed to disk. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { milliseconds, table } from './table.js';

const CALLS = 1_000;
const WARM_UP = 100;

const POLICY = `policy Mail
label private
agent assistant
human reviewer
server mail { tool read(folder: string) readonly reads private tool send(to: string, body?: string) external }
allow assistant: mail.*
require approval by reviewer for external tools when carries private
claim "private data leaves only through the reviewer":
  never external tools when carries private unless approved by reviewer
`;

/** The server answers at once, so that only the overhead is measured. */
const SERVER = `import { createInterface } from 'node:readline';
for await (const line of createInterface({ input: process.stdin })) {
    const { id } = JSON.parse(line);
    console.log(JSON.stringify({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: 'hello' }] } }));
}
`;

export async function gatewayTable(): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), 'guardrail-bench-'));
    try {
        writeFileSync(join(folder, 'mail.guardrail'), POLICY);
        writeFileSync(join(folder, 'server.mjs'), SERVER);
        const server = [process.execPath, 'server.mjs'];
        const gateway = [
            process.execPath,
            resolve('dist/cli.js'),
            'gateway',
            '--policy',
            'mail.guardrail',
            '--state',
            'state',
            '--'
        ];
        const direct = await timesOf(server, folder);
        const proxied = await timesOf([...gateway, ...server], folder);
        const row = (name: string, times: readonly number[]): string[] => [
            name,
            ...[0.5, 0.99].map((share) => milliseconds(percentile(times, share)))
        ];
        const added = [0.5, 0.99].map((share) => milliseconds(percentile(proxied, share) - percentile(direct, share)));
        return table(
            [`a call over stdio, of ${CALLS} in a row (ms)`, 'p50', 'p99'],
            [row('server alone', direct), row('with the gateway', proxied), ['added', ...added]]
        );
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

async function timesOf([command, ...args]: readonly string[], cwd: string): Promise<number[]> {
    const child = spawn(command!, args, { cwd, stdio: ['pipe', 'pipe', 'ignore'] });
    const answers = createInterface({ input: child.stdout });
    const times: number[] = [];
    for (let id = 0; id < WARM_UP + CALLS; id++) {
        const began = performance.now();
        const message = {
            jsonrpc: '2.0',
            id,
            method: 'tools/call',
            params: { name: 'read', arguments: { folder: 'inbox' } }
        };
        child.stdin.write(`${JSON.stringify(message)}\n`);
        await once(answers, 'line');
        if (id >= WARM_UP) {
            times.push(performance.now() - began);
        }
    }
    child.stdin.end();
    await once(child, 'close');
    return times;
}

function percentile(values: readonly number[], share: number): number {
    return [...values].sort((a, b) => a - b)[Math.floor(values.length * share)]!;
}
