/**
 * Tests that the results of a policy are the same on every machine: work decides when a method gives up, and time only ends a run. A
 * clock that runs twenty times as fast, and another number of threads, change nothing but the times.
 */
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { withClock } from '../../server/checker/limits/budget.js';
import { checkPolicy } from '../../server/checker/check.js';
import type { Policy } from '../../server/model/policy/policy.js';
import { guardrail } from '../cli/guardrail.js';
import { partOf } from '../support/depth.js';
import { files, load } from './policies.js';

/** The result as a report has it, without times. The copy of the policy shares no cache with another. */
function resultOf(policy: Policy, millisecondsOfARead: number): string {
    let time = 0;
    const result = withClock(
        () => (time += millisecondsOfARead),
        () => checkPolicy(structuredClone(policy), { explainSearch: true })
    );
    return JSON.stringify(result, (name, value: unknown) => (name === 'milliseconds' ? 0 : value), 1);
}

const loaded = await Promise.all(files.map(async (file) => [file, (await load(file)).policy] as const));
const policies = loaded.flatMap(([file, policy]) => (policy ? [[file, policy] as const] : []));
/** Policies with a method that gives up before another one answers. */
const GIVING_UP = ['guardrails/network.guardrail', 'portfolio/as-published.guardrail'];

test.each(partOf(policies, ([file]) => GIVING_UP.includes(file)))(
    '%s has the same results by a clock that runs twenty times as fast',
    (_, policy) => {
        expect(resultOf(policy, 0.4)).toBe(resultOf(policy, 0.02));
    },
    300_000
);

test('one thread and two report the same', async () => {
    const cwd = fileURLToPath(new URL('../../examples/mcp-servers', import.meta.url));
    const report = async (jobs: string): Promise<string> => {
        const { stdout } = await guardrail(['check', '--no-cache', '--format', 'json', '--jobs', jobs], { cwd });
        return stdout.replace(/"milliseconds": [\d.]+/g, '');
    };
    expect(await report('2')).toBe(await report('1'));
});
