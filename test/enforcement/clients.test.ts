/** Tests who may call tools over HTTP where clients prove who they are, as which agent and in which session. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromJsonSchema, McpServer } from '@modelcontextprotocol/server';
import { generateKeyPair } from 'jose';
import { expect, test } from 'vitest';
import { folder, guardrail } from '../cli/guardrail.js';
import { clientAt, gatewayOver, LEGACY, modernCall, serverOf } from './http-programs.js';
import { ISSUER, keys, tokenOf } from './signed-answers.js';

const POLICY = `policy Clients
agent buyer
agent clerk
server s { tool pay() tool look() }
allow buyer: s.*
allow clerk: s.look
limit s.pay to 1
`;
const CLIENTS = {
    issuer: ISSUER,
    audience: 'guardrail',
    keys: './keys.json',
    agents: { buyer: ['b-1', 'b-2'], clerk: ['c-1'] }
};
const FLAGS = ['--policy', 'policy.guardrail', '--session-by', 'header:x-conv', '--session-by', 'connection'];

function workspace(clients: object = CLIENTS): string {
    const there = folder({ 'policy.guardrail': POLICY, 'keys.json': keys });
    writeFileSync(join(there, 'guardrail.config.json'), JSON.stringify({ clients }));
    return there;
}

/** A gateway for clients with tokens, and what its server received. */
async function started() {
    const received: (string | null)[] = [];
    const url = await serverOf(() => {
        const server = new McpServer({ name: 's', version: '1' });
        for (const name of ['pay', 'look']) {
            server.registerTool(name, { inputSchema: fromJsonSchema({ type: 'object' }) }, (_, context) => {
                received.push(
                    (context as { http?: { req?: Request } }).http?.req?.headers.get('authorization') ?? null
                );
                return { content: [{ type: 'text', text: 'done' }] };
            });
        }
        return server;
    });
    const gateway = await gatewayOver({ s: url }, workspace(), FLAGS);
    const call = async (tool: string, sub: string, conversation = '1'): Promise<string> => {
        const headers = { authorization: `Bearer ${await tokenOf(sub)}`, 'x-conv': conversation };
        return JSON.stringify(await modernCall(gateway.at('s'), tool, {}, undefined, headers));
    };
    return { at: gateway.at('s'), call, received };
}

test('a client is the agent of its token, in sessions of its own, and no server gets the token', async () => {
    const { at, call, received } = await started();
    expect(await call('pay', 'b-1')).toContain('done');
    expect(await call('pay', 'b-1')).toContain('limit s.pay to 1');
    expect(await call('pay', 'b-1', '2'), 'another conversation').toContain('done');
    expect(await call('pay', 'b-2'), 'the conversation of another client').toContain('done');
    expect(await call('pay', 'c-1'), 'another agent').toContain('No rule of the policy');
    expect(await call('look', 'c-1')).toContain('done');
    expect(received).toEqual([null, null, null, null]);
    const authorization = async (sub: string) => ({ authorization: `Bearer ${await tokenOf(sub)}` });
    const { client, transport } = await clientAt(at, LEGACY, await authorization('b-1'));
    await client.callTool({ name: 'look', arguments: {} });
    const headers = { 'mcp-session-id': transport.sessionId!, 'content-type': 'application/json' };
    for (const method of ['GET', 'DELETE', 'POST']) {
        const body = method === 'POST' ? '{"jsonrpc":"2.0","id":9,"method":"tools/list"}' : null;
        const request = { method, body, headers: { ...headers, ...(await authorization('b-2')) } };
        expect((await fetch(at, request)).status, `the connection of another client: ${method}`).toBe(404);
    }
    await client.callTool({ name: 'look', arguments: {} });
});

test('without a token that counts, nobody calls, lists or connects', async () => {
    const { at, received } = await started();
    const other = await generateKeyPair('ES256');
    const tokens: Readonly<Record<string, string | undefined>> = {
        'no token': undefined,
        'no content': '',
        'not a token': 'x.y.z',
        'another key': await tokenOf('b-1', { by: other.privateKey }),
        'another issuer': await tokenOf('b-1', { claims: { iss: 'https://evil.example/' } }),
        'another audience': await tokenOf('b-1', { claims: { aud: 'another' } }),
        expired: await tokenOf('b-1', { expires: '-5m' }),
        'without an end': await tokenOf('b-1', { expires: false }),
        'not valid yet': await tokenOf('b-1', { claims: { nbf: 99_999_999_999 } }),
        'without a subject': await tokenOf(undefined),
        'an unknown subject': await tokenOf('a-1'),
        'the name of an agent': await tokenOf('buyer')
    };
    for (const [what, token] of Object.entries(tokens)) {
        for (const method of ['initialize', 'tools/list', 'tools/call']) {
            const response = await fetch(at, {
                method: 'POST',
                headers: {
                    'content-type': 'application/json',
                    ...(token !== undefined && { authorization: `Bearer ${token}` })
                },
                body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { name: 'look', arguments: {} } })
            });
            expect([response.status, response.headers.get('www-authenticate')], `${what}: ${method}`).toEqual([
                401,
                'Bearer'
            ]);
        }
    }
    expect(received).toEqual([]);
});

test.each<[string, object, readonly string[]]>([
    ['an agent that the policy lacks', { ...CLIENTS, agents: { seller: ['s-1'] } }, []],
    ['one subject twice', { ...CLIENTS, agents: { buyer: ['x'], clerk: ['x'] } }, []],
    ['keys that are missing', { ...CLIENTS, keys: './no.json' }, []],
    ['one agent for all', CLIENTS, ['--agent', 'buyer']]
])('a gateway with %s does not start', async (_, clients, flags) => {
    const args = ['gateway', '--listen', '0', '--upstream', 's=http://127.0.0.1:9/mcp', '--state', 'state', ...FLAGS];
    const outcome = await guardrail([...args, ...flags], { cwd: workspace(clients) });
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toContain('error[GR985]');
});
