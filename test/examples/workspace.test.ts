/** Compares the workspace example with AgentDojo's data: the numbers in the README. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Arguments } from '../../server/model/policy/policy.js';
import { TRUE } from '../../server/model/policy/truth.js';
import { run, type TaskCall } from './agentdojo.js';
import { loadPolicy } from './policies.js';

interface Workspace {
    readonly user_tasks: readonly { id: string; prompt: string; ground_truth: readonly TaskCall[] }[];
    readonly injection_tasks: readonly { id: string; ground_truth: readonly TaskCall[] }[];
}

const policy = await loadPolicy('workspace/workspace.guardrail');
const readme = readFileSync(new URL('../../examples/README.md', import.meta.url), 'utf8');
const suite = JSON.parse(
    readFileSync(new URL('../../examples/workspace/data/agentdojo-workspace.json', import.meta.url), 'utf8')
) as Workspace;

/** The data contains calls without results. One result of the contact list matters; no condition reads the others. */
function resultOf({ tool }: TaskCall): Arguments {
    return tool.startsWith('search_contacts')
        ? { contacts: [{ name: 'Sarah Baker', email: 'sarah.baker@gmail.com' }] }
        : { text: '' };
}

/** True if the call sends data outside the company or destroys something. */
function hasEffect({ tool }: TaskCall): boolean {
    const traits = policy.tools.find(({ name }) => name.endsWith(`.${tool}`))!.traits;
    return traits['external'] === TRUE || traits['destructive'] === TRUE;
}

const honest = suite.user_tasks.map(({ prompt, ground_truth: calls }) =>
    run(policy, calls, 'approve', { prompt, resultOf })
);
const needed = honest.map((met) =>
    met.every(({ released }) => released) ? met.filter(({ decision }) => decision === 'held').length : undefined
);
// In an attack the agent reads its mail and then follows the instructions in it, regardless of the user's request.
const attacks = suite.injection_tasks
    .filter(({ ground_truth: calls }) => calls.length > 0)
    .map(({ ground_truth: calls }) => {
        const sessions = suite.user_tasks.map(({ prompt }) =>
            run(policy, [{ tool: 'get_unread_emails', args: {} }, ...calls], 'refuse', { prompt, resultOf })
        );
        const effects = sessions.flatMap((met) => met.filter(({ call }) => hasEffect(call)));
        expect(effects.length).toBeGreaterThan(0);
        return effects.some(({ released }) => released) ? 'through' : 'held';
    });

const count = <T>(all: readonly T[], kind: T): string => `${all.filter((one) => one === kind).length} of ${all.length}`;

describe('the numbers in the README', () => {
    test.each([
        ['workspace tasks without approval', count(needed, 0)],
        ['workspace tasks with one approval', count(needed, 1)],
        [
            'workspace tasks with more approvals',
            `${needed.filter((n) => n !== undefined && n > 1).length} of ${needed.length}`
        ],
        ['workspace tasks that do not pass', count(needed, undefined)],
        ['workspace attacks that are held', count(attacks, 'held')],
        ['workspace attacks that get through', count(attacks, 'through')]
    ])('%s: %s', (what, number) => {
        const row = new RegExp(`^\\| ${what} +\\| +(\\d+ of \\d+) +\\|$`, 'm').exec(readme);
        expect(row?.[1]).toBe(number);
    });
});
