/**
 * Runs the unit tests and the examples on other versions of Node, which npm's `node` package brings. The check of the
 * examples must come out as on the Node that runs this script, timings aside.
 *
 *     node scripts/test-nodes.mjs [VERSION…]     for example 22 24, which is the default
 */
import { spawnSync } from 'node:child_process';

const versions = process.argv.length > 2 ? process.argv.slice(2) : ['22', '24'];
const vitest = ['node_modules/vitest/vitest.mjs', 'run'];
const check = ['dist/cli.js', 'check', 'examples', '--format', 'json'];

const expected = examples(process.execPath, []);
for (const version of versions) {
    const npx = ['-y', '-p', `node@${version}`, 'node'];
    const name = run('npx', [...npx, '--version']).stdout.trim();
    console.log(`Node ${name}`);
    if (examples('npx', npx) !== expected) {
        fail(`The examples are checked differently than on Node ${process.version}.`);
    }
    const { status } = run('npx', [...npx, ...vitest], { stdio: 'inherit' });
    if (status !== 0) {
        fail(`The tests fail.`);
    }

    function fail(message) {
        console.error(`Node ${name}: ${message}`);
        process.exitCode = 1;
    }
}

/** The exit code and the report without what varies from run to run. */
function examples(command, args) {
    const { status, stdout, stderr } = run(command, [...args, ...check]);
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
