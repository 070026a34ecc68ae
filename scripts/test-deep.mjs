/**
 * The tests that try more than a build has time for, on many more random policies, sessions, mutations and inputs. As
 * many parts run at once as there are processors. A part that fails does not stop the others; the end lists those that
 * failed, and the exit code is then 1.
 *
 *     node scripts/test-deep.mjs [DEPTH [PART…]]
 *
 *     DEPTH     the factor on the numbers in the tests (default: 1, which is 80 times a build)
 *     PART      runs only the parts whose file or name contains this text, such as `oracle/check.test` or "agree on keys"
 *     --list    lists the parts instead
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { stripVTControlCharacters } from 'node:util';
import { globSync } from 'tinyglobby';

const isListing = process.argv.includes('--list');
const [factor = '1', ...wanted] = process.argv.slice(2).filter((arg) => arg !== '--list');
const depth = Number(factor);
if (!(depth > 0)) {
    throw new Error(`The first argument is the depth, such as 0.5, and not ${factor}.`);
}

/** Random policies with keys take by far the most time, so they start first, in shares that differ by their seed. */
const KEY_SHARES = 4;

const NAIVE = 'test/oracle/check.test.ts';
const TIMED = 'test/oracle/check-timed.test.ts';
const PARTS = [
    ...Array.from({ length: KEY_SHARES }, (_, share) => part('agree on keys', NAIVE, share, KEY_SHARES)),
    part('agree on windows and keys', TIMED, 0, 2),
    part('agree on windows and keys', TIMED, 1, 2),
    part('agree on windows$', TIMED),
    part('agree on holds and answers', TIMED),
    part('agree on reusable approvals', TIMED),
    ...[
        'test/fuzz/commands.test.ts',
        'test/fuzz/library.test.ts',
        'test/oracle/mixed.test.ts',
        'test/oracle/bounded.test.ts',
        'test/oracle/concurrent.test.ts',
        'test/oracle/across.test.ts',
        'test/oracle/stays.test.ts',
        'test/oracle/totals.test.ts',
        'test/oracle/decide.test.ts',
        'test/oracle/findings.test.ts',
        'test/oracle/difference.test.ts',
        'test/oracle/environment.test.ts',
        'test/oracle/relax.test.ts',
        'test/oracle/compiled.test.ts',
        'test/oracle/whole.test.ts',
        'test/attack/attack.test.ts',
        'test/attack/forms.test.ts',
        'test/checker/cut-off.test.ts',
        'test/checker/in-scope-conditions.test.ts',
        'test/export/promela.test.ts',
        'test/export/guarded.test.ts',
        'test/export/dogwood/sessions.test.ts',
        'test/examples/rules.test.ts',
        'test/language/rules.test.ts',
        'test/language/nothing-dropped.test.ts'
    ].map((file) => part('', file)),
    part('agree$', NAIVE),
    part('agree on the effect of approvals', NAIVE),
    part('agree on arguments', NAIVE)
];

const LEFT_TO_DEEP = JSON.parse(readFileSync('test/support/left-to-deep.json', 'utf8'));

/** The other tests that a build runs only in part. */
const OTHERS = globSync('test/**/*.test.ts', { ignore: 'test/e2e/**' })
    .filter((file) => file in LEFT_TO_DEEP || /from '.*support\/depth\.js'/.test(readFileSync(file, 'utf8')))
    .filter((file) => !PARTS.some((known) => known.file === file))
    .sort();
PARTS.push(...OTHERS.map((file) => part('', file)));

const CHOSEN = PARTS.filter((one) => wanted.length === 0 || wanted.some((text) => titleOf(one).includes(text)));
if (CHOSEN.length === 0) {
    throw new Error(`No part has ${wanted.join(' or ')} in its name; --list lists them.`);
}

function part(name, file, share = 0, shares = 1) {
    return { name, file, share, shares };
}

function titleOf({ name, file, share, shares }) {
    return [file, name, shares > 1 ? `share ${share + 1} of ${shares}` : ''].filter(Boolean).join(', ');
}

/**
 * Runs a part, and shows its output if it fails.
 * @returns true if the part passed
 */
function run(chosen) {
    const { name, file, share, shares } = chosen;
    const env = {
        ...process.env,
        TEST_DEPTH: String(depth / shares),
        TEST_SHARE: String(share),
        GUARDRAIL_FUZZ_SECONDS: String(depth * 60)
    };
    const args = ['node_modules/vitest/vitest.mjs', 'run', file, '--reporter=verbose', '--no-file-parallelism'];
    const began = Date.now();
    return new Promise((resolve, reject) => {
        const child = spawn(process.execPath, name ? [...args, '-t', name] : args, { env });
        let said = '';
        child.stdout.on('data', (text) => (said += String(text)));
        child.stderr.on('data', (text) => (said += String(text)));
        child.on('error', reject);
        child.on('close', (status) => {
            const took = Math.round((Date.now() - began) / 1000);
            // Vitest also succeeds if no test has the name, so the number of tests is read.
            const isPassed = status === 0 && /\bTests\b.* \d+ passed/.test(stripVTControlCharacters(said));
            process.stdout.write(`${isPassed ? 'passed' : 'FAILED'} in ${took} s: ${titleOf(chosen)}\n`);
            if (!isPassed) {
                process.stdout.write(said);
            }
            resolve(isPassed);
        });
    });
}

const waiting = isListing ? [] : [...CHOSEN];
const failed = [];

async function runNext() {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        if (!(await run(next))) {
            failed.push(titleOf(next));
        }
    }
}

await Promise.all(Array.from({ length: availableParallelism() }, runNext));
process.stdout.write(
    isListing
        ? `${CHOSEN.map(titleOf).join('\n')}\n`
        : `${CHOSEN.length - failed.length} of ${CHOSEN.length} parts passed\n${failed.map((title) => `FAILED: ${title}\n`).join('')}`
);
process.exitCode = failed.length > 0 ? 1 : 0;
