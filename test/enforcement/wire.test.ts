/**
 * Tests that over the wire, between a real client and a scripted server, exactly those results reach the client that the
 * library releases and does not withhold. Each result carries a marker that names its call, and the client uses the ids
 * of cancelled calls again.
 */
import { join } from 'node:path';
import { Client, type Transport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { fromJsonSchema, McpServer } from '@modelcontextprotocol/server';
import { expect, onTestFinished, test } from 'vitest';
import type { JsonObject, SessionRecord } from '../../server/gateway/events.js';
import { createSession, parsePolicy } from '../../server/gateway/library.js';
import { CLI, folder } from '../cli/guardrail.js';
import { partOf, runs, SEED } from '../support/depth.js';
import { picker } from '../support/random.js';
import { clientAt, gatewayOver, LEGACY, serverOf } from './http-programs.js';

const PARAMETERS = 'n: int, key: bool, shape: string, cancelled: bool';
const policyWith = (rules: string, { get = '', run = '' } = {}): string => `policy P
label private
agent bot
human me
server s {
  tool get(${PARAMETERS}) readonly ${get}
  tool run(${PARAMETERS}) ${run}
  tool post(${PARAMETERS}) external
}
allow bot: s.*
${rules}
`;

const POLICIES: Record<string, string> = {
    'withhold by the arguments': policyWith('withhold result of s.get when key\nwithhold result of s.post'),
    'withhold by the result': policyWith('withhold result of s.get, s.run when result.text contains "KEY"'),
    'withhold by the history, deny and limit': policyWith(
        `withhold result of s.get unless once s.run
deny s.post when carries private
limit s.run to 4`,
        { get: 'reads private when result.text contains "KEY"', run: 'succeeds when not (result.text contains "KEY")' }
    ),
    'hold, and withhold by what was approved': policyWith(
        `require approval by me for s.post
withhold result of s.get when once s.post and not (result.text contains "KEY")`
    )
};

interface Args {
    readonly n: number;
    readonly key: boolean;
    readonly shape: string;
    readonly cancelled: boolean;
}

/** Builds a result of each shape. Its source is also part of the server over stdio, which is a program of its own. */
const resultOf = ({ n, key, shape }: Args) => {
    const all = `<${n}>${key ? ' KEY' : ''}`;
    const text = { type: 'text', text: all };
    const hello = { type: 'text', text: 'hello' };
    const results: Record<string, object> = {
        text: { content: [text] },
        second: { content: [hello, text] },
        embedded: { content: [hello, { type: 'resource', resource: { uri: 'file:///a', text: all } }] },
        link: { content: [{ type: 'resource_link', uri: 'file:///a', name: all }] },
        structured: { content: [hello], structuredContent: { note: all } },
        hidden: { content: [text], structuredContent: { text: 'hello' } },
        image: { content: [text, { type: 'image', data: 'AAAA', mimeType: 'image/png' }] },
        error: { content: [text], isError: true }
    };
    return results[shape]!;
};
const SHAPES = ['text', 'second', 'embedded', 'link', 'structured', 'hidden', 'image', 'error'];
const UNREADABLE = new Set(['hidden', 'image']);

/** What the result means, without regard to how it is written. */
function meaningOf({ n, key, shape }: Args): SessionRecord & { readonly type: 'error' | 'result' } {
    const id = String(n);
    return shape === 'error'
        ? { type: 'error', id }
        : { type: 'result', id, ...(!UNREADABLE.has(shape) && { result: `<${n}>${key ? ' KEY' : ''}` }) };
}

const SCHEMA = {
    type: 'object' as const,
    properties: {
        n: { type: 'number' as const },
        key: { type: 'boolean' as const },
        shape: { type: 'string' as const },
        cancelled: { type: 'boolean' as const }
    }
};

/** It answers each call twice, and a cancelled one when the next call arrives, which then has the same id. */
const SERVER = `
import { createInterface } from 'node:readline';
const resultOf = ${resultOf.toString()};
const tools = ['get', 'run', 'post'].map((name) => ({ name, inputSchema: ${JSON.stringify(SCHEMA)} }));
const send = (message) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\\n');
let late = [];
createInterface({ input: process.stdin }).on('line', (line) => {
    const { id, method, params } = JSON.parse(line);
    if (method === 'initialize') {
        const { protocolVersion } = params;
        send({ id, result: { protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } } });
    } else if (method === 'tools/list') {
        send({ id, result: { tools } });
    } else if (method === 'tools/call') {
        late.splice(0).forEach(send);
        const answer = { id, result: resultOf(params.arguments) };
        if (params.arguments.cancelled) {
            late.push(answer);
            send({ method: 'notifications/progress', params: { progressToken: params._meta.progressToken, progress: 1 } });
        } else {
            send(answer);
            send(answer);
        }
    }
});
`;

type Connect = (
    there: string,
    prepare: (client: Client) => void,
    arrivals: Arrivals
) => Promise<{ readonly client: Client; readonly transport: Transport }>;

/** Called when the server has a call that it does not answer before the next one, by the number of the call. */
type Arrivals = Map<number, () => void>;

const FLAGS = ['--ask-client', '--wait', '30'];

const overStdio: Connect = async (there, prepare) => {
    const client = new Client(
        { name: 'test', version: '1' },
        { versionNegotiation: { mode: LEGACY }, capabilities: { elicitation: { form: {} } } }
    );
    prepare(client);
    const server = [process.execPath, join(there, 'server.mjs')];
    const args = [CLI, 'gateway', '--policy', 'policy.guardrail', '--state', 'state', ...FLAGS, '--', ...server];
    const transport = new StdioClientTransport({ command: process.execPath, args, cwd: there, stderr: 'ignore' });
    await client.connect(transport);
    onTestFinished(() => client.close());
    return { client, transport };
};

const overHttp: Connect = async (there, prepare, arrivals) => {
    const late: (() => void)[] = [];
    const url = await serverOf(() => {
        const server = new McpServer({ name: 's', version: '1' });
        for (const name of ['get', 'run', 'post']) {
            server.registerTool(name, { inputSchema: fromJsonSchema<Args>(SCHEMA) }, async (args) => {
                late.splice(0).forEach((answer) => answer());
                if (args.cancelled) {
                    await new Promise<void>((resolve) => {
                        late.push(resolve);
                        arrivals.get(args.n)?.();
                    });
                }
                return resultOf(args) as { content: [] };
            });
        }
        return server;
    });
    onTestFinished(() => late.splice(0).forEach((answer) => answer()));
    const gateway = await gatewayOver({ s: url }, there, [...FLAGS, '--session-by', 'traceparent']);
    const traceparent = `00-${'a'.repeat(32)}-${'1'.repeat(16)}-01`;
    return clientAt(gateway.at('s'), LEGACY, { traceparent }, prepare);
};

/**
 * From now on, the client uses the smallest id that is free, so that a call has the id of a cancelled one before it.
 * Returns all messages that arrive.
 */
function reusingIds(transport: Transport): unknown[] {
    const heard: unknown[] = [];
    const [send, handle] = [transport.send.bind(transport), transport.onmessage!.bind(transport)];
    /** The client's own ids, by those on the wire. */
    const own: unknown[] = [];
    type Message = Parameters<typeof handle>[0];
    transport.send = (message, ...more) => {
        const { id, method, params } = message as { id?: unknown; method?: string; params?: JsonObject };
        let changed: object = message;
        if (method !== undefined && id !== undefined) {
            const free = own.indexOf(undefined);
            const number = free < 0 ? own.length : free;
            own[number] = id;
            changed = { ...message, id: BASE + number };
        } else if (method === 'notifications/cancelled') {
            const number = own.indexOf(params!['requestId']);
            own[number] = undefined;
            changed = { ...message, params: { ...params, requestId: BASE + number } };
        }
        return send(changed as Message, ...more);
    };
    transport.onmessage = (message: Message, ...more) => {
        heard.push(message);
        const { id, method } = message as { id?: number; method?: string };
        if (method === undefined && id !== undefined) {
            const known = own[id - BASE];
            own[id - BASE] = undefined;
            if (known !== undefined) {
                handle({ ...message, id: known } as Message, ...more);
            }
        } else {
            handle(message, ...more);
        }
    };
    return heard;
}

/** Differs from the ids of the client so far. */
const BASE = 1_000;
const STEPS = 16;

const cases = Object.keys(POLICIES).flatMap((name, index) =>
    [overStdio, overHttp].map((connect, way) => ({ name, connect, way: way === 0 ? 'stdio' : 'HTTP', index }))
);

test.each(partOf(cases, ({ way, index }) => way === 'stdio' || index === 1 || index === 3))(
    'over $way: $name',
    { timeout: 600_000 },
    async ({ name, connect, index }) => {
        for (let run = 0; run < runs(40); run++) {
            await assertAgreement(POLICIES[name]!, connect, SEED * 1_009 + run * 7 + index);
        }
    }
);

async function assertAgreement(policy: string, connect: Connect, seed: number): Promise<void> {
    const pick = picker(seed);
    const session = createSession(await parsePolicy(policy));
    const there = folder({ 'policy.guardrail': policy, 'server.mjs': SERVER });
    const arrivals: Arrivals = new Map();
    let approves = true;
    const { client, transport } = await connect(
        there,
        (one) =>
            one.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { approve: approves } })),
        arrivals
    );
    const heard = reusingIds(transport);
    const expected: number[] = [];
    for (let n = 0; n < STEPS; n++) {
        const args: Args = { n, key: pick(2) === 0, shape: SHAPES[pick(SHAPES.length)]!, cancelled: pick(4) === 0 };
        const tool = ['get', 'get', 'run', 'post'][pick(4)]!;
        approves = pick(4) > 0;
        if (isGivenOut(session, `s.${tool}`, args, approves)) {
            expected.push(n);
        }
        const stop = new AbortController();
        const arrival = new Promise<void>((resolve) => arrivals.set(n, resolve));
        const done = client
            .callTool(
                { name: tool, arguments: { ...args } },
                { signal: stop.signal, onprogress: () => arrivals.get(n)?.() }
            )
            .catch(() => undefined);
        await (args.cancelled ? Promise.race([arrival, done]) : done);
        stop.abort();
        await done;
    }
    await client.listTools();
    const markers = [...JSON.stringify(heard).matchAll(/<(\d+)>/g)].map(([, n]) => Number(n));
    expect([...new Set(markers)], `seed ${seed}`).toEqual(expected);
    expect(expected.length, 'some results are given out, and some are not').toBeGreaterThan(0);
    expect(expected.length).toBeLessThan(STEPS);
}

/** What the library says about the call, which it records. */
function isGivenOut(session: ReturnType<typeof createSession>, tool: string, args: Args, approves: boolean): boolean {
    const id = String(args.n);
    const call = { type: 'call' as const, id, tool, args: { ...args } };
    let { kind } = session.decide({ tool, args: call.args });
    if (kind === 'held') {
        session.record({ ...call, decision: kind });
        session.record({ type: approves ? 'approve' : 'refuse', id, human: 'me' });
        if (!approves) {
            return false;
        }
        ({ kind } = session.decide({ tool, args: call.args }));
    }
    expect(['allowed', 'denied']).toContain(kind);
    session.record({ ...call, decision: kind as 'allowed' | 'denied' });
    if (kind !== 'allowed') {
        return false;
    }
    const end = args.cancelled ? { type: 'lost' as const, id } : meaningOf(args);
    // What an error says is withheld like a result.
    const shown = { type: 'result' as const, id, result: `<${args.n}>${args.key ? ' KEY' : ''}` };
    const isWithheld = end.type !== 'lost' && session.withheldBy(end.type === 'error' ? shown : end).length > 0;
    session.record(end);
    return end.type !== 'lost' && !isWithheld;
}
