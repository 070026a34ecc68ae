/**
 * Tests that every requirement of the collection is a rule that a scenario decides both ways, or has a reason why it is
 * not one.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { runScenario } from '../../server/checker/scenarios/scenarios.js';
import type { ScenarioResult } from '../../server/checker/results/result.js';
import fits from '../../examples/guardrails/data/fit.json' with { type: 'json' };
import notSaid from '../../examples/guardrails/data/not-said.json' with { type: 'json' };
import requirements from '../../examples/guardrails/data/requirements.json' with { type: 'json' };
import { files, loadPolicy } from './policies.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const policies = await Promise.all(
    files
        .filter((file) => file.startsWith('guardrails/'))
        .map(async (file) => ({ file, policy: await loadPolicy(file) }))
);
const scenarios = policies.flatMap(({ policy }) => policy.scenarios.map((scenario) => runScenario(policy, scenario)));
const served = new Set(
    policies.flatMap(({ policy }) =>
        policy.rules.flatMap(({ annotations = [] }) =>
            annotations.filter(({ name }) => name === 'serves').flatMap(({ values }) => values)
        )
    )
);

test('every requirement is served, or has a reason why not', () => {
    const known = requirements.map(({ id }) => id);
    expect(known.filter((id) => served.has(id) === id in notSaid)).toEqual([]);
    expect([...served, ...Object.keys(notSaid)].filter((id) => !known.includes(id))).toEqual([]);
});

test('a rule that is not exact serves a requirement, and differs from it in one way', () => {
    const different = Object.values(fits).flatMap((rows) => Object.keys(rows));
    expect(different.filter((id) => !served.has(id))).toEqual([]);
    expect(new Set(different).size).toBe(different.length);
});

describe('scenarios', () => {
    test.each(scenarios)('$name', ({ steps }) => {
        expect(steps.filter(({ passed }) => !passed).map(({ text, message }) => `${text}: ${message}`)).toEqual([]);
    });

    test.each([...served].sort())('%s is decided both ways', (id) => {
        const about = scenarios.filter(({ name }) => new RegExp(`[(, ]${id}[,)]`).test(name));
        expect(new Set(about.flatMap(decisionsOf)).size).toBeGreaterThan(1);
    });
});

test('docs/guardrails.md is what the examples say', () => {
    const script = `${root}scripts/docs/guardrails.mjs`;
    expect(() => execFileSync(process.execPath, [script, '--check'], { cwd: root, stdio: 'pipe' })).not.toThrow();
});

/** A call that an audited rule reports must differ from one that it does not. */
function decisionsOf({ steps, trace }: ScenarioResult): string[] {
    return [
        ...trace.steps.flatMap((step) => (step.decision ? [step.decision] : [])),
        ...steps.filter(({ audited }) => audited !== undefined).map(() => 'audited')
    ];
}
