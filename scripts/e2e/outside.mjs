/** Runs a suite of tests that only drives a page, and so runs outside the editor. */
import Mocha from 'mocha';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mustRun } from '../debian.mjs';
import { OPEN_TIMEOUT_MS } from './vscode.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The folder for screenshots. */
export const OUT = join(ROOT, 'test', 'e2e', 'out');
/** The time limit for each wait on a page, which allows for a busy machine. */
export const PATIENCE_MS = 30_000;

/**
 * Runs `tests` of test/e2e/NAME/suite.ts, and stops at the first failure.
 *
 * @param {string} name
 * @param {object} subject the argument of `tests`
 * @param {string} [grep] only the tests whose title contains it
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function runOutside(name, subject, grep) {
    mkdirSync(OUT, { recursive: true });
    const suite = join(OUT, `${name}-suite.cjs`);
    // It is started by its command, because the library would leave another program running.
    mustRun(join(ROOT, 'node_modules', '.bin', 'esbuild'), [
        join(ROOT, 'test', 'e2e', name, 'suite.ts'),
        `--outfile=${suite}`,
        '--bundle',
        '--platform=node',
        '--format=cjs',
        '--target=node20',
        '--sourcemap=inline',
        '--external:playwright-core'
    ]);
    process.env.GUARDRAIL_E2E_OUT = OUT;
    const mocha = new Mocha({
        ui: 'bdd',
        timeout: 2 * OPEN_TIMEOUT_MS + 2 * PATIENCE_MS,
        bail: true,
        reporter: 'spec',
        fgrep: grep
    });
    mocha.suite.emit('pre-require', globalThis, null, mocha);
    createRequire(import.meta.url)(suite).tests(subject);
    const counts = { passed: 0, failed: 0 };
    await new Promise((resolve) => {
        mocha
            .run(() => resolve())
            .on('pass', () => counts.passed++)
            .on('fail', () => counts.failed++);
    });
    return counts;
}
