/** Tests the page of calls that wait, over HTTP and in a real browser. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Window } from 'happy-dom';
import { chromium } from 'playwright-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { installDebianPackages, SetupError } from '../../scripts/debian.mjs';
import type { ShownChange } from '../../server/enforcement/http/approvals-page.js';
import { readPolicy } from '../../server/enforcement/policy.js';
import { partOf } from '../support/depth.js';
import { eventually } from '../support/eventually.js';
import { PAY, pageTokenIn, posted, tokenOf, waiting } from './signed-answers.js';

const BROWSERS = [process.env['GUARDRAIL_CHROMIUM'] ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser'];

/** Text that would act, or would hide, if the page did not write it as text. */
const HOSTILE = '</pre><script>document.title="owned"</script><img src=x onerror=alert(1)>\u202e"& \u200b';

function documentOf(html: string) {
    const window = new Window({ settings: { disableJavaScriptEvaluation: true, disableCSSFileLoading: true } });
    window.document.write(html);
    return window.document;
}

describe.skipIf(process.platform === 'win32')('the page', { timeout: 120_000 }, () => {
    test('asks for a token before it shows anything, and shows nothing for a wrong one', async () => {
        const { at } = await waiting();
        const response = await fetch(at, { headers: { accept: 'text/html' } });
        const html = await response.text();
        expect(response.status).toBe(200);
        expect(html).not.toContain('s.pay');
        const { body } = documentOf(html);
        expect(body.querySelector('form')?.getAttribute('method')).toBe('post');
        expect(body.querySelector('label')?.getAttribute('for')).toBe(body.querySelector('input')?.id);
        for (const token of ['', 'x', await tokenOf('c-3'), await tokenOf('a-1', { expires: '-2m' })]) {
            const refused = await posted(at, { token });
            const text = await refused.text();
            expect(refused.status).toBe(401);
            expect(text).not.toContain('s.pay');
            expect(documentOf(text).querySelector('[role=alert]')).not.toBeNull();
        }
    });

    test('shows all arguments as text, and what came before', async () => {
        const { at } = await waiting({ args: { amount: 5, note: HOSTILE } });
        const response = await posted(at, { token: await tokenOf('a-1') });
        const html = await response.text();
        const { body } = documentOf(html);
        expect(JSON.parse(body.querySelector('pre')!.textContent)).toEqual({ amount: 5, note: HOSTILE });
        expect(html).not.toMatch(/[\u202e\u200b]/);
        expect(body.querySelectorAll('script, img, iframe, [onerror], [href], [src]')).toHaveLength(0);
        expect(body.querySelector('article h2')!.textContent).toContain('s.pay');
        expect(body.textContent).toContain('require approval by 2 of finance for s.pay');
        expect(body.querySelector('h3 + p')!.textContent).toBe('Nothing.');
        const policy = response.headers.get('content-security-policy')!;
        expect(policy).toMatch(
            /^default-src 'none'; style-src 'sha256-[\w+/=]+'; form-action 'self'; frame-ancestors 'none'/
        );
        expect(response.headers.get('cache-control')).toBe('no-store');
        expect(response.headers.get('referrer-policy')).toBe('same-origin');
    });

    test('a proxy may add the token; the page then has only its own', async () => {
        const { at, call } = await waiting();
        const { id, digest } = call;
        const authorization = `Bearer ${await tokenOf('a-1')}`;
        const shown = await fetch(at, { headers: { authorization, accept: 'text/html' } });
        const fields = { id, digest, answer: 'approve', page: pageTokenIn(await shown.text(), id) };
        const answered = await posted(at, fields, { authorization, 'sec-fetch-site': 'same-origin' });
        expect(answered.status).toBe(200);
        const html = await answered.text();
        expect(documentOf(html).querySelector('[role=status]')!.textContent).toBe(`Call ${id} is approved.`);
        // The page needs no token of its own, so it does not have one.
        expect(html).not.toContain('name="token"');
    });

    test.each(
        partOf(
            [
                ['1h', 'is made'],
                ['once', 'waits'],
                // What the form does not offer is no answer.
                ['2h', undefined],
                ['this session', undefined]
            ],
            2
        )
    )('offers the times of the rule: after `%s` the next call %s', async (valid, next) => {
        const asking = 'require approval by finance for s.pay valid once or 1h per same tool';
        const policy = PAY.replace('require approval by 2 of finance for s.pay', asking).replace(
            'unless approved by',
            'unless once approved s.pay by'
        );
        const { at, call, list, answer, pay, paid } = await waiting({ policy });
        const token = await tokenOf('a-1');
        const html = await (await posted(at, { token })).text();
        const { body } = documentOf(html);
        const offered = Array.from(body.querySelectorAll('select[name=valid] option'), (one) => one.textContent);
        expect(offered).toEqual(['once', '1h']);
        const page = pageTokenIn(html, call.id);
        const fields = { token, page, id: call.id, digest: call.digest, answer: 'approve', valid };
        const { status } = await posted(at, fields);
        if (next === undefined) {
            expect(status).toBeGreaterThanOrEqual(400);
            expect([(await list()).length, paid]).toEqual([1, []]);
            return;
        }
        expect(status).toBe(200);
        await answer;
        const second = pay({ amount: 6 });
        second.catch(() => undefined);
        if (next === 'is made') {
            await second;
        } else {
            await eventually(async () => expect(await list()).toHaveLength(1));
        }
        expect(paid).toEqual(next === 'is made' ? [5, 6] : [5]);
    });

    test('shows how the policy has changed, and enforces it once a person has confirmed what they saw', async () => {
        const { there, at, ask, call, answer, paid } = await waiting();
        const file = join(there, 'pay.guardrail');
        const [alice, bob] = [await tokenOf('a-1'), await tokenOf('b-2')];
        const changeTo = async (policy: string): Promise<ShownChange> => {
            writeFileSync(file, policy);
            const { digest } = await readPolicy(file, there);
            await eventually(async () => expect((await ask(alice)).body['change']).toMatchObject({ digest }));
            return (await ask(alice)).body['change'] as ShownChange;
        };
        const first = await changeTo(PAY.replace('2 of finance', '1 of finance'));
        expect(first.difference).toContain('- require approval by 2 of finance for s.pay\n+ require approval by 1 of');
        expect(first.difference).toContain('They decide differently: held -> allowed.');
        const change = await changeTo(PAY.replace('2 of finance', 'finance').replace('"payments', `"\u200bpayments`));
        const html = await (await posted(at, { token: alice })).text();
        const { body } = documentOf(html);
        expect(html).not.toContain('\u200b');
        expect(body.querySelector('article pre')!.textContent).toBe(change.difference);
        const { id, digest } = change;
        const json = { id, digest, answer: 'approve' };
        const page = pageTokenIn(html, id);
        const form = { ...json, token: alice, page };
        for (const [token, wrong, status] of [
            [alice, { ...json, answer: 'deny' }, 409],
            [alice, { ...json, id: first.id, digest: first.digest }, 409],
            [alice, { ...json, digest: first.digest }, 409],
            [alice, { ...json, id: call.id }, 409],
            [alice, { ...json, digest: undefined }, 400],
            [await tokenOf('c-3'), json, 401],
            [undefined, json, 401]
        ] as const) {
            expect(await ask(token, wrong), JSON.stringify(wrong)).toMatchObject({ status });
        }
        for (const wrong of [
            { ...form, page: '' },
            { ...form, page: pageTokenIn(html, call.id) },
            { ...form, token: bob },
            { ...form, digest: first.digest }
        ]) {
            expect((await posted(at, wrong)).status, JSON.stringify(wrong)).toBe(403);
        }
        expect((await ask(alice)).body['change']).toEqual(change);
        expect((await posted(at, form)).status).toBe(200);
        expect((await ask(alice)).body).not.toHaveProperty('change');
        expect((await posted(at, form)).status).toBe(409);
        // The call that waits needs one approval now.
        expect(await ask(bob, { id: call.id, digest: call.digest, answer: 'approve' })).toMatchObject({ status: 200 });
        await answer;
        expect(paid).toEqual([5]);
    });

    test.skipIf(missingForBrowser() !== undefined)('two people approve in a browser', async () => {
        const { at, answer, paid } = await waiting({ args: { amount: 5, note: HOSTILE } });
        const browser = await chromium.launch({ executablePath: browserPath()!, args: ['--no-sandbox'] });
        onTestFinished(() => browser.close());
        const problems: string[] = [];
        const requests: string[] = [];
        for (const subject of ['a-1', 'b-2']) {
            const token = await tokenOf(subject);
            const page = await (await browser.newContext()).newPage();
            page.setDefaultTimeout(60_000);
            page.on('request', (request) => void requests.push(request.url()));
            page.on('console', (message) => void problems.push(message.text()));
            page.on('pageerror', (error) => void problems.push(error.message));
            await page.goto(at.href);
            await page.getByLabel('Your token').fill(token);
            await page.getByRole('button', { name: 'Show the calls that wait' }).click();
            const call = page.getByRole('article', { name: /s\.pay/ });
            expect(JSON.parse((await call.getByRole('region', { name: 'Arguments' }).textContent())!)).toEqual({
                amount: 5,
                note: HOSTILE
            });
            expect(await violationsOf(await page.content())).toEqual([]);
            expect(await page.title()).toBe('Waiting calls - Guardrail');
            await call.getByRole('button', { name: 'Approve this call' }).click();
            expect(await page.getByRole('status').textContent()).toMatch(/is approved/);
            expect(page.url()).toBe(at.href);
        }
        expect((await answer).result?.['isError']).not.toBe(true);
        expect(paid).toEqual([5]);
        // Nothing else is loaded, no address has a token, and the browser had nothing to block.
        expect(new Set(requests.map((url) => url.replace(/\/favicon\.ico$/, '/-/approvals')))).toEqual(
            new Set([at.href])
        );
        expect(problems.filter((text) => !text.includes('favicon'))).toEqual([]);
    });
});

interface AxeResult {
    readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}

/**
 * The rules of accessibility that the page breaks in each colour scheme, by axe, as the page itself lets no script in;
 * and whether it needs sideways scrolling at 700 px with 200 %.
 */
async function violationsOf(html: string): Promise<string[]> {
    const browser = await chromium.launch({ executablePath: browserPath()!, args: ['--no-sandbox'] });
    try {
        const page = await browser.newPage({ viewport: { width: 350, height: 700 } });
        await page.setContent(html);
        await page.addScriptTag({ content: readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8') });
        const found: string[] = [];
        for (const scheme of [{ colorScheme: 'light' }, { colorScheme: 'dark' }, { forcedColors: 'active' }] as const) {
            await page.emulateMedia(scheme);
            const { violations } = await page.evaluate<AxeResult>('axe.run()');
            found.push(...violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(', ')}`));
        }
        const beyond = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
        return beyond > 0 ? [...found, `${beyond} px too wide`] : found;
    } finally {
        await browser.close();
    }
}

function browserPath(): string | undefined {
    return BROWSERS.find((path) => existsSync(path));
}

/** Installs a browser if possible; undefined if one is available, otherwise what is missing. */
function missingForBrowser(): string | undefined {
    try {
        installDebianPackages(browserPath() === undefined ? ['chromium'] : []);
        return browserPath() === undefined ? 'chromium' : undefined;
    } catch (error) {
        if (error instanceof SetupError) {
            return error.message;
        }
        throw error;
    }
}
