/**
 * Measures a policy with the sessions of a benchmark, for docs/evidence.md.
 *
 * node scripts/evidence.mjs recorded --suite NAME [--policy FILE] --benchmark CHECKOUT node scripts/evidence.mjs
 * worst-case --suite NAME [--policy FILE] --benchmark CHECKOUT
 *
 * `recorded` plays the recorded sessions of AgentDyn through a policy. `worst-case` plays an agent that does the user's
 * tasks and obeys every injection that it reads. The calls run in the environments of the checkout, whose own checks
 * judge the results. `--help` after a command lists its options.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { bundleMeasurements, root } from './build/measurements.mjs';

const programs = await bundleMeasurements('evidence', { main: 'bench/evidence/main.ts' });
const { status } = spawnSync(process.execPath, [join(programs, 'main.mjs'), ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit'
});
process.exitCode = status ?? 1;
