/** Tests that a gateway which is killed at random moments, again and again, loses no decision and no approval. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fromJsonSchema, McpServer } from '@modelcontextprotocol/server';
import { expect, onTestFinished, test, vi } from 'vitest';
import { answerCall, waitingCalls } from '../../server/enforcement/waiting-calls.js';
import { CLI, folder, guardrail } from '../cli/guardrail.js';
import { partOf, SEED } from '../support/depth.js';
import { gatewayOver, modernCall, serverOf } from './http-programs.js';
import { missingForPostgres, type Postgres, startPostgres } from './postgres-server.js';

const POLICY = `policy Kill
agent a
human h
server s { tool work(n: int) tool pay(n: int) }
allow a: s.*
require approval by h for s.pay
claim "payments are approved": never s.pay unless approved by h
`;

/** A server that notes each call that it makes before it answers. */
const SERVER = `import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
for await (const line of createInterface({ input: process.stdin })) {
    const { id, params } = JSON.parse(line);
    appendFileSync('made.txt', \`\${params.name} \${params.arguments.n}\\n\`);
    setTimeout(() => console.log(JSON.stringify({ jsonrpc: '2.0', id, result: { content: [] } })), Math.random() * 5);
}
`;

/** A deep run does not need more restarts, each of which takes seconds. */
const KILLS = partOf(
    Array.from({ length: 200 }, (_, run) => run),
    40
);

interface Seen {
    /** The calls whose result the client received. */
    readonly answered: Set<string>;
    /** The calls whose approval was acknowledged. */
    readonly approved: Set<string>;
}

interface Line {
    readonly type: string;
    readonly id: string;
    readonly tool?: string;
    readonly args?: { readonly n: number };
    readonly decision?: string;
}

/** A running gateway, with a function that calls a tool through it. */
interface Link {
    readonly gateway: ChildProcess;
    /** Calls the tool, and notes when its result has arrived. */
    readonly call: (name: string, n: number) => void;
}

/** The command line that names the state, and the text of the log. */
interface State {
    readonly flags: readonly string[];
    readonly text: () => Promise<string> | string;
}

type Start = (there: string, seen: Seen, flags: readonly string[]) => Promise<Link>;
type Keep = (there: string) => Promise<State> | State;

test
    .skipIf(process.platform === 'win32')
    .each<[string, (there: string) => Promise<Start>, Keep]>([
        ['standard input and output, with files', () => Promise.resolve(overStdio), inFiles],
        ['HTTP, with files', overHttp, inFiles],
        ...(missingForPostgres() === undefined
            ? [['HTTP, with PostgreSQL', overHttp, inPostgres] as [string, (there: string) => Promise<Start>, Keep]]
            : [])
    ])('no decision and no approval is lost over %s', { timeout: 1_800_000 }, async (_, prepare, keep) => {
    const there = folder({ 'kill.guardrail': POLICY, 'server.mjs': SERVER });
    vi.stubEnv('XDG_RUNTIME_DIR', there);
    onTestFinished(() => void vi.unstubAllEnvs());
    const random = generator(SEED);
    const seen: Seen = { answered: new Set(), approved: new Set() };
    const start = await prepare(there);
    const state = await keep(there);
    for (const run of KILLS) {
        await killedWhileItWorks(await start(there, seen, state.flags), run, random, seen);
        writeFileSync(join(there, 'log.jsonl'), await state.text());
        assertNothingIsLost(there, seen);
    }
    expect(seen.answered.size).toBeGreaterThan(5);
    expect(seen.approved.size).toBeGreaterThan(0);
    const { stdout } = await guardrail(['replay', 'kill.guardrail', '--trace', 'log.jsonl', '--format', 'json'], {
        cwd: there
    });
    const none = { count: 0 };
    const { claims, stopped, loosened, unfit } = JSON.parse(stdout) as Record<string, unknown>;
    expect({ claims, stopped, loosened, unfit }).toMatchObject({
        // In the few runs of a build, each gateway may be killed before a payment.
        claims: [{ verdict: expect.stringMatching(KILLS.length < 200 ? /^(kept|not judged)$/ : /^kept$/) as string }],
        stopped: none,
        loosened: none,
        unfit: none
    });
});

const FLAGS = ['--policy', 'kill.guardrail', '--session', 'k'];

function inFiles(there: string): State {
    return { flags: ['--state', 'state'], text: () => readFileSync(join(there, 'state/k.jsonl'), 'utf8') };
}

async function inPostgres(): Promise<State> {
    const { url, query, stop }: Postgres = await startPostgres();
    onTestFinished(stop);
    const text = async (): Promise<string> => {
        const rows = await query("SELECT line FROM guardrail_log WHERE log = 'Kill/k' ORDER BY number");
        return rows.map(({ line }) => `${line as string}\n`).join('');
    };
    return { flags: ['--state', url], text };
}

async function overStdio(there: string, { answered }: Seen, flags: readonly string[]): Promise<Link> {
    const command = [CLI, 'gateway', ...FLAGS, ...flags, '--', process.execPath, 'server.mjs'];
    const gateway = spawn(process.execPath, command, { cwd: there, stdio: 'pipe' });
    gateway.stdin.on('error', () => undefined);
    createInterface({ input: gateway.stdout }).on('line', (line) => {
        const { id, result } = JSON.parse(line) as { id: string; result: { isError?: boolean } };
        if (result.isError !== true) {
            answered.add(id);
        }
    });
    await new Promise<void>((resolve, reject) => {
        let errors = '';
        gateway.stderr.on('data', (chunk: Buffer) => {
            errors += chunk.toString();
            if (errors.includes('is enforced')) {
                resolve();
            }
        });
        gateway.once('close', () => reject(new Error(`the gateway ended: ${errors}`)));
    });
    return {
        gateway,
        call: (name, n) => {
            const params = { name, arguments: { n } };
            const message = { jsonrpc: '2.0', id: `${name} ${n}`, method: 'tools/call', params };
            gateway.stdin.write(`${JSON.stringify(message)}\n`);
        }
    };
}

/** The server keeps running when the gateway is killed. */
async function overHttp(there: string): Promise<Start> {
    const schema = fromJsonSchema<{ n: number }>({ type: 'object', properties: { n: { type: 'number' } } });
    const url = await serverOf(() => {
        const server = new McpServer({ name: 's', version: '1' });
        for (const name of ['work', 'pay']) {
            server.registerTool(name, { inputSchema: schema }, async ({ n }) => {
                appendFileSync(join(there, 'made.txt'), `${name} ${n}\n`);
                await sleep(Math.random() * 5);
                return { content: [] };
            });
        }
        return server;
    });
    return async (_, { answered }, flags) => {
        const { child, at } = await gatewayOver({ s: url }, there, [...FLAGS, ...flags]);
        const address = at('s');
        return {
            gateway: child,
            call: (name, n) => {
                // A gateway that was killed does not answer.
                void modernCall(address, name, { n }).then(
                    ({ result }) => result?.['isError'] !== true && result && answered.add(`${name} ${n}`),
                    () => undefined
                );
            }
        };
    };
}

async function killedWhileItWorks(link: Link, run: number, random: () => number, seen: Seen): Promise<void> {
    const isOver = new AbortController();
    const working = Promise.all([work(link, run, isOver.signal), approve(seen, isOver.signal)]);
    if (run % 3 !== 0) {
        // Usually the gateway is killed while it answers, otherwise while it starts.
        const { size } = seen.answered;
        await vi.waitFor(() => expect(seen.answered.size).toBeGreaterThan(size), { timeout: 60_000 });
    }
    await sleep(random() * 300);
    link.gateway.kill('SIGKILL');
    await once(link.gateway, 'close');
    isOver.abort();
    await working;
}

/** The id of a call is the tool and its argument, which are unique. */
async function work({ call }: Link, run: number, signal: AbortSignal): Promise<void> {
    for (let at = 0; !signal.aborted; at++) {
        call(at % 4 === 0 ? 'pay' : 'work', run * 10_000 + at);
        await sleep(2);
    }
}

async function approve({ approved }: Seen, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
        for (const call of (await waitingCalls()).waiting) {
            await answerCall(call, 'approve', 'h').then(
                () => approved.add(`pay ${call.args['n'] as number}`),
                // The gateway is no longer running.
                () => undefined
            );
        }
        await sleep(1);
    }
}

function assertNothingIsLost(there: string, { answered, approved }: Seen): void {
    const content = readFileSync(join(there, 'log.jsonl'), 'utf8');
    const lines = content
        .slice(0, content.lastIndexOf('\n'))
        .split('\n')
        .map((line) => JSON.parse(line) as Line);
    const calls = lines.filter(({ type }) => type === 'call');
    const nameOf = ({ tool, args }: Line): string => `${tool!.slice(2)} ${args!.n}`;
    const names = new Map(calls.map((call) => [call.id, nameOf(call)]));
    const named = (type: string): Set<string> =>
        new Set(lines.filter((line) => line.type === type).map(({ id }) => names.get(id)!));
    const released = calls.filter(({ decision }) => decision === 'allowed').map(nameOf);
    const releases = new Set(released);
    const made = existsSync(join(there, 'made.txt'))
        ? readFileSync(join(there, 'made.txt'), 'utf8').trimEnd().split('\n')
        : [];
    expect(
        made.filter((name) => !releases.has(name)),
        'made without a decision on disk'
    ).toEqual([]);
    expect(new Set(made).size, 'made once').toBe(made.length);
    const results = named('result');
    expect(
        [...answered].filter((name) => !results.has(name)),
        'answered without a record'
    ).toEqual([]);
    const approvals = named('approve');
    expect(
        [...approved].filter((name) => !approvals.has(name)),
        'approvals that are lost'
    ).toEqual([]);
    const payments = released.filter((name) => name.startsWith('pay'));
    expect(
        payments.filter((name) => !approvals.has(name)),
        'paid without an approval'
    ).toEqual([]);
    expect(new Set(payments).size, 'approvals used once').toBe(payments.length);
}

function generator(seed: number): () => number {
    let state = seed;
    return () => {
        state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
        return state / 2 ** 32;
    };
}
