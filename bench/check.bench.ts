/** Measures how long an author waits for a verdict in the editor and on the command line. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';
import { bench, describe } from 'vitest';
import { checkPolicy } from '../server/checker/check.js';
import { PolicyWorkspace } from '../server/workspace/policy-workspace.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const policies = globSync('examples/*/*.guardrail', { cwd: root }).sort();

describe.each(policies)('%s', async (file) => {
    const loaded = new PolicyWorkspace();
    const policy = loaded.policyOf(await loaded.load(root + file));

    bench('text to policy', async () => {
        const workspace = new PolicyWorkspace();
        workspace.policyOf(await workspace.load(root + file));
    });

    bench('every verdict', () => {
        checkPolicy(policy);
    });

    bench(
        'guardrail check, from a cold start',
        () => {
            const { error, status } = spawnSync(process.execPath, ['dist/cli.js', 'check', file], { cwd: root });
            if (error || status === null || status > 1) {
                throw error ?? new Error(`guardrail check ended with ${status}.`);
            }
        },
        { iterations: 5, warmupIterations: 1 }
    );
});
