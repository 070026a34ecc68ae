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
import { IS_DEEP, partOf, SEED } from '../support/depth.js';
import { randoms } from '../support/random.js';
import { gatewayStarting, modernCall, serverOf } from './http-programs.js';
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

/**
 * Each round kills the gateways of one session, one after the other. A start decides the whole log of its session again,
 * so a thousand kills of one session would measure only that.
 */
const ROUNDS = partOf(
    Array.from({ length: 50 }, (_, round) => round),
    100
);
const KILLS_OF_ROUND = IS_DEEP ? 20 : 5;
/** Milliseconds, about the time that a gateway takes to start. */
const START_TIME = 500;

/** Milliseconds without any answer after which a gateway hangs, also on a machine that hardly gives it any time. */
const MOST_WAITING = 600_000;

interface Seen {
    /** The calls whose result the client received. */
    readonly answered: Set<string>;
    /** The calls whose approval was acknowledged. */
    readonly approved: Set<string>;
    /** The calls that the server made. */
    readonly made: Set<string>;
}

interface Line {
    readonly type: string;
    readonly id: string;
    readonly tool?: string;
    readonly args?: { readonly n: number };
    readonly decision?: string;
}

/** A gateway that starts, with a function that calls a tool through it. */
interface Link {
    readonly gateway: ChildProcess;
    /** Rejects if the gateway ends before it serves. */
    readonly ready: Promise<unknown>;
    /** Calls the tool, and notes when its result has arrived. */
    readonly call: (name: string, n: number) => void;
}

/** The command line that names the state, and the text of the log, which is empty if there is none yet. */
interface State {
    readonly flags: readonly string[];
    readonly text: () => Promise<string> | string;
}

type Start = (seen: Seen, flags: readonly string[]) => Link;
type Prepare = (there: string) => Promise<Start> | Start;
type Keep = (there: string) => Promise<State> | State;

test
    .skipIf(process.platform === 'win32')
    .each<[string, Prepare, Keep]>([
        ['standard input and output, with files', overStdio, inFiles],
        ['HTTP, with files', overHttp, inFiles],
        ...(missingForPostgres() === undefined
            ? [['HTTP, with PostgreSQL', overHttp, inPostgres] as [string, Prepare, Keep]]
            : [])
    ])('no decision and no approval is lost over %s', { timeout: 7_200_000 }, async (title, prepare, keep) => {
    const random = randoms(SEED);
    const total = { kills: 0, starting: 0, answered: 0, approved: 0, made: 0 };
    for (const round of ROUNDS) {
        const there = folder({ 'kill.guardrail': POLICY, 'server.mjs': SERVER });
        vi.stubEnv('XDG_RUNTIME_DIR', there);
        onTestFinished(() => void vi.unstubAllEnvs());
        const seen: Seen = { answered: new Set(), approved: new Set(), made: new Set() };
        const start = await prepare(there);
        const state = await keep(there);
        for (let kill = 0; kill < KILLS_OF_ROUND; kill++) {
            // A third of the gateways are killed while they start, and restore what the one before them left.
            const isStarting = (round + kill) % 3 === 0;
            const link = start(seen, state.flags);
            await (isStarting ? killedWhileItStarts(link, random) : killedWhileItWorks(link, kill, random, seen));
            writeFileSync(join(there, 'log.jsonl'), await state.text());
            assertNothingIsLost(there, seen);
            total.kills++;
            total.starting += Number(isStarting);
        }
        await assertReplays(there, seen);
        total.answered += seen.answered.size;
        total.approved += seen.approved.size;
        total.made += seen.made.size;
        if (IS_DEEP) {
            process.stdout.write(`${title}, nothing lost so far: ${JSON.stringify(total)}\n`);
        }
    }
    expect(total.answered).toBeGreaterThan(5);
    expect(total.approved).toBeGreaterThan(0);
});

/** Decides the whole log again. */
async function assertReplays(there: string, { made }: Seen): Promise<void> {
    const { stdout } = await guardrail(['replay', 'kill.guardrail', '--trace', 'log.jsonl', '--format', 'json'], {
        cwd: there
    });
    const { claims, stopped, loosened, unfit } = JSON.parse(stdout) as Record<string, unknown>;
    const none = { count: 0 };
    const isPaid = [...made].some((name) => name.startsWith('pay'));
    expect({ claims, stopped, loosened, unfit }).toMatchObject({
        claims: [{ verdict: isPaid ? 'kept' : (expect.stringMatching(/^(kept|not judged)$/) as string) }],
        stopped: none,
        loosened: none,
        unfit: none
    });
}

/** The session has the name of the log of gateways over HTTP, so that those over standard input write the same one. */
const FLAGS = ['--policy', 'kill.guardrail', '--session', 'http'];

function inFiles(there: string): State {
    return { flags: ['--state', 'state'], text: () => textOf(join(there, 'state/http.jsonl')) };
}

/** All rounds share the server, and each begins without a table. */
let server: Postgres | undefined;

async function inPostgres(): Promise<State> {
    if (!server) {
        server = await startPostgres();
        onTestFinished(server.stop);
    }
    const { url, query } = server;
    await query('DROP TABLE IF EXISTS guardrail_log');
    const text = async (): Promise<string> => {
        const [{ exists }] = (await query("SELECT to_regclass('guardrail_log') IS NOT NULL AS exists")) as [
            { readonly exists: boolean }
        ];
        if (!exists) {
            return '';
        }
        const rows = await query("SELECT line FROM guardrail_log WHERE log = 'Kill/http' ORDER BY number");
        return rows.map(({ line }) => `${line as string}\n`).join('');
    };
    return { flags: ['--state', url], text };
}

function overStdio(there: string): Start {
    return ({ answered }, flags) => {
        const command = [CLI, 'gateway', ...FLAGS, ...flags, '--', process.execPath, 'server.mjs'];
        const gateway = spawn(process.execPath, command, { cwd: there, stdio: 'pipe' });
        gateway.stdin.on('error', () => undefined);
        createInterface({ input: gateway.stdout }).on('line', (line) => {
            const { id, result } = JSON.parse(line) as { id: string; result: { isError?: boolean } };
            if (result.isError !== true) {
                answered.add(id);
            }
        });
        const ready = new Promise<void>((resolve, reject) => {
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
            ready,
            call: (name, n) => {
                const params = { name, arguments: { n } };
                const message = { jsonrpc: '2.0', id: `${name} ${n}`, method: 'tools/call', params };
                gateway.stdin.write(`${JSON.stringify(message)}\n`);
            }
        };
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
    return ({ answered }, flags) => {
        const { child, ready } = gatewayStarting({ s: url }, there, [...FLAGS, ...flags]);
        return {
            gateway: child,
            ready,
            call: (name, n) => {
                // A gateway that was killed does not answer.
                void ready
                    .then(({ at }) => modernCall(at('s'), name, { n }))
                    .then(
                        ({ result }) => result?.['isError'] !== true && result && answered.add(`${name} ${n}`),
                        () => undefined
                    );
            }
        };
    };
}

async function killedWhileItStarts({ gateway, ready }: Link, random: () => number): Promise<void> {
    ready.catch(() => undefined);
    await sleep(random() * START_TIME);
    await killed(gateway);
}

async function killedWhileItWorks(link: Link, kill: number, random: () => number, seen: Seen): Promise<void> {
    await link.ready;
    const isOver = new AbortController();
    const working = Promise.all([work(link, kill, isOver.signal), approve(seen, isOver.signal)]);
    const { size } = seen.answered;
    await vi.waitFor(() => expect(seen.answered.size).toBeGreaterThan(size), { timeout: MOST_WAITING });
    await sleep(random() * 300);
    await killed(link.gateway);
    isOver.abort();
    await working;
}

async function killed(gateway: ChildProcess): Promise<void> {
    const closed = once(gateway, 'close');
    gateway.kill('SIGKILL');
    await closed;
}

/** The id of a call is the tool and its argument, which are unique. */
async function work({ call }: Link, kill: number, signal: AbortSignal): Promise<void> {
    for (let at = 0; !signal.aborted; at++) {
        call(at % 4 === 0 ? 'pay' : 'work', kill * 10_000 + at);
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

function assertNothingIsLost(there: string, { answered, approved, made: seenMade }: Seen): void {
    const lines = linesOf(textOf(join(there, 'log.jsonl'))).map((line) => JSON.parse(line) as Line);
    const calls = lines.filter(({ type }) => type === 'call');
    const nameOf = ({ tool, args }: Line): string => `${tool!.slice(2)} ${args!.n}`;
    const names = new Map(calls.map((call) => [call.id, nameOf(call)]));
    const named = (type: string): Set<string> =>
        new Set(lines.filter((line) => line.type === type).map(({ id }) => names.get(id)!));
    const released = calls.filter(({ decision }) => decision === 'allowed').map(nameOf);
    const releases = new Set(released);
    const made = linesOf(textOf(join(there, 'made.txt')));
    made.forEach((name) => seenMade.add(name));
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

/** Empty if the file does not exist. */
function textOf(file: string): string {
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** Without a last line that is not complete. */
function linesOf(text: string): string[] {
    return text.split('\n').slice(0, -1);
}
