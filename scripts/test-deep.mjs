/**
 * The tests against oracles on many more random policies than a build takes: 50,000 against the naive checker, 1,350 against
 * random sessions, and 500 against SPIN. It takes about an hour.
 *
 *     node scripts/test-deep.mjs [DEPTH]     how many times as many as a build checks (default: 22)
 */
import { spawnSync } from 'node:child_process';

const depth = process.argv[2] ?? '22';
const spin = Math.ceil(Number(depth) * 23);
const { status, error } = spawnSync(
    process.execPath,
    [
        'node_modules/vitest/vitest.mjs',
        'run',
        'test/oracle/check.test.ts',
        'test/oracle/check-timed.test.ts',
        'test/oracle/mixed.test.ts',
        'test/checker/exports/promela.test.ts'
    ],
    { stdio: 'inherit', env: { ...process.env, ORACLE_DEPTH: depth, SPIN_RUNS: String(spin) } }
);
if (error) {
    throw error;
}
process.exitCode = status ?? 1;
