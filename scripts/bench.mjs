/**
 * Measures the checker (bench/README.md) and prints the tables.
 *
 *     node scripts/bench.mjs [--sizes s1e5,s1e6,s5e6] [--encoding ahead|held] [--runs 5] [--only PART]
 *                            [--write] [--install]
 *
 * PART: family, command, ordinary, decisions, replay, gateway, growth, editor, large, keystrokes, claims. `--sizes` may name s2e7 too, which takes minutes and gigabytes for SPIN; `--write` keeps the tables and plots in
 * bench/results; `--file` compares the verdicts of `claims`; `--install` installs SPIN and a C compiler, without which their columns stay empty.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { bundleMeasurements, root } from './build/measurements.mjs';
import { installDebianPackages, onPath } from './debian.mjs';

const args = process.argv.slice(2);

if (args.includes('--install')) {
    installDebianPackages([...(onPath('spin') ? [] : ['spin']), ...(onPath('gcc') ? [] : ['gcc', 'libc6-dev'])]);
}
const programs = await bundleMeasurements('bench', {
    main: 'bench/main.ts',
    verdict: 'bench/verdict.ts',
    probe: 'bench/editor/probe.ts'
});
const { status } = spawnSync(
    process.execPath,
    [join(programs, 'main.mjs'), ...args.filter((arg) => arg !== '--install')],
    {
        cwd: root,
        stdio: 'inherit'
    }
);
process.exitCode = status ?? 1;
