/**
 * Plays recorded sessions through a policy and prints the table of docs/evidence.md.
 *
 *     node scripts/evidence.mjs --sessions FILE… [--policy FILE] [--suites FILE] [--tasks 0-9]… [--people nobody|needed|everything]…
 *                               [--benchmark CHECKOUT] [--python COMMAND] [--list]
 *
 * A line of a session file is a result of the benchmark, or a session as docs/replay.md describes it. `--suites` names a file with the
 * tools of each suite and the solutions of its tasks; without it the benchmark is asked.
 *
 * `--benchmark` names a checkout of AgentDyn: calls then run in its environments, and its own checks judge. `--list` writes a line for each
 * session to standard error.
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
