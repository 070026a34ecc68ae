/**
 * Runs test/e2e/restricted in a real VS Code that asks whether to trust a folder: the released extension, installed
 * from its VSIX. The tests run from outside, because VS Code runs the tests of an extension only in trusted folders.
 *
 *     node scripts/e2e/restricted.mjs [--grep TEXT]   run the tests; their screenshots go to test/e2e/out
 *     node scripts/e2e/restricted.mjs --vsix FILE     the same, with this VSIX instead of one that it builds
 *     node scripts/e2e/restricted.mjs --vscode oldest the oldest supported VS Code, or the newest, instead of the usual one
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { mustRun, SetupError } from '../debian.mjs';
import { copyExamples } from './copy-examples.mjs';
import { install } from './install.mjs';
import { OUT, PATIENCE_MS, runOutside } from './outside.mjs';
import { freePort, OPEN_TIMEOUT_MS, SETTINGS, startBrowser, startServer, workbenchUrl } from './vscode.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

const { values: options } = parseArgs({
    options: { grep: { type: 'string' }, vscode: { type: 'string', default: 'usual' }, vsix: { type: 'string' } }
});
const cleanups = [];
try {
    const installation = await install(options.vscode);
    const home = mkdtempSync(join(tmpdir(), 'guardrail-restricted-'));
    cleanups.push(() => rmSync(home, { recursive: true, force: true }));
    const extension = options.vsix === undefined ? join(home, 'guardrail.vsix') : resolve(options.vsix);
    if (options.vsix === undefined) {
        mustRun('npm', ['run', '--silent', 'package', '--', '--out', extension], { cwd: ROOT });
    }
    const folders = { policies: join(home, 'policies'), empty: join(home, 'empty') };
    copyExamples(join(ROOT, 'examples', 'mail-assistant'), folders.policies);
    mkdirSync(folders.empty);
    const settings = {
        ...SETTINGS,
        'security.workspace.trust.enabled': true,
        // This shows the terminal as readable text.
        'terminal.integrated.gpuAcceleration': 'off'
    };
    const server = await startServer(installation, {}, join(OUT, 'restricted-logs'), { extension, settings });
    cleanups.push(server.stop);
    const browser = await startBrowser(installation, await freePort());
    cleanups.push(() => browser.close());
    const page = await browser.newPage({ viewport: { width: 1400, height: 760 }, deviceScaleFactor: 2 });
    page.setDefaultTimeout(PATIENCE_MS);
    const open = async (folder) => {
        await page.goto(workbenchUrl(server, folders[folder]), { timeout: OPEN_TIMEOUT_MS });
        // The question whether to trust the folder comes last.
        await page.locator('.monaco-dialog-box').waitFor({ timeout: OPEN_TIMEOUT_MS });
    };
    const counts = await runOutside('restricted', { page, open }, options.grep);
    console.log(`${counts.passed} passed, ${counts.failed} failed`);
    assert.ok(counts.failed === 0 && counts.passed > 0, 'tests in Restricted Mode failed');
} catch (error) {
    console.error(error instanceof SetupError ? error.message : error);
    process.exitCode = 1;
} finally {
    for (const cleanUp of cleanups.reverse()) {
        await cleanUp();
    }
}
