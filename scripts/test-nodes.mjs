/**
 * Runs the unit tests and the examples on other versions of Node, from npm's `node` package. The check of the examples
 * must give the same output as on the Node that runs this script, except for timings.
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

// The folder is outside of npm's cache, which an unprivileged user cannot read: some tests run the command as such a
// user.
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

/** The path of a Node with that version. */
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

/** The problem, if there is one. */
function tryOn(node, expected) {
    if (examples(node) !== expected) {
        return `the examples are checked differently than on Node ${process.version}`;
    }
    return run(node, vitest, { stdio: 'inherit' }).status === 0 ? undefined : 'tests fail';
}

/** The exit code and the report, without parts that vary between runs. */
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
    // On Windows npx is a script, which can only be started by a shell.
    const shell = process.platform === 'win32' && command === 'npx';
    const result = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, shell, ...options });
    if (result.error) {
        throw result.error;
    }
    return result;
}
