/**
 * Measures what enforcement costs: the time that `guardrail gateway` adds to a call over standard input and output and
 * over HTTP, with its log flushed to disk, the time of a hook, and the memory of many sessions.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { milliseconds, number, table } from '../table.js';
import { hookTimes } from './hooks.js';
import { httpTimes, started, timesOverHttp } from './http.js';
import { type Measured, processorTimeOf, residentMemoryOf } from './processes.js';
import { timesOverStdio } from './stdio.js';

const CALLS = 1_000;
const WARM_UP = 100;
/** Each round measures every program once, so that all of them meet the same load of the machine. */
const ROUNDS = 5;
const SESSIONS = 10_000;
const CALLS_OF_SESSION = 2;

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

/** These servers answer at once, so that only the overhead is measured. */
const SERVER = `import { createInterface } from 'node:readline';
for await (const line of createInterface({ input: process.stdin })) {
    const { id } = JSON.parse(line);
    console.log(JSON.stringify({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: 'hello' }] } }));
}
`;
/** A proxy that decides nothing: it writes each message to a file, and flushes it before it passes it on. */
const FLUSHING_PROXY = `import { spawn } from 'node:child_process';
import { writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
const file = await open('flushed', 'a');
const server = spawn(process.execPath, ['server.mjs'], { stdio: ['pipe', 'pipe', 'inherit'] });
const pass = (input, output) => createInterface({ input }).on('line', async (line) => {
    writeSync(file.fd, line + '\\n');
    await file.datasync();
    output.write(JSON.stringify(JSON.parse(line)) + '\\n');
});
pass(process.stdin, server.stdin).on('close', () => server.stdin.end());
pass(server.stdout, process.stdout);
`;
const HTTP_SERVER = `import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
const server = createServer(async (request, response) => {
    const { id } = await json(request);
    const result = { resultType: 'complete', content: [{ type: 'text', text: 'hello' }] };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
});
server.listen(0, '127.0.0.1', () => console.error(\`at http://127.0.0.1:\${server.address().port}/mcp\`));
`;

export async function gatewayTable(): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), 'guardrail-bench-'));
    try {
        writeFileSync(join(folder, 'mail.guardrail'), POLICY);
        writeFileSync(join(folder, 'server.mjs'), SERVER);
        writeFileSync(join(folder, 'flushing-proxy.mjs'), FLUSHING_PROXY);
        writeFileSync(join(folder, 'http-server.mjs'), HTTP_SERVER);
        return [
            await stdioTable(folder),
            await httpTable(folder),
            await hookTable(folder),
            await sessionsTable(folder)
        ].join('\n\n');
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

async function stdioTable(folder: string): Promise<string> {
    const server = [process.execPath, 'server.mjs'];
    const programs = {
        'server alone': server,
        'with a proxy that only flushes': [process.execPath, 'flushing-proxy.mjs'],
        'with the gateway': [...gateway('stdio'), '--', ...server]
    };
    const measured = await inRounds(programs, (command) => timesOverStdio(command, folder, WARM_UP, CALLS));
    const calls = overhead(`a call over stdio, of ${number(CALLS)} in a row (ms)`, measured);
    const flushes = table(
        ['a line in a file, flushed to disk (ms)', 'p50', 'p99'],
        [row('alone', await flushTimes(folder))]
    );
    return `${calls}\n\n${flushes}`;
}

/** The times in milliseconds of what each call waits for at least once: a line of the log that reaches the disk. */
async function flushTimes(folder: string): Promise<number[]> {
    const file = await open(join(folder, 'flushes'), 'a');
    const times: number[] = [];
    try {
        for (let line = 0; line < WARM_UP + CALLS; line++) {
            const start = performance.now();
            await file.write(`${'x'.repeat(200)}\n`);
            await file.datasync();
            times.push(performance.now() - start);
        }
    } finally {
        await file.close();
    }
    return times.slice(WARM_UP);
}

async function httpTable(folder: string): Promise<string> {
    const server = await started([process.execPath, 'http-server.mjs'], folder);
    const proxy = await started(
        [...gateway('http'), '--listen', '0', '--upstream', `mail=${server.url}`, '--session', 'one'],
        folder
    );
    try {
        const programs = { 'server alone': server, 'with the gateway': proxy };
        const measured = await inRounds(programs, (program) => timesOverHttp(program, WARM_UP, CALLS));
        return overhead(`a call over HTTP, of ${number(CALLS)} in a row (ms)`, measured);
    } finally {
        await proxy.end();
        await server.end();
    }
}

async function hookTable(folder: string): Promise<string> {
    const times = await hookTimes(folder);
    return table(
        ['a hook of Claude Code (ms)', 'p50', 'p99'],
        Object.entries(times).map(([name, values]) => row(name, values))
    );
}

/** Each session reads and is then held, so that it has a history and a call that waits. */
async function sessionsTable(folder: string): Promise<string> {
    const server = await started([process.execPath, 'http-server.mjs'], folder);
    const flags = ['--listen', '0', '--upstream', `mail=${server.url}`, '--session-by', 'header:conversation'];
    const proxy = await started([...gateway('sessions'), '--wait', '0', ...flags], folder);
    try {
        const empty = residentMemoryOf(proxy.pid);
        const before = processorTimeOf(proxy.pid);
        const count = SESSIONS * CALLS_OF_SESSION;
        await httpTimes(
            Array.from({ length: count }, (_, call) => ({
                url: proxy.url,
                name: call >= count - SESSIONS ? 'send' : 'read',
                headers: { conversation: String(call % SESSIONS) }
            }))
        );
        const after = residentMemoryOf(proxy.pid);
        return table(
            ['open sessions of one gateway over HTTP', 'calls', 'resident MB', 'KB a session', 'processor ms a call'],
            [
                ['none', '0', number(empty / 1e6), '', ''],
                [
                    number(SESSIONS),
                    number(count),
                    number(after / 1e6),
                    number((after - empty) / SESSIONS / 1e3, 1),
                    number((processorTimeOf(proxy.pid) - before) / count, 2)
                ]
            ]
        );
    } finally {
        await proxy.end();
        await server.end();
    }
}

function gateway(state: string): string[] {
    return [process.execPath, resolve('dist/cli.js'), 'gateway', '--policy', 'mail.guardrail', '--state', state];
}

/** The figures of calls: the median of the rounds. */
interface Figures {
    readonly p50: number;
    readonly p99: number;
    readonly processor: number;
}

/** Measures each program once in each round. */
async function inRounds<T, K extends string>(
    programs: Readonly<Record<K, T>>,
    measure: (program: T) => Promise<Measured>
): Promise<Readonly<Record<K, Figures>>> {
    const rounds = new Map<K, Figures[]>();
    for (let round = 0; round < ROUNDS; round++) {
        for (const [name, program] of Object.entries(programs) as [K, T][]) {
            const { times, processor } = await measure(program);
            const figures = { p50: percentile(times, 0.5), p99: percentile(times, 0.99), processor };
            rounds.set(name, [...(rounds.get(name) ?? []), figures]);
        }
    }
    const median = (all: readonly Figures[], figure: keyof Figures): number =>
        percentile(
            all.map((one) => one[figure]),
            0.5
        );
    return Object.fromEntries(
        [...rounds].map(([name, all]) => [
            name,
            { p50: median(all, 'p50'), p99: median(all, 'p99'), processor: median(all, 'processor') }
        ])
    ) as Record<K, Figures>;
}

function overhead(
    title: string,
    measured: Readonly<Record<'server alone' | 'with the gateway', Figures> & Record<string, Figures>>
): string {
    const { 'server alone': direct, 'with the gateway': proxied } = measured;
    const added = (['p50', 'p99'] as const).map((figure) => milliseconds(proxied[figure] - direct[figure]));
    return table(
        [title, 'p50', 'p99', 'processor'],
        [
            ...Object.entries(measured).map(([name, { p50, p99, processor }]) => [
                name,
                milliseconds(p50),
                milliseconds(p99),
                number(processor, 2)
            ]),
            ['added by the gateway', ...added, '']
        ]
    );
}

function row(name: string, times: readonly number[]): string[] {
    return [name, ...[0.5, 0.99].map((share) => milliseconds(percentile(times, share)))];
}

function percentile(values: readonly number[], share: number): number {
    return [...values].sort((a, b) => a - b)[Math.floor(values.length * share)]!;
}
