/**
 * Runs test/e2e/web in VS Code for the Web, which npm provides as static files: the extension in a browser alone, on a
 * virtual workspace.
 *
 *     node scripts/e2e/web.mjs [--grep TEXT]   run the tests; their screenshots go to test/e2e/out
 *     node scripts/e2e/web.mjs --serve         only serve VS Code for the Web and print its address
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { mustRun, SetupError } from '../debian.mjs';
import { childrenBesidesBrowser } from './children.mjs';
import { copyExamples } from './copy-examples.mjs';
import { installBrowser, installVSCodeWeb } from './install.mjs';
import { PATIENCE_MS, runOutside } from './outside.mjs';
import { startProfile } from './vscode.mjs';
import { startSite } from './web-site.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const POLICY = 'mail-assistant/first-try.guardrail';
/** The programs of the extension: those for browsers are used, and those for Node are not even requested. */
const PROGRAMS = ['server', 'worker', 'repair-worker', 'session-worker'];

const { values: options } = parseArgs({ options: { grep: { type: 'string' }, serve: { type: 'boolean' } } });
const cleanups = [];
try {
    mustRun('npm', ['run', '--silent', 'build', '--', '--minify'], { cwd: ROOT });
    const workspace = mkdtempSync(join(tmpdir(), 'guardrail-web-'));
    cleanups.push(() => rmSync(workspace, { recursive: true, force: true }));
    copyExamples(join(ROOT, 'examples'), workspace);
    const folders = {
        vscode: await installVSCodeWeb(),
        extension: ROOT,
        files: join(ROOT, 'test', 'e2e', 'web', 'files'),
        workspace
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
    console.log(`VS Code for the Web is at ${origin}`);
    console.log(
        'Start a Chromium for it with --ignore-certificate-errors and a --user-data-dir of its own. Ctrl+C ends it.'
    );
    await new Promise((resolve) => ['SIGINT', 'SIGTERM'].forEach((signal) => process.once(signal, resolve)));
}

async function test(site) {
    const chromium = installBrowser();
    await seesOtherPrograms();
    const settings = { viewport: { width: 1400, height: 760 }, deviceScaleFactor: 2 };
    const { context, stop } = await startProfile({ chromium }, settings);
    cleanups.push(stop);
    const sockets = [];
    const refused = [];
    await context.route(
        (url) => url.port !== new URL(site.origin).port,
        (route) => {
            refused.push(route.request().url());
            return route.abort();
        }
    );
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    const problems = [];
    page.on('websocket', (socket) => sockets.push(socket.url()));
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    await page.goto(site.origin);
    const counts = await runOutside('web', page, options.grep);
    const others = childrenBesidesBrowser();
    if (counts.failed > 0) {
        const told = [...problems, ...site.missing.map((path) => `missing: ${path}`), ...refused];
        console.error([...new Set(told)].join('\n'));
    }
    console.log(`${counts.passed} passed, ${counts.failed} failed`);
    assert.ok(counts.failed === 0 && counts.passed > 0, 'tests in the browser failed');

    assert.deepEqual(others, [], 'no program but the browser runs');
    assert.deepEqual(sockets, [], 'nothing but files is asked for');
    assert.deepEqual(site.missing.filter(isOfExtension), [], 'the extension asks for nothing that is not there');
    assert.deepEqual(problems.filter(isOfExtension), []);
    if (!options.grep) {
        const programs = PROGRAMS.flatMap((name) => [`web-${name}`, name]);
        const used = programs.filter((name) => site.served.has(`/extension/dist/${name}.js`));
        assert.deepEqual(
            used,
            PROGRAMS.map((name) => `web-${name}`),
            'the programs for browsers run, and no others'
        );
    }
}

/** True if another program would be detected, because the check that none runs is meaningful only then. */
async function seesOtherPrograms() {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' });
    try {
        await new Promise((resolve, reject) => other.once('spawn', resolve).once('error', reject));
        assert.equal(childrenBesidesBrowser().length, 1, 'a process of node is seen');
    } finally {
        other.kill();
        await new Promise((resolve) => other.once('exit', resolve));
    }
}

/**
 * True if the line is about the extension: requests other than GET, and requests for files that are not part of VS Code
 * itself.
 */
function isOfExtension(text) {
    return /^(?!GET|\/)[A-Z]+ |^a socket|extension\/(dist|docs|client)|Content Security Policy/.test(text);
}
