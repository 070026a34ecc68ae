/** Tests that the benchmarks can be built and run, which no other test covers. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('the verdicts of the ordinary policy are measured', () => {
    const args = ['scripts/bench.mjs', '--only', 'ordinary', '--runs', '1'];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/\| it can still help +\| witnessed \| +[\d,]+ \| +[\d,]+ \|/);
    expect(status).toBe(0);
});
