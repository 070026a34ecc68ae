/**
 * Runs test/e2e in the desktop VS Code that @vscode/test-electron downloads. For machines with unrestricted internet
 * access and a display; everywhere else use run.mjs.
 *
 *     node scripts/e2e/desktop.mjs [--grep TEXT] [--vscode-version 1.91.0|stable]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runTests } from '@vscode/test-electron';
import { SetupError } from '../debian.mjs';
import { prepare } from './prepare.mjs';
import { SETTINGS, freePort, writeSettings } from './vscode.mjs';

const { values: options } = parseArgs({
    options: { grep: { type: 'string' }, 'vscode-version': { type: 'string', default: 'stable' } }
});
const cleanups = [];
try {
    const prepared = prepare({ grep: options.grep });
    cleanups.push(prepared.remove);
    const home = mkdtempSync(join(tmpdir(), 'guardrail-e2e-'));
    cleanups.push(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
    writeSettings(join(home, 'data'), SETTINGS);
    const port = await freePort();
    await runTests({
        version: options['vscode-version'],
        extensionDevelopmentPath: prepared.extension,
        extensionTestsPath: prepared.tests,
        extensionTestsEnv: { ...prepared.environment, GUARDRAIL_E2E_CDP: `http://127.0.0.1:${port}` },
        launchArgs: [
            prepared.folder,
            '--disable-extensions',
            '--disable-workspace-trust',
            `--user-data-dir=${join(home, 'data')}`,
            `--extensions-dir=${join(home, 'extensions')}`,
            `--remote-debugging-port=${port}`
        ]
    });
    if (!prepared.report()) {
        throw new SetupError('VS Code ended without having run the tests.');
    }
} catch (error) {
    console.error(explain(error));
    process.exitCode = 1;
} finally {
    cleanups.reverse().forEach((cleanUp) => cleanUp());
}

function explain(error) {
    if (error instanceof SetupError) {
        return error.message;
    }
    if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|getaddrinfo|request/i.test(String(error))) {
        return `VS Code could not be downloaded (${error.message}). Without the open internet run: npm run test:e2e`;
    }
    return error;
}
