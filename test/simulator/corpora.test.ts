/**
 * Tests that the text that is shown and offered for sessions of the checker's policies can be typed, and has the same
 * meaning.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { EmptyFileSystem } from 'langium';
import { describe, expect, test } from 'vitest';
import { createGuardrailServices } from '../../language/module.js';
import { checkPolicy } from '../../server/checker/check.js';
import { runScenario } from '../../server/checker/scenarios/scenarios.js';
import { evidenceOf } from '../../server/checker/scenarios/evidence.js';
import { SessionPlayer } from '../../server/simulator/player.js';
import { scenarioOf } from '../../server/simulator/session-scenario.js';
import type { PlayedSession } from '../../server/simulator/session.js';
import { partOf } from '../support/depth.js';
import { policyOf } from '../support/policies.js';

const folder = new URL('../checker/', import.meta.url);
const all = ['cases', 'mixed', 'bounded'].flatMap((name) =>
    readdirSync(new URL(`${name}/`, folder))
        .filter((file) => file.endsWith('.guardrail'))
        .map((file) => `${name}/${file}`)
);

/** A session that needs the order in which two calls of a tool are approved is always among them. */
const files = [...new Set(['cases/holds-limits.guardrail', ...partOf(all, 128)])];

describe.each(files)('%s', (file) => {
    const text = readFileSync(new URL(file, folder), 'utf8');

    test('the session of a broken claim is a scenario that passes and breaks it', async () => {
        const problems: string[] = [];
        const found = checkPolicy(await policyOf(text)).claims.flatMap(({ name, kind, verdict, trace }, claim) =>
            verdict === 'violated' && trace && kind !== 'stays possible' ? [{ name, claim, trace }] : []
        );
        const texts = found.map(({ trace }, index) => scenarioOf(trace, `shown ${index}`));
        found.forEach(({ name }, index) => texts[index] ?? problems.push(`${name}: no form`));
        // Time alone may break an `always`.
        const waiting = texts.flatMap((one) => (one === undefined ? [] : [`${one}\n  wait 400d`]));
        const written = await policyOf(`${text}\n${waiting.join('\n')}\n`);
        found.forEach(({ name, claim }, index) => {
            const scenario = written.scenarios.find((one) => one.name === `shown ${index}`);
            if (scenario) {
                const { passed, steps } = runScenario(written, scenario);
                if (!passed) {
                    problems.push(
                        `${name}: ${steps
                            .filter((step) => !step.passed)
                            .map((step) => `${step.text}: ${step.message}`)
                            .join('; ')}`
                    );
                }
                if (!evidenceOf(written, scenario).some((one) => one.claim === claim)) {
                    problems.push(`${name}: not broken by\n${texts[index]}`);
                }
            }
        });
        expect(problems).toEqual([]);
    });

    test('the calls offered at the start are decided as stated', async () => {
        const { shared } = createGuardrailServices(EmptyFileSystem);
        const player = new SessionPlayer(shared.workspace.FileSystemProvider);
        const play = async (lines: readonly string[], offers: boolean): Promise<PlayedSession> => {
            const params = { uri: 'untitled:corpus', lines, offers };
            return (await player.run({ kind: 'play', params, text, files: [] })) as PlayedSession;
        };
        const { problem, offers } = await play([], true);
        expect(problem).toBeUndefined();
        const wrong: string[] = [];
        for (const { line, decision } of offers!.calls.flatMap(({ choices }) => choices)) {
            const played = await play([line], false);
            if (played.problem || played.steps[0]?.decision !== decision) {
                wrong.push(`${line} -> ${decision}: ${played.problem?.message ?? played.steps[0]?.decision}`);
            }
        }
        for (const { line } of offers!.acts) {
            const played = await play([line], false);
            if (played.problem) {
                wrong.push(`${line}: ${played.problem.message}`);
            }
        }
        expect(wrong).toEqual([]);
    });
});
