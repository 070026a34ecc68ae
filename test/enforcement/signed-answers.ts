/** A gateway over HTTP with a payment that waits for two people, and the tokens that prove who they are. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromJsonSchema, McpServer } from '@modelcontextprotocol/server';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { expect } from 'vitest';
import { Identities } from '../../server/enforcement/identities.js';
import { folder } from '../cli/guardrail.js';
import { gatewayOver, modernCall, serverOf } from './http-programs.js';
import { eventually } from '../support/eventually.js';

export const PAY = `policy Pay
agent a
human alice
human bob
role finance = alice, bob
server s { tool pay(amount: int, note?: string) }
allow a: s.*
require approval by 2 of finance for s.pay
claim "payments are approved": never s.pay unless approved by finance
`;

export const ISSUER = 'https://login.example/';
export const HUMANS = { alice: 'a-1', bob: 'b-2' };

const pair = await generateKeyPair('ES256');
/** The public keys of the issuer. */
export const keys = JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k' }] });

/** People whose tokens the same issuer signs. */
export function identities(): Promise<Identities> {
    const file = join(folder({ 'keys.json': keys }), 'keys.json');
    return Identities.open({ issuer: ISSUER, audience: 'guardrail', keys: file, humans: HUMANS });
}

interface TokenOptions {
    readonly by?: Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];
    readonly claims?: JWTPayload;
    readonly expires?: string | false;
}

export async function tokenOf(
    sub: string | undefined,
    { by = pair.privateKey, claims = {}, expires = '5m' }: TokenOptions = {}
): Promise<string> {
    const payload = { iss: ISSUER, aud: 'guardrail', ...(sub !== undefined && { sub }), ...claims };
    const jwt = new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid: 'k' }).setIssuedAt();
    return (expires === false ? jwt : jwt.setExpirationTime(expires)).sign(by);
}

export interface WaitingOptions {
    /** The address of the keys. */
    readonly address?: string;
    readonly flags?: readonly string[];
    readonly args?: Readonly<Record<string, unknown>>;
    readonly policy?: string;
    readonly env?: Readonly<Record<string, string>>;
}

/** A gateway with a payment that waits. */
export async function waiting({
    address,
    flags = [],
    args = { amount: 5 },
    policy = PAY,
    env = {}
}: WaitingOptions = {}) {
    const there = folder({ 'pay.guardrail': policy, 'keys.json': keys });
    const approvers = { issuer: ISSUER, audience: 'guardrail', keys: address ?? './keys.json', humans: HUMANS };
    writeFileSync(join(there, 'guardrail.config.json'), JSON.stringify({ approvers }));
    const paid: number[] = [];
    const url = await serverOf(() => {
        const server = new McpServer({ name: 's', version: '1' });
        const inputSchema = fromJsonSchema<{ amount: number }>({
            type: 'object',
            properties: { amount: { type: 'number' }, note: { type: 'string' } }
        });
        server.registerTool('pay', { inputSchema }, ({ amount }) => {
            paid.push(amount);
            return { content: [] };
        });
        return server;
    });
    const gateway = await gatewayOver({ s: url }, there, ['--policy', 'pay.guardrail', '--session', 'k', ...flags], {
        env
    });
    const pay = (values: WaitingOptions['args']) => modernCall(gateway.at('s'), 'pay', { ...values });
    const answer = pay(args);
    // The gateway may end before the call.
    answer.catch(() => undefined);
    const at = new URL('/-/approvals', gateway.at('s'));
    const ask = async (token: string | undefined, body?: unknown) => {
        const response = await fetch(at, {
            method: body === undefined ? 'GET' : 'POST',
            headers: {
                ...(token !== undefined && { authorization: `Bearer ${token}` }),
                ...(body !== undefined && { 'content-type': 'application/json' })
            },
            ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) })
        });
        return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };
    const list = async () => {
        const { body } = await ask(await tokenOf('a-1'));
        return body['waiting'] as { id: string; tool: string; args: object; digest: string }[];
    };
    await eventually(async () => expect(await list()).toHaveLength(1));
    return { there, ask, at, list, answer, pay, paid, call: (await list())[0]! };
}

export type Headers = Readonly<Record<string, string>>;

/** Posts a form as a browser does from the page itself; `headers` may say otherwise. */
export function posted(at: URL, fields: Readonly<Record<string, string>>, headers: Headers = {}): Promise<Response> {
    return fetch(at, { method: 'POST', body: new URLSearchParams(fields), headers: { origin: at.origin, ...headers } });
}

/** The token that the page has for the form of this call. */
export function pageTokenIn(html: string, id: string): string {
    const [, token] = new RegExp(`name="id" value="${id}">.*?name="page" value="([^"]+)"`, 's').exec(html) ?? [];
    return token!;
}
