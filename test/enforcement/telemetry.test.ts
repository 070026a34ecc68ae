/** Tests what the gateway as shipped sends to a collector of OpenTelemetry, which is a real HTTP server. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { fromJsonSchema, McpServer } from '@modelcontextprotocol/server';
import { expect, onTestFinished, test } from 'vitest';
import { folder } from '../cli/guardrail.js';
import { gatewayOver, modernCall, serverOf } from './http-programs.js';

const POLICY = `policy Notes
agent assistant
human me
server notes {
  tool read(name: string) readonly
  tool write(name: string)
  tool send(name: string)
}
allow assistant: notes.*
deny notes.write when name == "locked"
require approval by me for notes.send
withhold result of notes.read when name == "hidden"
claim "sent with approval": never notes.send unless approved by me
`;

/** A text that is in arguments and results, and must never reach the collector. */
const SECRET = 'cafe-1234';

interface Received {
    readonly path: string;
    readonly type: string;
    readonly body: Buffer;
}

async function collector(answer: 'accepts' | 'hangs' = 'accepts') {
    const received: Received[] = [];
    const server = createServer((request, response) => {
        void buffer(request).then((body) => {
            received.push({ path: request.url!, type: request.headers['content-type'] ?? '', body });
            if (answer === 'accepts') {
                response.setHeader('content-type', request.headers['content-type']!);
                response.end(request.headers['content-type'] === 'application/json' ? '{}' : '');
            }
        });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
        server.closeAllConnections();
        server.close();
    });
    return { received, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function notes(): Promise<string> {
    const inputSchema = fromJsonSchema<{ name: string }>({ type: 'object', properties: { name: { type: 'string' } } });
    return serverOf(() => {
        const server = new McpServer({ name: 'notes', version: '1' });
        for (const tool of ['read', 'write', 'send']) {
            server.registerTool(tool, { inputSchema }, ({ name }) => {
                if (name === 'broken') {
                    throw new Error('it does not work');
                }
                return { content: [{ type: 'text', text: `${SECRET} ${name}` }] };
            });
        }
        return server;
    });
}

/** Makes the calls, and stops the gateway. */
async function after(
    env: Readonly<Record<string, string>>,
    calls: readonly (readonly [tool: string, name: string])[],
    traceparent?: string
) {
    const there = folder({ 'policy.guardrail': POLICY });
    const flags = ['--session', 'one', '--wait', '0'];
    const { child, errors, at } = await gatewayOver({ notes: await notes() }, there, flags, { env });
    const answers = [];
    for (const [tool, name] of calls) {
        const address = at('notes');
        answers.push(
            await modernCall(address, tool, { name }, undefined, traceparent === undefined ? {} : { traceparent })
        );
    }
    child.kill('SIGTERM');
    const [code] = (await once(child, 'close')) as [number];
    return { answers, code, errors: errors() };
}

interface Attribute {
    readonly key: string;
    readonly value: { readonly stringValue?: string; readonly boolValue?: boolean };
}

interface OtlpSpan {
    readonly name: string;
    readonly traceId: string;
    readonly parentSpanId?: string;
    readonly status: { readonly code: number };
    readonly attributes: readonly Attribute[];
}

interface OtlpMetric {
    readonly name: string;
    readonly sum?: {
        readonly dataPoints: readonly { readonly asDouble?: number; readonly attributes: readonly Attribute[] }[];
    };
}

function valueOf(attributes: readonly Attribute[], key: string): string | boolean | undefined {
    const { value } = attributes.find((one) => one.key === key) ?? {};
    return value?.stringValue ?? value?.boolValue;
}

function spansIn(received: readonly Received[]): OtlpSpan[] {
    return received
        .filter(({ path }) => path === '/v1/traces')
        .flatMap(({ body }) => {
            const { resourceSpans } = JSON.parse(body.toString()) as {
                readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: OtlpSpan[] }[] }[];
            };
            return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
        });
}

function metricsIn(received: readonly Received[]): OtlpMetric[] {
    return received
        .filter(({ path }) => path === '/v1/metrics')
        .flatMap(({ body }) => {
            const { resourceMetrics } = JSON.parse(body.toString()) as {
                readonly resourceMetrics: readonly {
                    readonly scopeMetrics: readonly { readonly metrics: OtlpMetric[] }[];
                }[];
            };
            return resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics));
        });
}

test('each decision is a span and is counted, without arguments and results', async () => {
    const { received, endpoint } = await collector();
    const trace = 'a'.repeat(32);
    await after(
        { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' },
        [
            ['read', SECRET],
            ['read', 'hidden'],
            ['read', 'broken'],
            ['write', 'locked'],
            ['send', SECRET],
            [SECRET, 'x']
        ],
        `00-${trace}-${'b'.repeat(16)}-01`
    );
    const spans = spansIn(received);
    expect(
        spans
            .map(({ name, attributes, status }) => [
                name,
                valueOf(attributes, 'guardrail.decision'),
                valueOf(attributes, 'guardrail.decision.by'),
                valueOf(attributes, 'error.type') ??
                    (valueOf(attributes, 'guardrail.result.withheld') ? 'withheld' : ''),
                status.code
            ])
            .sort((a, b) => (String(a) < String(b) ? -1 : 1))
    ).toEqual([
        ['execute_tool _OTHER', 'denied', 'gateway', '', 0],
        ['execute_tool notes.read', 'allowed', 'rule', '', 0],
        ['execute_tool notes.read', 'allowed', 'rule', 'tool_error', 2],
        ['execute_tool notes.read', 'allowed', 'rule', 'withheld', 0],
        ['execute_tool notes.send', 'held', 'rule', '', 0],
        ['execute_tool notes.write', 'denied', 'rule', '', 0]
    ]);
    for (const { traceId, parentSpanId, attributes } of spans) {
        expect({ traceId, parentSpanId }).toEqual({ traceId: trace, parentSpanId: 'b'.repeat(16) });
        expect(valueOf(attributes, 'gen_ai.operation.name')).toBe('execute_tool');
        expect(valueOf(attributes, 'guardrail.policy.digest')).toMatch(/^sha256:/);
    }
    const points = metricsIn(received).find(({ name }) => name === 'guardrail.decisions')!.sum!.dataPoints;
    const counted = points.map(
        ({ attributes, asDouble }) =>
            `${asDouble} ${valueOf(attributes, 'gen_ai.tool.name')} ${valueOf(attributes, 'guardrail.decision')}`
    );
    expect(counted.sort()).toEqual([
        '1 _OTHER denied',
        '1 notes.send held',
        '1 notes.write denied',
        '3 notes.read allowed'
    ]);
    expect(Buffer.concat(received.map(({ body }) => body)).includes(SECRET)).toBe(false);
});

test('the protocol is protobuf unless the environment chooses another one', async () => {
    const { received, endpoint } = await collector();
    await after({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }, [['read', 'a']]);
    expect(received.map(({ path, type }) => `${path} ${type}`).sort()).toEqual([
        '/v1/metrics application/x-protobuf',
        '/v1/traces application/x-protobuf'
    ]);
    expect(received.find(({ path }) => path === '/v1/traces')!.body.includes('execute_tool notes.read')).toBe(true);
});

test.each<readonly [string, Readonly<Record<string, string>>, RegExp | undefined]>([
    ['telemetry is disabled', { OTEL_SDK_DISABLED: 'true' }, undefined],
    ['no exporter is wanted', { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' }, undefined],
    ['the protocol is not supported', { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, /the protocol grpc is not supported/],
    [
        'the exporter is not supported',
        { OTEL_TRACES_EXPORTER: 'console', OTEL_METRICS_EXPORTER: 'console' },
        /only otlp and none/
    ]
])('nothing is sent if %s', async (_, env, warning) => {
    const { received, endpoint } = await collector();
    const { code, errors } = await after({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...env }, [['read', 'a']]);
    expect({ received, code }).toEqual({ received: [], code: 0 });
    expect(errors.includes('sent')).toBe(warning !== undefined);
    expect(errors).toMatch(warning ?? '');
});

test.each<readonly [string, () => Promise<string> | string]>([
    ['is not there', () => 'http://127.0.0.1:9'],
    ['never answers', async () => (await collector('hangs')).endpoint]
])('a collector that %s affects no decision', async (_, endpoint) => {
    const { answers, code } = await after(
        { OTEL_EXPORTER_OTLP_ENDPOINT: await endpoint(), OTEL_EXPORTER_OTLP_TIMEOUT: '1000' },
        [
            ['read', 'a'],
            ['write', 'locked']
        ]
    );
    expect(answers.map(({ result }) => result?.['isError'] === true)).toEqual([false, true]);
    expect(code).toBe(0);
});
