/** Tests answers over HTTP: only people who prove who they are count, each for one human, for the call that they saw. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromJsonSchema, McpServer } from '@modelcontextprotocol/server';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { folder, guardrail } from '../cli/guardrail.js';
import { gatewayOver, modernCall, serverOf } from './http-programs.js';

const POLICY = `policy Pay
agent a
human alice
human bob
role finance = alice, bob
server s { tool pay(amount: int) }
allow a: s.*
require approval by 2 of finance for s.pay
claim "payments are approved": never s.pay unless approved by finance
`;

const ISSUER = 'https://login.example/';
const HUMANS = { alice: 'a-1', bob: 'b-2' };

type Key = Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];
let key: Key;
let strange: Key;
let keys: string;

beforeAll(async () => {
    const pair = await generateKeyPair('ES256');
    key = pair.privateKey;
    strange = (await generateKeyPair('ES256')).privateKey;
    keys = JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k' }] });
});

interface TokenOptions {
    readonly by?: Key;
    readonly claims?: JWTPayload;
    readonly expires?: string | false;
}

async function tokenOf(
    sub: string | undefined,
    { by = key, claims = {}, expires = '5m' }: TokenOptions = {}
): Promise<string> {
    const payload = { iss: ISSUER, aud: 'guardrail', ...(sub !== undefined && { sub }), ...claims };
    const jwt = new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid: 'k' }).setIssuedAt();
    return (expires === false ? jwt : jwt.setExpirationTime(expires)).sign(by);
}

/** A gateway with a payment that waits. */
async function waiting(address?: string) {
    const there = folder({ 'pay.guardrail': POLICY, 'keys.json': keys });
    const approvers = { issuer: ISSUER, audience: 'guardrail', keys: address ?? './keys.json', humans: HUMANS };
    writeFileSync(join(there, 'guardrail.config.json'), JSON.stringify({ approvers }));
    const paid: number[] = [];
    const url = await serverOf(() => {
        const server = new McpServer({ name: 's', version: '1' });
        const inputSchema = fromJsonSchema<{ amount: number }>({
            type: 'object',
            properties: { amount: { type: 'number' } }
        });
        server.registerTool('pay', { inputSchema }, ({ amount }) => {
            paid.push(amount);
            return { content: [] };
        });
        return server;
    });
    const gateway = await gatewayOver({ s: url }, there, ['--policy', 'pay.guardrail', '--session', 'k']);
    const answer = modernCall(gateway.at('s'), 'pay', { amount: 5 });
    // The gateway may end before the call.
    answer.catch(() => undefined);
    const at = new URL('/-/approvals', gateway.at('s'));
    const ask = async (token: string | undefined, body?: unknown) => {
        const response = await fetch(at, {
            method: body === undefined ? 'GET' : 'POST',
            headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
            ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) })
        });
        return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };
    const list = async () => {
        const { body } = await ask(await tokenOf('a-1'));
        return body['waiting'] as { id: string; tool: string; args: object; digest: string }[];
    };
    await vi.waitFor(async () => expect(await list()).toHaveLength(1), { timeout: 30_000 });
    return { there, ask, at, list, answer, paid, call: (await list())[0]! };
}

describe.skipIf(process.platform === 'win32')('answers over HTTP', { timeout: 120_000 }, () => {
    test('two people approve the call that they saw', async () => {
        const { there, ask, call, answer, paid } = await waiting();
        expect(call).toMatchObject({ tool: 's.pay', args: { amount: 5 } });
        const { id, digest } = call;
        const yes = { id, answer: 'approve', digest };
        const alice = await tokenOf('a-1');
        expect(await ask(alice, { ...yes, digest: 'sha256:0' })).toMatchObject({ status: 409 });
        expect(await ask(alice, yes)).toMatchObject({ status: 200, body: { human: 'alice' } });
        // The same person again is not another one.
        await ask(await tokenOf('a-1'), yes);
        expect(paid).toEqual([]);
        expect(await ask(await tokenOf('b-2'), yes)).toMatchObject({ status: 200, body: { human: 'bob' } });
        expect((await answer).result?.['isError']).not.toBe(true);
        expect(paid).toEqual([5]);
        expect(await ask(await tokenOf('b-2'), yes)).toMatchObject({ status: 409 });
        const log = readFileSync(join(there, 'state/k.jsonl'), 'utf8');
        expect(log).toMatch(/"type":"approve".*"human":"bob".*"subject":"b-2"/);
    });

    test('one person denies it', async () => {
        const { ask, call, answer, paid } = await waiting();
        const { id, digest } = call;
        expect(await ask(await tokenOf('b-2'), { id, answer: 'deny', digest })).toMatchObject({ status: 200 });
        expect((await answer).result?.['isError']).toBe(true);
        expect(paid).toEqual([]);
    });

    test('nobody else counts, and no other token', async () => {
        const { ask, call, list } = await waiting();
        const { id, digest } = call;
        const yes = { id, answer: 'approve', digest };
        const unsigned = new UnsecuredJWT({ iss: ISSUER, aud: 'guardrail', sub: 'a-1' })
            .setExpirationTime('5m')
            .encode();
        const secret = new TextEncoder().encode(keys);
        const tokens: Record<string, string | undefined> = {
            none: undefined,
            garbage: 'x',
            unsigned,
            'another subject': await tokenOf('c-3'),
            'a name of the policy': await tokenOf('alice'),
            'no subject': await tokenOf(undefined),
            'another key': await tokenOf('a-1', { by: strange }),
            'another issuer': await tokenOf('a-1', { claims: { iss: 'https://evil.example/' } }),
            'another audience': await tokenOf('a-1', { claims: { aud: 'mail' } }),
            'not valid yet': await tokenOf('a-1', { claims: { nbf: Math.floor(Date.now() / 1000) + 600 } }),
            expired: await tokenOf('a-1', { expires: '-2m' }),
            'without an end': await tokenOf('a-1', { expires: false }),
            'the public key as a secret': await new SignJWT({ iss: ISSUER, aud: 'guardrail', sub: 'a-1' })
                .setProtectedHeader({ alg: 'HS256' })
                .setExpirationTime('5m')
                .sign(secret)
        };
        for (const [what, token] of Object.entries(tokens)) {
            expect(await ask(token, yes), what).toMatchObject({ status: 401, body: { code: 'GR997' } });
            expect(await ask(token), what).toMatchObject({ status: 401 });
        }
        const alice = await tokenOf('a-1');
        for (const body of [
            '',
            '[]',
            '{"id":1}',
            { id, answer: 'maybe', digest },
            { id, answer: 'approve' },
            'x'.repeat(20_000)
        ]) {
            expect(await ask(alice, body)).toMatchObject({ status: 400 });
        }
        expect(await ask(alice, { id: '99', answer: 'approve', digest })).toMatchObject({ status: 409 });
        expect(await list()).toHaveLength(1);
    });

    test('keys can come from an address; without them nobody counts', async () => {
        let isUp = true;
        const server = createServer((_, response) => (isUp ? response.end(keys) : response.destroy()));
        server.listen(0, '127.0.0.1');
        await once(server, 'listening');
        onTestFinished(() => void server.close());
        const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
        const { list } = await waiting(address);
        expect(await list()).toHaveLength(1);
        isUp = false;
        const second = await gatewayDown(address);
        expect(second).toMatchObject({ status: 503 });
    });

    async function gatewayDown(address: string) {
        const there = folder({ 'pay.guardrail': POLICY });
        const approvers = { issuer: ISSUER, audience: 'guardrail', keys: address, humans: HUMANS };
        writeFileSync(join(there, 'guardrail.config.json'), JSON.stringify({ approvers }));
        const flags = ['--policy', 'pay.guardrail', '--session', 'k'];
        const { at } = await gatewayOver({ s: 'http://127.0.0.1:9/mcp' }, there, flags);
        const headers = { authorization: `Bearer ${await tokenOf('a-1')}` };
        return { status: (await fetch(new URL('/-/approvals', at('s')), { headers })).status };
    }

    test('without approvers there is no such address', async () => {
        const there = folder({ 'pay.guardrail': POLICY });
        const flags = ['--policy', 'pay.guardrail', '--session', 'k'];
        const { at } = await gatewayOver({ s: 'http://127.0.0.1:9/mcp' }, there, flags);
        expect((await fetch(new URL('/-/approvals', at('s')))).status).toBe(404);
    });
});

test.each<[string, object, string]>([
    ['a human that the policy does not have', { humans: { carol: 'c' } }, 'GR985'],
    ['one person for two humans', { humans: { alice: 'a', bob: 'a' } }, 'GR985'],
    ['keys that are not there', { keys: './none.json' }, 'GR985'],
    ['keys that are no keys', { keys: './pay.guardrail' }, 'GR985'],
    ['JSON that is no keys', { keys: './guardrail.config.json' }, 'GR985'],
    ['no audience', { audience: '' }, 'GR912']
])('a gateway does not start with %s', async (_, change, code) => {
    const there = folder({ 'pay.guardrail': POLICY, 'keys.json': keys });
    const approvers = { issuer: ISSUER, audience: 'guardrail', keys: './keys.json', humans: HUMANS, ...change };
    writeFileSync(join(there, 'guardrail.config.json'), JSON.stringify({ approvers }));
    const flags = ['--policy', 'pay.guardrail', '--session', 'k', '--state', 'state', '--listen', '0'];
    const outcome = await guardrail(['gateway', ...flags, '--upstream', 's=http://127.0.0.1:9/mcp'], { cwd: there });
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toContain(`error[${code}]`);
});
