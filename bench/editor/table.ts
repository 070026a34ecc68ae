/** Measures how long an author waits for the language server, in a workspace of a hundred files. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { milliseconds, number, table } from '../table.js';
import { EditorClient } from './client.js';
import type { Probed } from './probe.js';
import { sessions } from './sessions.js';
import { policyFile, writeWorkspace } from './workspace.js';

/** The server built by `npm run build`. */
const SERVER = 'dist/server.js';

export async function editorTables(): Promise<string> {
    const folder = fileURLToPath(new URL('workspace', import.meta.url));
    const workspace = writeWorkspace(folder);
    const client = EditorClient.start(SERVER);
    const first = workspace.uri(policyFile(0));
    await client.initialize(workspace.root);
    await client.open(first, workspace.read(policyFile(0)));
    await client.diagnostics(first);
    const diagnosed = performance.now() - client.started;
    await client.results(first);
    const verdicts = performance.now() - client.started;
    const starting = await client.probe();
    const ordinary = readFileSync('bench/ordinary.guardrail', 'utf8');
    const all = await sessions({ client, workspace, ordinary });
    const editing = await client.probe();
    await client.stop();
    return [
        `${number(workspace.files)} files, ${number(workspace.lines)} lines.`,
        table(
            ['start', 'ms'],
            [
                ['first diagnostics', milliseconds(diagnosed)],
                ['verdicts of the open policy', milliseconds(verdicts)]
            ]
        ),
        table(
            ['session', 'diagnostics p50', 'p95', 'completion p50', 'p95', 'verdicts p50', 'p95'],
            all.map(({ name, keystrokes, completions, verdicts: found }) => [
                name,
                ...[keystrokes, completions, found].flatMap((times) => [at(times, 0.5), at(times, 0.95)])
            ])
        ),
        table(
            ['server', 'loop held up, most', 'p99', 'processor ms of it', 'processor ms', 'with workers', 'heap MB'],
            [
                ['while it starts', ...probed(starting)],
                ['while it is edited', ...probed(editing)]
            ]
        )
    ].join('\n\n');
}

function probed({ loopMax, loopP99, loopCpuMax, mainCpuMs, cpuMs, heapMB }: Probed): string[] {
    return [...[loopMax, loopP99, loopCpuMax, mainCpuMs, cpuMs].map(milliseconds), number(heapMB)];
}

function at(times: readonly number[], share: number): string {
    const sorted = [...times].sort((a, b) => a - b);
    return milliseconds(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]);
}
