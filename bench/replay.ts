/** Measures `guardrail replay` of a long log, in a new process: decisions per second, including start-up. */
import { createWriteStream, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { median, run } from './processes.js';
import { number, table } from './table.js';

const SESSIONS = 40_000;
const CALLS = 20;

const POLICY = `policy Mail
label private
agent assistant
human reviewer
server mail { tool read(folder: string) readonly reads private tool send(to: string, body?: string) external }
server web { tool fetch(url: string) external }
allow assistant: mail.*, web.fetch
require approval by reviewer for external tools when carries private
deny web.fetch when count(web.fetch within 1h) >= 100
claim "nothing leaves after mail was read, but through the reviewer":
  never external tools after mail.read unless approved by reviewer
`;

const REQUESTS = [
    { tool: 'mail.read', args: { folder: 'inbox' } },
    { tool: 'mail.send', args: { to: 'bob@acme.example', body: 'what is new in this quarter, in short' } },
    { tool: 'web.fetch', args: { url: 'https://acme.example/page' } }
];

/** Writes consecutive sessions, each with different calls. */
async function writeLog(path: string): Promise<void> {
    const log = createWriteStream(path);
    const began = Date.parse('2026-11-02T09:00:00Z');
    let random = 1;
    for (let session = 0; session < SESSIONS; session++) {
        const events = Array.from({ length: CALLS }, (_, i) => {
            random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0;
            return {
                session: `s${session}`,
                time: new Date(began + session * 1000 + i * 30_000).toISOString(),
                type: 'call',
                id: String(i),
                ...REQUESTS[(random >>> 8) % REQUESTS.length],
                outcome: 'success'
            };
        });
        const text = [...events, { session: `s${session}`, type: 'end' }].map((event) => `${JSON.stringify(event)}\n`);
        if (!log.write(text.join(''))) {
            await once(log, 'drain');
        }
    }
    log.end();
    await once(log, 'close');
}

export async function replayTable(runs: number): Promise<string> {
    const cli = resolve('dist/cli.js');
    if (!existsSync(cli)) {
        throw new Error('dist/cli.js is not built: npm run build -- --minify');
    }
    const folder = mkdtempSync(join(tmpdir(), 'guardrail-bench-'));
    try {
        writeFileSync(join(folder, 'p.guardrail'), POLICY);
        await writeLog(join(folder, 'log.jsonl'));
        const took = median(
            Array.from({ length: runs }, () => {
                const started = performance.now();
                run(
                    process.execPath,
                    [cli, 'replay', 'p.guardrail', '--trace', 'log.jsonl', '--fail-on', 'never'],
                    folder
                );
                return performance.now() - started;
            })
        );
        return table(
            ['replay', 'ms', 'decisions a second'],
            [[`${number(SESSIONS * CALLS)} calls`, number(took), number((SESSIONS * CALLS * 1000) / took)]]
        );
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}
