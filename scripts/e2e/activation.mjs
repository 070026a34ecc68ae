/**
 * Measures how long the extension takes to activate in a real VS Code, as reported by VS Code itself (Developer:
 * Startup Performance): the released extension, each time in a new window.
 *
 *     node scripts/e2e/activation.mjs [--runs 5] [--vscode oldest|usual|newest]
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { mustRun, SetupError } from '../debian.mjs';
import { install } from './install.mjs';
import { freePort, startBrowser, startServer, workbenchUrl } from './vscode.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
/** The parts in VS Code's words, in this order, with their meanings. */
const PARTS = ['the code is loaded', '`activate` returns', 'what it promised is done'];
const TIMES = String.raw`\s*\|\s*\w+\s*\|\s*(\d+)\s*\|\s*(\d+)\s*\|\s*(\d+)`;
/** The file that is opened in the explorer, the extension that it activates, and the sign that it is active. */
const GUARDRAIL = {
    id: 'guardrail.guardrail',
    file: 'first-try.guardrail',
    isActive: (page) => page.locator('.codelens-decoration a', { hasText: 'violated' })
};
const EMPTY = {
    id: 'guardrail.empty',
    file: 'empty.guardrail-empty',
    isActive: (page) => page.locator('.statusbar-item', { hasText: 'Empty is active' })
};
/**
 * The same when a policy is opened: VS Code's own extensions start in the same thread, and with few cores so does the
 * page.
 */
const MOMENTS = { 'while the window starts': 0, 'in a window that has started': 8_000 };
/** A number of screens that the list of extensions never has. */
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
    writeFileSync(join(folder, EMPTY.file), '');
    const server = await startServer(installation, {}, join(home, 'logs'), {
        extension: [extension, emptyExtension(join(home, 'empty'))]
    });
    cleanups.push(server.stop);
    const browser = await startBrowser(installation, await freePort());
    cleanups.push(() => browser.close());
    const workbench = { browser, address: workbenchUrl(server, folder) };
    for (const [moment, wait] of Object.entries(MOMENTS)) {
        const runs = [];
        while (runs.length < Number(options.runs)) {
            runs.push([await activation(GUARDRAIL, wait, workbench), await activation(EMPTY, wait, workbench)]);
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

/** Opens a file, which activates the extension, and reads the table: milliseconds for each part. */
async function activation({ id, file, isActive }, wait, { browser, address }) {
    const context = await browser.newContext({ viewport: { width: 1400, height: 760 } });
    try {
        const page = await context.newPage();
        await page.goto(address);
        const row = page.locator('.explorer-folders-view .monaco-list-row', { hasText: file });
        await row.waitFor();
        await page.waitForTimeout(wait);
        await row.dblclick();
        await isActive(page).first().waitFor();
        return await timesOf(id, page);
    } finally {
        await context.close();
    }
}

async function timesOf(id, page) {
    await page.keyboard.press('F1');
    await page.locator('.quick-input-box input').fill('>Developer: Startup Performance');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Startup Performance' }).first().click();
    const lines = page.locator('.editor-instance .view-line');
    await lines.filter({ hasText: 'System Info' }).click();
    for (let screen = 0; screen < MOST_SCREENS; screen++) {
        const text = (await lines.allTextContents()).join('\n').replaceAll('\u00a0', ' ');
        const row = new RegExp(id.replace('.', '\\.') + TIMES).exec(text);
        if (row) {
            return row.slice(1).map(Number);
        }
        await page.keyboard.press('PageDown');
        await page.waitForTimeout(100);
    }
    throw new Error(`VS Code does not say when ${id} was activated.`);
}

/** The VSIX of an extension that only reports that it is active. */
function emptyExtension(path) {
    const [publisher, name] = EMPTY.id.split('.');
    const manifest = {
        publisher,
        name,
        version: '1.0.0',
        engines: { vscode: '^1.91.0' },
        main: './extension.js',
        activationEvents: ['onLanguage:guardrail-empty'],
        contributes: { languages: [{ id: 'guardrail-empty', extensions: ['.guardrail-empty'] }] }
    };
    const code = "exports.activate = () => void require('vscode').window.setStatusBarMessage('Empty is active');";
    mkdirSync(path);
    writeFileSync(join(path, 'package.json'), JSON.stringify(manifest));
    writeFileSync(join(path, 'extension.js'), code);
    const options = ['--allow-missing-repository', '--skip-license', '--out', `${path}.vsix`];
    mustRun(join(ROOT, 'node_modules', '.bin', 'vsce'), ['package', ...options], { cwd: path });
    return `${path}.vsix`;
}

/** @param runs for each run, the times of Guardrail and of the empty extension */
function print(moment, runs) {
    const statistics = (times) => {
        const sorted = times.sort((a, b) => a - b);
        return [sorted[Math.floor(sorted.length / 2)], sorted[0]];
    };
    const row = (name, timeOf) => {
        const cells = [0, 1].flatMap((which) => statistics(runs.map((run) => timeOf(run[which]))));
        return `| ${[name, ...cells].join(' | ')} |`;
    };
    console.log(
        `\n| ${moment} | median ms | least ms | empty: median ms | empty: least ms |\n| --- | --- | --- | --- | --- |`
    );
    PARTS.forEach((part, index) => console.log(row(part, (times) => times[index])));
    console.log(row('all', (times) => times.reduce((sum, time) => sum + time)));
}
