/**
 * Runs the unit tests and the examples on other versions of Node, which npm's `node` package brings. The check of the
 * examples must come out as on the Node that runs this script, timings aside.
 *
 *     node scripts/test-nodes.mjs [VERSION…]     for example 22 24, which is the default
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const versions = process.argv.length > 2 ? process.argv.slice(2) : ['22', '24'];
const vitest = ['node_modules/vitest/vitest.mjs', 'run'];
const check = ['dist/cli.js', 'check', 'examples', '--format', 'json'];

// Outside npm's cache, which is closed to the user without rights that some tests run the command as.
const folder = mkdtempSync(join(tmpdir(), 'guardrail-nodes-'));
try {
    chmodSync(folder, 0o755);
    const expected = examples(process.execPath);
    for (const version of versions) {
        const problem = tryOn(fetchNode(version), expected);
        console.log(`Node ${version}: ${problem ?? 'passed'}`);
        process.exitCode ||= problem ? 1 : 0;
    }
} finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** The path of a Node of that version. */
function fetchNode(version) {
    const { stdout, stderr } = run('npx', ['-y', '-p', `node@${version}`, 'node', '-p', 'process.execPath']);
    const fetched = stdout.trim();
    if (!fetched) {
        throw new Error(`npm has brought no Node ${version}:\n${stderr}`);
    }
    const node = join(folder, `${version}-${basename(fetched)}`);
    copyFileSync(fetched, node);
    chmodSync(node, 0o755);
    return node;
}

/** What is wrong, if anything is. */
function tryOn(node, expected) {
    if (examples(node) !== expected) {
        return `the examples are checked differently than on Node ${process.version}`;
    }
    return run(node, vitest, { stdio: 'inherit' }).status === 0 ? undefined : 'tests fail';
}

/** The exit code and the report without what varies from run to run. */
function examples(node) {
    const { status, stdout, stderr } = run(node, check);
    try {
        const report = JSON.parse(stdout, (key, value) => (key === 'milliseconds' ? undefined : value));
        return JSON.stringify({ status, report });
    } catch {
        throw new Error(`guardrail check examples wrote no report:\n${stdout}${stderr}`);
    }
}

function run(command, args, options) {
    // On Windows npx is a script, which only a shell starts.
    const shell = process.platform === 'win32' && command === 'npx';
    const result = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, shell, ...options });
    if (result.error) {
        throw result.error;
    }
    return result;
}
