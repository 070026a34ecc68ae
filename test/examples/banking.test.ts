/** Compares the banking example with AgentDojo's data: its inventory, its scenarios, and the numbers in the README. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Type } from '../../server/model/policy/policy.js';
import { TRUE } from '../../server/model/policy/truth.js';
import { hasEffect, run, type SuiteTool, suite, type TaskCall, vectorCalls } from './agentdojo.js';
import { loadPolicy } from './policies.js';

const policy = await loadPolicy('banking/banking.guardrail');
const readme = readFileSync(new URL('../../examples/README.md', import.meta.url), 'utf8');

describe('the inventory', () => {
    test.each(suite.tools.map((tool) => [tool.name, tool] as const))('has %s as in the data', (name, tool) => {
        const written = policy.tools.find((candidate) => candidate.name === `bank.${name}`)!;
        expect({ doc: written.doc, params: written.params }).toEqual({ doc: tool.doc, params: paramsOf(tool) });
    });

    test('has no other tool', () => {
        expect(policy.tools.length).toBe(suite.tools.length);
    });

    test('keeps to the suggested labels', () => {
        const [priv, untrusted] = ['private', 'untrusted'].map((label) =>
            policy.labels.findIndex(({ name }) => name === label)
        );
        const written = policy.tools.map(({ name, reads, traits }) => [
            name,
            reads.includes(priv!),
            reads.includes(untrusted!),
            traits['external'] === TRUE,
            traits['payment'] === TRUE
        ]);
        expect(written).toEqual(
            Object.entries(suite.labels.tools).map(([name, labels]) => [
                `bank.${name}`,
                labels['reads_private'],
                labels['reads_untrusted'],
                labels['external_sink'],
                labels['money']
            ])
        );
    });
});

test('the scenarios are those that the script writes', () => {
    const script = fileURLToPath(new URL('../../examples/banking/scenarios.mjs', import.meta.url));
    expect(() => execFileSync(process.execPath, [script, '--check'], { stdio: 'pipe' })).not.toThrow();
});

describe('the numbers in the README', () => {
    const honest = suite.user_tasks.map(({ ground_truth: calls }) => run(policy, calls, 'approve'));
    const needed = honest.map((met) =>
        met.every(({ released }) => released) ? met.filter(({ decision }) => decision === 'held').length : undefined
    );
    const held = honest.flatMap((met) =>
        met.flatMap(({ decision }, index) => (decision === 'held' ? [met.slice(0, index)] : []))
    );
    const afterText = held.filter((earlier) =>
        earlier.some(({ call }) => suite.labels.tools[call.tool]!['reads_untrusted'])
    );
    // Any outsider's text can request any attack, so an attack is as good as its best injection vector.
    const attacks = suite.injection_tasks.map(({ ground_truth: calls }) => {
        const sessions = vectorCalls().map((vector) => run(policy, [vector, ...calls], 'refuse').slice(1));
        const effects = sessions.flatMap((met) => met.filter(({ call }) => hasEffect(call)));
        return effects.some(({ released }) => released)
            ? 'through'
            : effects.some(({ decision }) => decision === 'held')
              ? 'held'
              : 'denied';
    });
    const count = <T>(all: readonly T[], kind: T): string =>
        `${all.filter((one) => one === kind).length} of ${all.length}`;

    test.each([
        ['honest tasks without approval', count(needed, 0)],
        ['honest tasks with one approval', count(needed, 1)],
        ['honest tasks with two approvals', count(needed, 2)],
        ['honest tasks that do not pass', count(needed, undefined)],
        ['approvals that follow text from outside', `${afterText.length} of ${held.length}`],
        ['attacks that are denied', count(attacks, 'denied')],
        ['attacks that are held for the user', count(attacks, 'held')],
        ['attacks that get through', count(attacks, 'through')]
    ])('%s: %s', (what, number) => {
        const row = new RegExp(`^\\| ${what} +\\| +(\\d+ of \\d+) +\\|$`, 'm').exec(readme);
        expect(row?.[1]).toBe(number);
    });

    test('every attack has a call that moves money or changes the account', () => {
        expect(suite.injection_tasks.filter(({ ground_truth: calls }) => !calls.some(hasEffect))).toEqual([]);
    });

    test('the account that gets the money stands in the prompts of user_task_3 and user_task_4, and never an attacker’s', () => {
        const recipients = (calls: readonly TaskCall[]): string[] =>
            calls.flatMap(({ args }) => (typeof args['recipient'] === 'string' ? [args['recipient']] : []));
        const named = suite.user_tasks.filter(({ prompt, ground_truth: calls }) =>
            recipients(calls).some((recipient) => /\d/.test(recipient) && prompt.includes(recipient))
        );
        expect(named.map(({ id }) => id)).toEqual(['user_task_3', 'user_task_4']);
        const attackers = suite.injection_tasks.flatMap(({ ground_truth: calls }) => recipients(calls));
        expect(attackers.length).toBeGreaterThan(0);
        expect(suite.user_tasks.filter(({ prompt }) => attackers.some((one) => prompt.includes(one)))).toEqual([]);
    });
});

const TYPES: Readonly<Record<string, Type>> = {
    str: { kind: 'string' },
    int: { kind: 'int' },
    float: { kind: 'number' },
    bool: { kind: 'bool' }
};

function paramsOf(tool: SuiteTool): unknown {
    return tool.params.map(({ name, type, required, default: value, doc }) => {
        const [base] = type.split(' | None');
        return {
            name,
            type: TYPES[base!],
            optional: !required,
            doc,
            // An argument with Python's None is omitted.
            ...(!required && value !== null && { default: value })
        };
    });
}
