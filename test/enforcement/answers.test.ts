/**
 * Tests every way in which somebody might answer a held call without being entitled to, where people prove who they are:
 * over HTTP, with the command and its socket, in the dialog of a client, and through hooks.
 */
import { createConnection } from 'node:net';
import { request } from 'node:http';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { EnforcingGateway } from '../../server/enforcement/gateway.js';
import { Person } from '../../server/enforcement/person.js';
import { folder, guardrail } from '../cli/guardrail.js';
import { identities, ISSUER, keys, PAY, pageTokenIn, posted, tokenOf, waiting } from './signed-answers.js';
import { mail, read, send } from './policies.js';
import { expectOnPage } from '../support/tried-ways.js';

type Headers = Readonly<Record<string, string | readonly string[]>>;

interface Sent {
    readonly method?: string;
    readonly headers?: Headers;
    readonly body?: string;
    readonly path?: string;
}

/** Sends the request as it is; `fetch` would choose some headers by itself. */
function sent(at: URL, { method = 'POST', headers = {}, body = '', path = at.pathname }: Sent): Promise<number> {
    return new Promise((resolve, reject) => {
        const outgoing = request(
            {
                host: at.hostname,
                port: at.port,
                path,
                method,
                headers: { ...(headers as Record<string, string>), 'content-length': String(Buffer.byteLength(body)) }
            },
            (response) => {
                response.resume().on('end', () => resolve(response.statusCode!));
            }
        );
        outgoing.on('error', reject).end(body);
    });
}

const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';

/** What an attacker knows and has: the call, a page of the person for another call, and a proxy that adds the token. */
interface Around {
    readonly json: string;
    readonly form: (page?: string, more?: Readonly<Record<string, string>>) => string;
    readonly origin: string;
    readonly host: string;
    readonly port: number;
    readonly bearer: string;
    /** The token of the page for this call. */
    readonly page: string;
    /** The token of the page for another call that waits. */
    readonly otherPage: string;
    /** The token of the page that another person sees for this call. */
    readonly bobsPage: string;
    readonly fields: { readonly id: string; readonly digest: string };
}

const asJson = (headers: (around: Around) => Headers) => (around: Around) => ({
    headers: { authorization: around.bearer, 'content-type': JSON_TYPE, ...headers(around) },
    body: around.json
});
const asForm = (
    change: (around: Around) => Headers,
    page: (around: Around) => string | undefined = ({ page: own }) => own
) => {
    return (around: Around) => ({
        headers: { authorization: around.bearer, 'content-type': FORM, origin: around.origin, ...change(around) },
        body: around.form(page(around))
    });
};
const none = (): Headers => ({});

const ATTACKS: Readonly<Record<string, (around: Around) => Sent>> = {
    'JSON as text/plain from another port': (around) => ({
        headers: { authorization: around.bearer, 'content-type': 'text/plain', origin: 'http://localhost:9999' },
        body: around.json
    }),
    'JSON as text/plain without an origin': (around) => ({
        headers: { authorization: around.bearer, 'content-type': 'text/plain' },
        body: around.json
    }),
    'JSON without a type': (around) => ({ headers: { authorization: around.bearer }, body: around.json }),
    'JSON as a form': (around) => ({
        headers: { authorization: around.bearer, 'content-type': FORM, origin: around.origin },
        body: around.json
    }),
    'JSON as multipart/form-data': asJson(() => ({ 'content-type': 'multipart/form-data; boundary=x' })),
    'JSON with two types': asJson(() => ({ 'content-type': ['text/plain', JSON_TYPE] })),
    'text/plain that names JSON': asJson(() => ({ 'content-type': `text/plain; ${JSON_TYPE}` })),
    'JSON in another charset': asJson(() => ({ 'content-type': `${JSON_TYPE}; charset=utf-7` })),
    'JSON from another port': asJson(({ port }) => ({ origin: `http://127.0.0.1:${port + 1}` })),
    'JSON from another name of this machine': asJson(({ port }) => ({ origin: `http://localhost:${port}` })),
    'JSON from the IPv6 address of this machine': asJson(({ port }) => ({ origin: `http://[::1]:${port}` })),
    'JSON from another site': asJson(() => ({ origin: 'https://evil.example' })),
    'JSON from a site whose name begins alike': asJson(({ host }) => ({ origin: `http://${host}.evil.example` })),
    'JSON from the origin null': asJson(() => ({ origin: 'null' })),
    'JSON from a file': asJson(() => ({ origin: 'file://' })),
    'JSON from two origins': asJson(({ origin }) => ({ origin: [origin, 'http://localhost:9999'] })),
    'JSON without an origin, across sites': asJson(() => ({ 'sec-fetch-site': 'cross-site' })),
    'JSON without an origin, from the same site': asJson(() => ({ 'sec-fetch-site': 'same-site' })),
    'JSON of a navigation across sites': asJson(() => ({
        'sec-fetch-site': 'cross-site',
        'sec-fetch-mode': 'navigate'
    })),
    'a name that leads to this machine': asJson(({ port }) => ({
        host: `evil.example:${port}`,
        origin: `http://evil.example:${port}`
    })),
    'JSON without a token': (around) => ({ headers: { 'content-type': JSON_TYPE }, body: around.json }),
    'JSON with the token in the body': (around) => ({
        headers: { 'content-type': JSON_TYPE },
        body: JSON.stringify({ ...(JSON.parse(around.json) as object), token: around.bearer.slice('Bearer '.length) })
    }),
    'JSON with the token in the address': (around) => ({
        headers: { 'content-type': JSON_TYPE },
        path: `/-/approvals?token=${around.bearer.slice('Bearer '.length)}`,
        body: around.json
    }),
    'JSON with the token of the page and no other': (around) => ({
        headers: { 'content-type': JSON_TYPE, authorization: `Bearer ${around.page}` },
        body: around.json
    }),
    'a form without the token of the page': asForm(none, () => undefined),
    'a form with an empty token': asForm(none, () => ''),
    'a form with a guessed token': asForm(none, () => `${'A'.repeat(22)}.${'A'.repeat(43)}`),
    'a form with half a token': asForm(none, ({ page }) => page.split('.')[0]),
    'a form with a changed token': asForm(
        none,
        ({ page }) => `${page.slice(0, -2)}${page.endsWith('A') ? 'BB' : 'AA'}`
    ),
    'a form with the token of another call': asForm(none, ({ otherPage }) => otherPage),
    'a form with the token that another person sees': asForm(none, ({ bobsPage }) => bobsPage),
    'a form without an origin': (around) => ({
        headers: { authorization: around.bearer, 'content-type': FORM },
        body: around.form(around.page)
    }),
    'a form from another port': asForm(({ port }) => ({ origin: `http://127.0.0.1:${port + 1}` })),
    'a form from the origin null': asForm(() => ({ origin: 'null' })),
    'a form across sites': asForm(() => ({ 'sec-fetch-site': 'cross-site' })),
    'a form in another charset': asForm(() => ({ 'content-type': `${FORM}; charset=utf-16` })),
    'a form as text/plain': asForm(() => ({ 'content-type': 'text/plain' })),
    'a form with another digest': (around) => ({
        headers: { authorization: around.bearer, 'content-type': FORM, origin: around.origin },
        body: around.form(around.page, { digest: 'sha256:0' })
    }),
    'GET with the fields in the address': (around) => ({
        method: 'GET',
        headers: { authorization: around.bearer },
        path: `/-/approvals?${around.form(around.page)}`
    }),
    'GET with a body': (around) => ({ ...asJson(none)(around), method: 'GET' }),
    'GET that names another method': (around) => ({
        ...asJson(() => ({ 'x-http-method-override': 'POST' }))(around),
        method: 'GET'
    }),
    PUT: (around) => ({ ...asJson(none)(around), method: 'PUT' }),
    PATCH: (around) => ({ ...asJson(none)(around), method: 'PATCH' }),
    'the question of a browser before another page may send JSON': (around) => ({
        ...asJson(() => ({ origin: 'http://localhost:9999', 'access-control-request-method': 'POST' }))(around),
        method: 'OPTIONS'
    })
};

describe.skipIf(process.platform === 'win32')('where people prove who they are', { timeout: 120_000 }, () => {
    test('nothing but the page and JSON with a token answers over HTTP', async () => {
        const { at, call, list, pay, paid, ask } = await waiting();
        pay({ amount: 6 }).catch(() => undefined);
        await expect.poll(async () => (await list()).length, { timeout: 30_000 }).toBe(2);
        const { id, digest } = call;
        const other = (await list()).find((one) => one.id !== id)!;
        const [alice, bob] = [await tokenOf('a-1'), await tokenOf('b-2')];
        const shown = async (token: string) => (await posted(at, { token })).text();
        const [own, bobs] = [await shown(alice), await shown(bob)];
        const fields = { id, digest };
        const around: Around = {
            json: JSON.stringify({ ...fields, answer: 'approve' }),
            form: (page, more = {}) =>
                String(
                    new URLSearchParams({ ...fields, answer: 'approve', ...(page !== undefined && { page }), ...more })
                ),
            origin: at.origin,
            host: at.host,
            port: Number(at.port),
            bearer: `Bearer ${alice}`,
            page: pageTokenIn(own, id),
            otherPage: pageTokenIn(own, other.id),
            bobsPage: pageTokenIn(bobs, id),
            fields
        };
        const counted: string[] = [];
        for (const [name, attack] of Object.entries(ATTACKS)) {
            const status = await sent(at, attack(around));
            // Looking at the page is no answer.
            const looks = attack(around).method === 'GET' || name === 'JSON as a form';
            if (status !== 200 ? status < 400 : !looks) {
                counted.push(`${name}: ${status}`);
            }
        }
        expect(counted).toEqual([]);
        expect((await list()).length).toBe(2);
        // After all of this, one answer of each person is enough: none has counted before.
        const form = { ...fields, answer: 'approve', token: alice, page: around.page };
        expect((await posted(at, form)).status).toBe(200);
        expect(paid).toEqual([]);
        // A token of the page counts once, for any answer.
        expect((await posted(at, form)).status).toBe(403);
        expect((await posted(at, { ...form, answer: 'deny' })).status).toBe(403);
        expect(await ask(bob, { ...fields, answer: 'approve' })).toMatchObject({ status: 200 });
        await expect.poll(() => paid, { timeout: 30_000 }).toEqual([5]);
        expect((await posted(at, { ...form, page: around.bobsPage, token: bob })).status).toBe(409);
    });

    test('the local user answers nothing, except with a token', async () => {
        const env = { XDG_RUNTIME_DIR: folder({}) };
        const { there, list, paid, answer } = await waiting({ env });
        const run = (words: readonly string[], more: Readonly<Record<string, string>> = {}) =>
            guardrail(['approvals', ...words], { cwd: there, env: { ...env, ...more } });
        const listed = JSON.parse((await run(['list', '--format', 'json'])).stdout) as {
            name: string;
            digest: string;
        }[];
        const { name } = listed[0]!;
        const refused: [words: readonly string[], more?: Readonly<Record<string, string>>][] = [
            [['approve', name]],
            [['deny', name]],
            [['approve', name, '--as', 'alice']],
            [['approve', name], { GUARDRAIL_TOKEN: 'x' }],
            [['approve', name], { GUARDRAIL_TOKEN: await tokenOf('a-1', { expires: '-2m' }) }],
            [['approve', name], { GUARDRAIL_TOKEN: await tokenOf('c-3') }],
            [['approve', name, '--as', 'bob'], { GUARDRAIL_TOKEN: await tokenOf('a-1') }]
        ];
        for (const [words, more] of refused) {
            const outcome = await run(words, more);
            expect(outcome, words.join(' ')).toMatchObject({ code: 1 });
            expect(outcome.stderr).toContain('error[GR997]');
        }
        expect((await run(['approve', name])).stderr).toMatch(/GUARDRAIL_TOKEN/);
        const [file] = readdirSync(join(env.XDG_RUNTIME_DIR, `guardrail-${process.getuid!()}`));
        const socket = join(env.XDG_RUNTIME_DIR, `guardrail-${process.getuid!()}`, file!);
        const { digest } = listed[0]!;
        for (const line of [
            { id: '1', answer: 'approve', digest },
            { id: '1', answer: 'approve', digest, human: 'alice' },
            { id: '1', answer: 'approve', digest, human: 'alice', subject: 'a-1' },
            { id: '1', answer: 'approve', digest, by: { human: 'alice', subject: 'a-1' } },
            { id: '1', answer: 'approve', digest, token: null },
            { id: '1', answer: 'approve', token: await tokenOf('a-1') },
            { id: '1', answer: 'yes', digest, token: await tokenOf('a-1') },
            { id: '1', answer: 'approve', digest: 'sha256:0', token: await tokenOf('a-1') }
        ]) {
            expect(await answered(socket, line), JSON.stringify(line)).toMatchObject({
                reason: expect.any(String) as string
            });
        }
        expect([(await list()).length, paid]).toEqual([1, []]);
        for (const subject of ['a-1', 'b-2']) {
            const outcome = await run(['approve', name], { GUARDRAIL_TOKEN: await tokenOf(subject) });
            expect(outcome).toMatchObject({ code: 0 });
        }
        expect((await answer).result?.['isError']).not.toBe(true);
        expect(paid).toEqual([5]);
    });

    test('a gateway takes no name for a proof, whichever part of the program gives it', async () => {
        const path = join(folder({}), 'a.jsonl');
        const gateway = await EnforcingGateway.open({ path, policy: await mail(), identities: await identities() });
        onTestFinished(() => gateway.close());
        const first = await gateway.submit('a', read);
        await gateway.end('a', first.id, { type: 'result', result: {} });
        const { id } = await gateway.submit('a', send);
        for (const by of ['reviewer', { human: 'reviewer', subject: 'r-1' } as Person]) {
            await expect(gateway.answer(id, 'approve', by)).rejects.toMatchObject({ code: 'GR997' });
            await expect(gateway.answer(id, 'refuse', by)).rejects.toMatchObject({ code: 'GR997' });
        }
        await gateway.answer(id, 'approve', new Person('reviewer', 'r-1'));
        expect(await gateway.submit('a', send)).toMatchObject({ decision: { kind: 'allowed' } });
    });

    test.each<[string, readonly string[]]>([
        ['--approver', ['--approver', 'alice']],
        ['--ask-client', ['--ask-client']]
    ])('%s would let somebody answer without a proof', async (_, flags) => {
        const there = withApprovers();
        const outcome = await guardrail(
            ['gateway', '--policy', 'pay.guardrail', ...flags, '--state', 'state', '--', process.execPath, '-e', ''],
            { cwd: there }
        );
        expect(outcome).toMatchObject({ code: 2, stdout: '' });
        expect(outcome.stderr).toContain('error[GR985]');
    });

    test('starting in another folder makes no proof unnecessary', async () => {
        const there = withApprovers();
        const elsewhere = folder({});
        const policy = join(there, 'pay.guardrail');
        const command = ['gateway', '--policy', policy, '--approver', 'alice', '--state', 'state'];
        const outcome = await guardrail([...command, '--', process.execPath, '-e', ''], { cwd: elsewhere });
        expect(outcome.stderr).toContain('error[GR985]');
        const other = { issuer: ISSUER, audience: 'other', keys: join(there, 'keys.json'), humans: { alice: 'a-1' } };
        writeFileSync(join(elsewhere, 'guardrail.config.json'), JSON.stringify({ approvers: other }));
        const plain = ['gateway', '--policy', policy, '--state', 'state', '--', process.execPath, '-e', ''];
        const different = await guardrail(plain, { cwd: elsewhere });
        expect(different.stderr).toContain('error[GR985]');
    });

    test('hooks ask the same people', async () => {
        const there = withApprovers();
        const policy = join(there, 'pay.guardrail');
        const outcome = await guardrail(['hook', 'serve', '--policy', policy, '--approver', 'alice'], {
            cwd: folder({}),
            env: { XDG_STATE_HOME: there, XDG_RUNTIME_DIR: there }
        });
        expect(outcome).toMatchObject({ code: 2 });
        expect(outcome.stderr).toContain('error[GR985]');
    });
});

function withApprovers(): string {
    const there = folder({ 'pay.guardrail': PAY, 'keys.json': keys });
    const approvers = {
        issuer: ISSUER,
        audience: 'guardrail',
        keys: './keys.json',
        humans: { alice: 'a-1', bob: 'b-2' }
    };
    writeFileSync(join(there, 'guardrail.config.json'), JSON.stringify({ approvers }));
    return there;
}

/** The answer of a gateway to one line on its socket. */
function answered(socket: string, line: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
        let text = '';
        const connection = createConnection(socket, () => connection.write(`${JSON.stringify(line)}\n`));
        connection
            .on('data', (chunk: Buffer) => (text += chunk.toString()))
            .on('end', () => resolve(JSON.parse(text)))
            .on('error', reject);
    });
}

test('the page counts these ways', () => expectOnPage('test/enforcement/answers.test.ts', ATTACKS));
