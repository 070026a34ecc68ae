/** Tests answers over HTTP: only people who prove who they are count, each for one human, for the call that they saw. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { folder, guardrail } from '../cli/guardrail.js';
import { gatewayOver } from './http-programs.js';
import { HUMANS, ISSUER, keys, PAY, tokenOf, waiting } from './signed-answers.js';

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
        const log = readFileSync(join(there, 'state/http.jsonl'), 'utf8');
        expect(log).toMatch(/"type":"approve".*"human":"bob".*"subject":"b-2"/);
    });

    test('one person denies it', async () => {
        const { ask, call, answer, paid } = await waiting();
        const { id, digest } = call;
        expect(await ask(await tokenOf('b-2'), { id, answer: 'deny', digest })).toMatchObject({ status: 200 });
        expect((await answer).result?.['isError']).toBe(true);
        expect(paid).toEqual([]);
    });

    test('keys can come from an address; without them nobody counts', async () => {
        let isUp = true;
        const server = createServer((_, response) => (isUp ? response.end(keys) : response.destroy()));
        server.listen(0, '127.0.0.1');
        await once(server, 'listening');
        onTestFinished(() => void server.close());
        const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
        const { list } = await waiting({ address });
        expect(await list()).toHaveLength(1);
        isUp = false;
        const second = await gatewayDown(address);
        expect(second).toMatchObject({ status: 503 });
    });

    async function gatewayDown(address: string) {
        const there = folder({ 'pay.guardrail': PAY });
        const approvers = { issuer: ISSUER, audience: 'guardrail', keys: address, humans: HUMANS };
        writeFileSync(join(there, 'guardrail.config.json'), JSON.stringify({ approvers }));
        const flags = ['--policy', 'pay.guardrail', '--session', 'k'];
        const { at } = await gatewayOver({ s: 'http://127.0.0.1:9/mcp' }, there, flags);
        const headers = { authorization: `Bearer ${await tokenOf('a-1')}` };
        return { status: (await fetch(new URL('/-/approvals', at('s')), { headers })).status };
    }

    test('without approvers there is no such address', async () => {
        const there = folder({ 'pay.guardrail': PAY });
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
    const there = folder({ 'pay.guardrail': PAY, 'keys.json': keys });
    const approvers = { issuer: ISSUER, audience: 'guardrail', keys: './keys.json', humans: HUMANS, ...change };
    writeFileSync(join(there, 'guardrail.config.json'), JSON.stringify({ approvers }));
    const flags = ['--policy', 'pay.guardrail', '--session', 'k', '--state', 'state', '--listen', '0'];
    const outcome = await guardrail(['gateway', ...flags, '--upstream', 's=http://127.0.0.1:9/mcp'], { cwd: there });
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toContain(`error[${code}]`);
});
