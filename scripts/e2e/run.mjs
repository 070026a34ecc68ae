/**
 * Runs test/e2e in a real VS Code: installs what is missing, builds, opens a copy of examples/ and lets the workbench
 * run the suite in its extension host. The suite drives the same page through the browser's debugging port.
 *
 *     node scripts/e2e/run.mjs [--grep TEXT]     run the tests; their screenshots go to test/e2e/out
 *     node scripts/e2e/run.mjs --all             the same, and continue after a test that fails
 *     node scripts/e2e/run.mjs --pictures        the same, and copy the documents' pictures into docs/images
 *     node scripts/e2e/run.mjs --update          the same, and take the reference pictures again
 *     node scripts/e2e/run.mjs --built           the same, with the extension as it was built last
 *     node scripts/e2e/run.mjs --quick           the same, without the tests that a build has no time for
 *     node scripts/e2e/run.mjs --serve           only start VS Code and print its address, for manual use
 *     node scripts/e2e/run.mjs --vscode oldest   the oldest supported VS Code, or the newest, instead of the usual one
 */
import { parseArgs } from 'node:util';
import { SetupError } from '../debian.mjs';
import { developIn } from './develop.mjs';
import { install, VERSIONS } from './install.mjs';
import { prepare } from './prepare.mjs';
import { freePort, OPEN_TIMEOUT_MS, startBrowser, startServer, workbenchUrl } from './vscode.mjs';

/** The time limit of the whole suite; each test has its own, shorter limit. */
const SUITE_TIMEOUT_MS = 20 * 60_000;

const { values: options } = parseArgs({
    options: {
        all: { type: 'boolean' },
        built: { type: 'boolean' },
        grep: { type: 'string' },
        pictures: { type: 'boolean' },
        quick: { type: 'boolean' },
        update: { type: 'boolean' },
        serve: { type: 'boolean' },
        vscode: { type: 'string', default: 'usual' }
    }
});
const cleanups = [];
try {
    if (!(options.vscode in VERSIONS)) {
        throw new SetupError(`--vscode is one of ${Object.keys(VERSIONS).join(', ')}.`);
    }
    if (options.update && options.pictures) {
        throw new SetupError(
            '--update and --pictures take pictures of different resolutions: run one after the other.'
        );
    }
    const installation = await install(options.vscode);
    const { grep, update, all, pictures, built, quick } = options;
    const prepared = prepare({ grep, update, all, pictures, built, quick });
    cleanups.push(prepared.remove);
    await (options.serve ? serve(installation, prepared) : test(installation, prepared));
} catch (error) {
    console.error(error instanceof SetupError ? error.message : error);
    process.exitCode = 1;
} finally {
    await cleanUp();
}

async function test(installation, prepared) {
    const debuggingPort = await freePort();
    const environment = {
        ...prepared.environment,
        GUARDRAIL_E2E_CDP: `http://127.0.0.1:${debuggingPort}`,
        // Views have other sizes in other versions, and letters other edges in the pictures of the documents.
        ...(options.vscode === 'usual' && !options.pictures && { GUARDRAIL_E2E_BASELINES: prepared.baselines })
    };
    const server = await startServer(installation, environment, prepared.logs);
    cleanups.push(server.stop);
    stopOnSignals();
    const browser = await startBrowser(installation, debuggingPort);
    cleanups.push(() => browser.close());
    const context = await browser.newContext({
        viewport: { width: 1400, height: 760 },
        deviceScaleFactor: options.pictures ? 2 : 1,
        permissions: ['clipboard-read', 'clipboard-write']
    });
    const page = await context.newPage();
    const exited = new Promise((resolve, reject) => {
        page.exposeFunction('codeAutomationLog', (_type, args) => prepared.log(args.join(' ')));
        page.exposeFunction('codeAutomationExit', resolve);
        setTimeout(() => reject(new SetupError('The tests did not end in time.')), SUITE_TIMEOUT_MS).unref();
        page.on('crash', () => reject(new SetupError('The browser page crashed.')));
    });
    await developIn(context, server, prepared);
    await page.goto(workbenchUrl(server, prepared.folder), { timeout: OPEN_TIMEOUT_MS });
    const code = await exited;
    if (!prepared.report() && code === 0) {
        throw new SetupError('VS Code ended without having run the tests.');
    }
    process.exitCode = code === 0 ? 0 : 1;
    if (options.pictures && code === 0) {
        prepared.keepPictures();
    }
}

async function serve(installation, prepared) {
    const server = await startServer(installation, prepared.environment, prepared.logs, {
        extension: prepared.extension
    });
    cleanups.push(server.stop);
    console.log(`VS Code is at ${workbenchUrl(server, prepared.folder)}\nCtrl+C ends it.`);
    await new Promise((resolve) => ['SIGINT', 'SIGTERM'].forEach((signal) => process.once(signal, resolve)));
}

function stopOnSignals() {
    for (const signal of ['SIGINT', 'SIGTERM']) {
        process.once(signal, async () => {
            await cleanUp();
            process.exit(130);
        });
    }
}

async function cleanUp() {
    while (cleanups.length > 0) {
        await Promise.resolve(cleanups.pop()()).catch((error) => console.error(error));
    }
}
