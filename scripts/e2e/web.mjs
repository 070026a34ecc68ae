/**
 * Runs the extension in VS Code for the Web, which npm has as static files: in a browser alone, on a virtual workspace. Opens a
 * policy with a gap, sees the session that uses it, closes the gap, and sees that the claim holds.
 *
 *     node scripts/e2e/web.mjs            run the test; its screenshots go to test/e2e/out
 *     node scripts/e2e/web.mjs --serve    only serve VS Code for the Web and print its address
 */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { mustRun, SetupError } from '../debian.mjs';
import { installBrowser, installVSCodeWeb } from './install.mjs';
import { startProfile } from './vscode.mjs';
import { startSite } from './web-site.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const OUT = join(ROOT, 'test', 'e2e', 'out');
const POLICY = 'mail-assistant/first-try.guardrail';
const CLAIM = 'mail leaves only through a person';
const PATIENCE_MS = 120_000;

const { values: options } = parseArgs({ options: { serve: { type: 'boolean' } } });
const cleanups = [];
try {
    mustRun('npm', ['run', '--silent', 'build', '--', '--minify'], { cwd: ROOT });
    mkdirSync(OUT, { recursive: true });
    const folders = {
        vscode: await installVSCodeWeb(),
        extension: ROOT,
        files: join(ROOT, 'test', 'e2e', 'web', 'files'),
        workspace: join(ROOT, 'examples')
    };
    const site = await startSite(folders, POLICY);
    cleanups.push(site.stop);
    await (options.serve ? serve(site) : test(site));
} catch (error) {
    console.error(error instanceof SetupError ? error.message : error);
    process.exitCode = 1;
} finally {
    for (const cleanUp of cleanups.reverse()) {
        await cleanUp();
    }
}

async function serve({ origin }) {
    console.log(`VS Code for the Web is at ${origin}\nCtrl+C ends it.`);
    await new Promise((resolve) => ['SIGINT', 'SIGTERM'].forEach((signal) => process.once(signal, resolve)));
}

async function test(site) {
    const context = await startProfile(
        { chromium: installBrowser() },
        { viewport: { width: 1400, height: 760 }, deviceScaleFactor: 2 }
    );
    cleanups.push(() => context.close());
    const elsewhere = [];
    await context.route(
        (url) => url.port !== new URL(site.origin).port,
        (route) => {
            elsewhere.push(route.request().url());
            return route.abort();
        }
    );
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    const sockets = [];
    const problems = [];
    page.on('websocket', (socket) => sockets.push(socket.url()));
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    try {
        await steps(page, site);
        assert.deepEqual(sockets, [], 'nothing but files was asked for');
        assert.deepEqual(
            site.missing.filter((path) => /^(?!GET|\/)|extension\/dist/.test(path)),
            []
        );
        assert.deepEqual(
            elsewhere.filter((url) => /^wss?:/.test(url)),
            []
        );
        console.log('The policy was checked in the browser alone.');
    } catch (error) {
        await page.screenshot({ path: join(OUT, 'web-failure.png') });
        console.error([...problems, ...site.missing.map((path) => `missing: ${path}`), ...elsewhere].join('\n'));
        throw error;
    }
}

async function steps(page, site) {
    const begun = Date.now();
    await page.goto(site.origin);
    await page.locator('.monaco-editor .view-line', { hasText: CLAIM }).first().waitFor();
    const opened = Date.now();
    await page.locator('.codelens-decoration a', { hasText: 'violated · show session' }).waitFor();
    const judged = Date.now();
    const seconds = (from, to) => `${((to - from) / 1000).toFixed(1)} s`;
    console.log(`The policy was open after ${seconds(begun, opened)}, and judged ${seconds(opened, judged)} later.`);

    await page.locator('.codelens-decoration a', { hasText: 'violated · show session' }).click();
    const view = page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
    await view.locator('.step.judged').waitFor();
    assert.equal(await view.locator('.verdict').textContent(), 'violated');
    assert.equal(await view.locator('h1').textContent(), CLAIM);
    await page.screenshot({ path: join(OUT, 'web-violated.png'), animations: 'disabled' });

    await replaceRule(page);
    await view.locator('.verdict', { hasText: 'holds' }).waitFor();
    await page
        .locator('.codelens-decoration a', { hasText: /^holds/ })
        .first()
        .waitFor();
    await page.screenshot({ path: join(OUT, 'web-holds.png'), animations: 'disabled' });
}

/** As an author does: goes to the rule and writes it anew. */
async function replaceRule(page) {
    const rule = page.locator('.monaco-editor .view-line', { hasText: 'require approval by reviewer for' }).first();
    await rule.click();
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+End');
    await page.keyboard.insertText('require approval by reviewer for external tools when carries private');
}
