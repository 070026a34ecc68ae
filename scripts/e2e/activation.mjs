/**
 * Measures how long the extension takes to activate in a real VS Code, as VS Code itself tells it (Developer: Startup
 * Performance): the extension as it is released, each time in a new window.
 *
 *     node scripts/e2e/activation.mjs [--runs 5] [--vscode oldest|usual|newest]
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { mustRun, SetupError } from '../debian.mjs';
import { install } from './install.mjs';
import { freePort, startBrowser, startServer, workbenchUrl } from './vscode.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
/** How VS Code calls the parts, in this order, and what they are. */
const PARTS = ['the code is loaded', '`activate` returns', 'what it promised is done'];
const ROW = /guardrail\.guardrail\s*\|\s*\w+\s*\|\s*(\d+)\s*\|\s*(\d+)\s*\|\s*(\d+)/;
/** When a policy is opened: the extensions of VS Code itself start in the same thread, and on few cores so does the page. */
const MOMENTS = { 'while the window starts': 0, 'in a window that has started': 8_000 };
/** The end of the list of extensions is never so many screens away. */
const MOST_SCREENS = 20;

const { values: options } = parseArgs({
    options: { runs: { type: 'string', default: '5' }, vscode: { type: 'string', default: 'usual' } }
});
const cleanups = [];
try {
    const installation = await install(options.vscode);
    const home = mkdtempSync(join(tmpdir(), 'guardrail-activation-'));
    cleanups.push(() => rmSync(home, { recursive: true, force: true }));
    const extension = join(home, 'guardrail.vsix');
    mustRun('npm', ['run', '--silent', 'package', '--', '--out', extension], { cwd: ROOT });
    const folder = join(home, 'policies');
    cpSync(join(ROOT, 'examples', 'mail-assistant'), folder, { recursive: true });
    const server = await startServer(installation, {}, join(home, 'logs'), { extension });
    cleanups.push(server.stop);
    const browser = await startBrowser(installation, await freePort());
    cleanups.push(() => browser.close());
    for (const [moment, wait] of Object.entries(MOMENTS)) {
        const runs = [];
        while (runs.length < Number(options.runs)) {
            const context = await browser.newContext({ viewport: { width: 1400, height: 760 } });
            const page = await context.newPage();
            await page.goto(workbenchUrl(server, folder));
            runs.push(await activation(page, wait));
            await context.close();
        }
        print(moment, runs);
    }
} catch (error) {
    console.error(error instanceof SetupError ? error.message : error);
    process.exitCode = 1;
} finally {
    for (const cleanUp of cleanups.reverse()) {
        await cleanUp();
    }
}

/** Opens a policy, which activates the extension, and reads the table: milliseconds of each part. */
async function activation(page, wait) {
    const policy = page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'first-try' });
    await policy.waitFor();
    await page.waitForTimeout(wait);
    await policy.dblclick();
    await page.locator('.codelens-decoration a', { hasText: 'violated' }).waitFor();
    await page.keyboard.press('F1');
    await page.locator('.quick-input-box input').fill('>Developer: Startup Performance');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Startup Performance' }).first().click();
    const lines = page.locator('.editor-instance .view-line');
    await lines.filter({ hasText: 'System Info' }).click();
    for (let screen = 0; screen < MOST_SCREENS; screen++) {
        const text = (await lines.allTextContents()).join('\n').replaceAll('\u00a0', ' ');
        const row = ROW.exec(text);
        if (row) {
            return row.slice(1).map(Number);
        }
        await page.keyboard.press('PageDown');
        await page.waitForTimeout(100);
    }
    throw new Error('VS Code does not say when the extension was activated.');
}

function print(moment, runs) {
    const columns = [...PARTS.map((_, part) => runs.map((run) => run[part])), runs.map(([a, b, c]) => a + b + c)];
    const rows = columns.map((times, part) => {
        const sorted = times.sort((a, b) => a - b);
        return [PARTS[part] ?? 'all', sorted[Math.floor(sorted.length / 2)], sorted[0]];
    });
    console.log(`\n| ${moment} | median ms | least ms |\n| --- | --- | --- |`);
    console.log(rows.map((row) => `| ${row.join(' | ')} |`).join('\n'));
}
