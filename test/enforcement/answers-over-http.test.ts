/** Tests ways in which somebody might answer a held call over HTTP without being entitled to, where people prove who they are. */
import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { expectOnPage } from '../support/tried-ways.js';
import { pageTokenIn, posted, tokenOf, waiting } from './signed-answers.js';

type Headers = Readonly<Record<string, string | readonly string[]>>;

interface Sent {
    readonly method?: string;
    readonly headers?: Headers;
    readonly body?: string | Buffer;
    readonly path?: string;
    /** True for a body whose length is not known before. */
    readonly isInParts?: boolean;
}

/** What an attacker knows and has: the call, a page of the person for another call, and a proxy that adds the token. */
interface Around {
    readonly json: string;
    readonly form: (page?: string, more?: Readonly<Record<string, string>>) => string;
    readonly origin: string;
    readonly host: string;
    readonly port: number;
    readonly bearer: string;
    readonly token: string;
    /** The token of the page for this call. */
    readonly page: string;
    /** Another call that waits, and the token of the page for it. */
    readonly other: { readonly id: string; readonly digest: string; readonly page: string };
    /** The token of the page that another person sees for this call. */
    readonly bobsPage: string;
    readonly id: string;
    readonly digest: string;
}

/** The status of the answer, and what is sent. Looking at the page is no answer, although its status is 200. */
type Attack = readonly [status: number, sent: (around: Around) => Sent];

const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';
/** The maximum number of bytes of a request to the gateway. */
const MOST = 16 * 1024 * 1024;

/** JSON as it would count, except for these headers or this body. */
const json = (
    status: number,
    headers: (around: Around) => Headers = () => ({}),
    body: (around: Around) => string | Buffer = (around) => around.json,
    others: (around: Around) => Sent = () => ({})
): Attack => [
    status,
    (around) => ({
        headers: { authorization: around.bearer, 'content-type': JSON_TYPE, ...headers(around) },
        body: body(around),
        ...others(around)
    })
];
const without: Headers = { authorization: [] };
/** JSON as it would count, except for one change to its text. */
const changed = (status: number, body: (around: Around) => string | Buffer): Attack => json(status, undefined, body);
const at = (status: number, others: (around: Around) => Sent): Attack => json(status, undefined, undefined, others);
/** A form as it would count, except for these headers, this token or these fields. */
const form = (
    status: number,
    headers: (around: Around) => Headers = () => ({}),
    page: (around: Around) => string | undefined = (around) => around.page,
    more: Readonly<Record<string, string>> = {}
): Attack => [
    status,
    (around) => ({
        headers: { authorization: around.bearer, 'content-type': FORM, origin: around.origin, ...headers(around) },
        body: around.form(page(around), more)
    })
];
/** From a page that a name of somebody else leads to. */
const host = (name: (around: Around) => string, origin = (around: Around) => `http://${name(around)}`): Attack =>
    json(403, (around) => ({ host: name(around), origin: origin(around) }));
const origin = (name: (around: Around) => string | readonly string[]): Attack =>
    json(403, (around) => ({ origin: name(around) }));
const call = (status: number, id: (id: string) => string): Attack =>
    changed(status, (around) => around.json.replace(`"${around.id}"`, id(around.id)));

const ATTACKS: Readonly<Record<string, Attack>> = {
    'JSON as text/plain from another port': json(403, () => ({
        'content-type': 'text/plain',
        origin: 'http://localhost:9999'
    })),
    'JSON as text/plain without an origin': json(415, () => ({ 'content-type': 'text/plain' })),
    'JSON without a type': json(415, () => ({ 'content-type': [] })),
    'JSON as a form': json(200, (around) => ({ 'content-type': FORM, origin: around.origin })),
    'JSON as multipart/form-data': json(415, () => ({ 'content-type': 'multipart/form-data; boundary=x' })),
    'JSON with two types': json(415, () => ({ 'content-type': ['text/plain', JSON_TYPE] })),
    'text/plain that names JSON': json(415, () => ({ 'content-type': `text/plain; ${JSON_TYPE}` })),
    'JSON in another charset': json(415, () => ({ 'content-type': `${JSON_TYPE}; charset=utf-7` })),
    'JSON from another port': origin(({ port }) => `http://127.0.0.1:${port + 1}`),
    'JSON from another name of this machine': origin(({ port }) => `http://localhost:${port}`),
    'JSON from the IPv6 address of this machine': origin(({ port }) => `http://[::1]:${port}`),
    'JSON from another site': origin(() => 'https://evil.example'),
    'JSON from a site whose name begins alike': origin((around) => `http://${around.host}.evil.example`),
    'JSON from the origin null': origin(() => 'null'),
    'JSON from a file': origin(() => 'file://'),
    'JSON from two origins': origin((around) => [around.origin, 'http://localhost:9999']),
    'an empty origin': origin(() => ''),
    'an origin that begins with a user': origin((around) => `${around.origin}@evil.example`),
    'the origin of an extension': origin((around) => `chrome-extension://${around.host}`),
    'the origin of a socket': origin((around) => `ws://${around.host}`),
    'JSON without an origin, across sites': json(403, () => ({ 'sec-fetch-site': 'cross-site' })),
    'JSON without an origin, from the same site': json(403, () => ({ 'sec-fetch-site': 'same-site' })),
    'JSON of a navigation across sites': json(403, () => ({
        'sec-fetch-site': 'cross-site',
        'sec-fetch-mode': 'navigate'
    })),
    'JSON that a person is said to have typed': json(403, () => ({ 'sec-fetch-site': 'none' })),
    'a name that leads to this machine': host(({ port }) => `evil.example:${port}`),
    'such a name without a port': host(() => 'evil.example'),
    'a name that begins as this machine': host(({ port }) => `127.0.0.1.evil.example:${port}`),
    'a name after a user': host(
        ({ port }) => `127.0.0.1@evil.example:${port}`,
        () => 'http://evil.example'
    ),
    'a name before a path': host(
        ({ port }) => `evil.example/127.0.0.1:${port}`,
        () => 'http://evil.example'
    ),
    'the address of every machine': host(({ port }) => `0.0.0.0:${port}`),
    'this machine with a dot': host(({ port }) => `localhost.:${port}`),
    'a name with a letter of another alphabet': host(({ port }) => `xn--lcalhost-54g:${port}`),
    'an empty host': json(403, () => ({ host: '' })),
    'two hosts': json(403, (around) => ({ host: [around.host, 'evil.example'] })),
    'another host in the address': at(404, () => ({ path: 'http://evil.example/-/approvals' })),
    'JSON without a token': json(401, () => without),
    'JSON with the token in the body': json(
        401,
        () => without,
        ({ json: text, token }) => text.replace('}', `,"token":"${token}"}`)
    ),
    'JSON with the token in the address': json(
        401,
        () => without,
        undefined,
        ({ token }) => ({ path: `/-/approvals?token=${token}` })
    ),
    'JSON with the token in a cookie': json(401, ({ token }) => ({ ...without, cookie: `token=${token}` })),
    'JSON with the token in the address before': json(401, ({ origin: own, token }) => ({
        ...without,
        referer: `${own}/-/approvals?token=${token}`
    })),
    'JSON with the token as a password': json(401, ({ token }) => ({
        authorization: `Basic ${btoa(`alice:${token}`)}`
    })),
    'JSON with two tokens': json(401, ({ bearer }) => ({ authorization: `${bearer}, Bearer x` })),
    'JSON with the token of another header': json(401, ({ bearer }) => ({ ...without, 'proxy-authorization': bearer })),
    'JSON with the token of the page and no other': json(401, ({ page }) => ({ authorization: `Bearer ${page}` })),
    'JSON of more than 10,000 characters': changed(400, ({ json: text }) =>
        text.replace('}', `,"x":"${'x'.repeat(10_000)}"}`)
    ),
    'a form of more than 10,000 characters': form(400, undefined, undefined, { x: 'x'.repeat(10_000) }),
    'more than the gateway reads': changed(413, ({ json: text }) => ' '.repeat(MOST) + text),
    'more than the gateway reads, in parts': json(
        413,
        undefined,
        ({ json: text }) => ' '.repeat(MOST) + text,
        () => ({ isInParts: true })
    ),
    'compressed JSON': json(
        400,
        () => ({ 'content-encoding': 'gzip' }),
        ({ json: text }) => gzipSync(text)
    ),
    'JSON in UTF-16': changed(400, ({ json: text }) => Buffer.from(text, 'utf16le')),
    'no body': changed(400, () => ''),
    'a list of answers': changed(400, ({ json: text }) => `[${text}]`),
    'the fields of a prototype': changed(400, ({ json: text }) => `{"__proto__":${text}}`),
    'a call that is a number': call(400, (id) => id),
    'a call with a space': call(409, (id) => `"${id} "`),
    'a call with a zero before it': call(409, (id) => `"0${id}"`),
    'a call in digits of another script': call(409, (id) => `"${String.fromCharCode(0xff10 + Number(id))}"`),
    'a call that does not wait': call(409, () => '"99"'),
    'the other call with this digest': changed(409, ({ json: text, id, other }) =>
        text.replace(`"${id}"`, `"${other.id}"`)
    ),
    'the digest of the other call': changed(409, ({ json: text, digest, other }) => text.replace(digest, other.digest)),
    'a digest in upper case': changed(409, ({ json: text, digest }) => text.replace(digest, digest.toUpperCase())),
    'no digest': changed(400, ({ json: text, digest }) => text.replace(`"digest":"${digest}",`, '')),
    'an answer in upper case': changed(400, ({ json: text }) => text.replace('approve', 'APPROVE')),
    'an answer that is true': changed(400, ({ json: text }) => text.replace('"approve"', 'true')),
    'an answer in a list': changed(400, ({ json: text }) => text.replace('"approve"', '["approve"]')),
    'a time that the rule does not offer': changed(409, ({ json: text }) => text.replace('}', ',"valid":"8h"}')),
    'a time that is a number': changed(400, ({ json: text }) => text.replace('}', ',"valid":8}')),
    'a form without the token of the page': form(403, undefined, () => undefined),
    'a form with an empty token': form(403, undefined, () => ''),
    'a form with a guessed token': form(403, undefined, () => `${'A'.repeat(22)}.${'A'.repeat(43)}`),
    'a form with half a token': form(403, undefined, ({ page }) => page.split('.')[0]),
    'a form with a changed token': form(
        403,
        undefined,
        ({ page }) => `${page.slice(0, -2)}${page.endsWith('A') ? 'BB' : 'AA'}`
    ),
    'a form with the token for another nonce': form(
        403,
        undefined,
        ({ page }) => `${'A'.repeat(22)}.${page.split('.')[1]}`
    ),
    'a form with the token twice': form(403, undefined, ({ page }) => `${page},${page}`),
    'a form with the token of another call': form(403, undefined, ({ other }) => other.page),
    'a form with the token that another person sees': form(403, undefined, ({ bobsPage }) => bobsPage),
    'a form without an origin': form(403, () => ({ origin: [] })),
    'a form from another port': form(403, ({ port }) => ({ origin: `http://127.0.0.1:${port + 1}` })),
    'a form from the origin null': form(403, () => ({ origin: 'null' })),
    'a form across sites': form(403, () => ({ 'sec-fetch-site': 'cross-site' })),
    'a form in another charset': form(415, () => ({ 'content-type': `${FORM}; charset=utf-16` })),
    'a form as text/plain': form(415, () => ({ 'content-type': 'text/plain' })),
    'a form with another digest': form(403, undefined, undefined, { digest: 'sha256:0' }),
    'GET with the fields in the address': at(200, (around) => ({
        method: 'GET',
        body: '',
        path: `/-/approvals?${around.form(around.page)}`
    })),
    'GET with a body': at(200, () => ({ method: 'GET' })),
    'GET that names another method': json(
        200,
        () => ({ 'x-http-method-override': 'POST' }),
        undefined,
        () => ({ method: 'GET' })
    ),
    'HEAD with the fields in the address': at(405, (around) => ({
        method: 'HEAD',
        body: '',
        path: `/-/approvals?${around.form(around.page)}`
    })),
    PUT: at(405, () => ({ method: 'PUT' })),
    PATCH: at(405, () => ({ method: 'PATCH' })),
    DELETE: at(405, () => ({ method: 'DELETE' })),
    'the question of a browser before another page may send JSON': json(
        405,
        () => ({ origin: 'http://localhost:9999', 'access-control-request-method': 'POST' }),
        undefined,
        () => ({ method: 'OPTIONS' })
    ),
    'the address with a slash after it': at(404, () => ({ path: '/-/approvals/' })),
    'the address in upper case': at(404, () => ({ path: '/-/APPROVALS' })),
    'the address below a server': at(404, () => ({ path: '/s/-/approvals' }))
};

/** Sends the request as it is; `fetch` would choose some headers by itself. A header is sent once for each of its values. */
function sent(to: URL, { method = 'POST', headers = {}, body = '', path = to.pathname, isInParts }: Sent) {
    const size = isInParts ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(Buffer.byteLength(body)) };
    const all = Object.entries({ host: to.host, ...headers, ...size } satisfies Headers);
    const raw = all.flatMap(([name, values]) => [values].flat().flatMap((value) => [name, value]));
    return new Promise<number>((resolve, reject) => {
        const outgoing = request({ host: to.hostname, port: to.port, path, method, headers: raw }, (response) => {
            response.resume().on('end', () => resolve(response.statusCode!));
        });
        outgoing.on('error', reject).end(body);
    });
}

test.skipIf(process.platform === 'win32')(
    'nothing but the page and JSON with a token answers',
    async () => {
        const { at: to, call: first, list, pay, paid, ask } = await waiting();
        pay({ amount: 6 }).catch(() => undefined);
        await expect.poll(async () => (await list()).length, { timeout: 30_000 }).toBe(2);
        const { id, digest } = first;
        const other = (await list()).find((one) => one.id !== id)!;
        const [alice, bob] = [await tokenOf('a-1'), await tokenOf('b-2')];
        const shown = async (token: string) => (await posted(to, { token })).text();
        const [own, bobs] = [await shown(alice), await shown(bob)];
        const fields = { id, digest, answer: 'approve' };
        const around: Around = {
            json: JSON.stringify(fields),
            form: (page, more = {}) =>
                String(new URLSearchParams({ ...fields, ...(page !== undefined && { page }), ...more })),
            origin: to.origin,
            host: to.host,
            port: Number(to.port),
            bearer: `Bearer ${alice}`,
            token: alice,
            page: pageTokenIn(own, id),
            other: { ...other, page: pageTokenIn(own, other.id) },
            bobsPage: pageTokenIn(bobs, id),
            id,
            digest
        };
        const statuses: [string, number][] = [];
        for (const [name, [, attack]] of Object.entries(ATTACKS)) {
            statuses.push([name, await sent(to, attack(around))]);
        }
        expect(statuses).toEqual(Object.entries(ATTACKS).map(([name, [status]]) => [name, status]));
        expect((await list()).length).toBe(2);
        // After all of this, one answer of each person is enough: none has counted before.
        const answer = { ...fields, token: alice, page: around.page };
        expect((await posted(to, answer)).status).toBe(200);
        expect(paid).toEqual([]);
        // A token of the page counts once, for any answer.
        expect((await posted(to, answer)).status).toBe(403);
        expect((await posted(to, { ...answer, answer: 'deny' })).status).toBe(403);
        expect(await ask(bob, fields)).toMatchObject({ status: 200 });
        await expect.poll(() => paid, { timeout: 30_000 }).toEqual([5]);
        expect((await posted(to, { ...answer, page: around.bobsPage, token: bob })).status).toBe(409);
    },
    120_000
);

test('the page counts these ways', () => expectOnPage('test/enforcement/answers-over-http.test.ts', ATTACKS));
