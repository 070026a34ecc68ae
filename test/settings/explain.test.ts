/** The rule that is said to decide has the decision that the policy of the settings has. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { claude } from '../../server/settings/clients/claude.js';
import { codex } from '../../server/settings/clients/codex.js';
import { gemini } from '../../server/settings/clients/gemini.js';
import type { Client } from '../../server/settings/settings.js';
import { runs, SEED } from '../support/depth.js';
import { explainerOf } from './lowered.js';

const words = fc.constantFrom('git', 'push', 'status', 'npm', 'test', '-f', 'rm', 'x');
const command = fc.array(words, { minLength: 1, maxLength: 3 }).map((all) => all.join(' '));
const line = fc
    .array(command, { minLength: 1, maxLength: 3 })
    .chain((all) => fc.constantFrom(' && ', '; ', ' | ').map((sign) => all.join(sign)));
const pattern = fc
    .tuple(command, fc.constantFrom('', ':*', ' *', '*'))
    .map(([start, end]) => start + end)
    .map((text) => `Bash(${text})`);
const actions = fc.constantFrom('allow', 'ask', 'deny');

const CLIENTS: readonly (readonly [client: Client, path: string, text: fc.Arbitrary<string>])[] = [
    [
        claude,
        '.claude/settings.json',
        fc
            .dictionary(actions, fc.array(pattern, { maxLength: 3 }))
            .map((permissions) => JSON.stringify({ permissions }))
    ],
    [
        codex,
        '.codex/rules/a.rules',
        fc
            .array(fc.tuple(command, fc.constantFrom('allow', 'prompt', 'forbidden')), { maxLength: 4 })
            .map((all) =>
                all
                    .map(
                        ([text, decision]) =>
                            `prefix_rule(pattern=${JSON.stringify(text.split(' '))}, decision="${decision}")\n`
                    )
                    .join('')
            )
    ],
    [
        gemini,
        'a.toml',
        fc
            .array(fc.tuple(command, fc.constantFrom('allow', 'ask_user', 'deny'), fc.integer({ min: 0, max: 3 })), {
                maxLength: 4
            })
            .map((all) =>
                all
                    .map(
                        ([text, decision, priority]) =>
                            `[[rule]]\ntoolName = "run_shell_command"\ncommandPrefix = "${text}"\ndecision = "${decision}"\npriority = ${priority}\n`
                    )
                    .join('')
            )
    ]
];
const DECISIONS = { allow: 'allowed', ask: 'held', deny: 'denied' } as const;
const STRICTNESS = ['allowed', 'not known', 'held', 'denied'];

test.each(CLIENTS.map(([client, ...rest]) => [client.name, client, ...rest] as const))(
    '%s',
    async (_, client, path, texts) => {
        const property = fc.asyncProperty(
            texts,
            fc.array(line, { minLength: 10, maxLength: 10 }),
            async (text, lines) => {
                const explain = await explainerOf(client, [{ path, text, of: 'user' }]);
                for (const one of lines) {
                    const whole = explain(one);
                    const parts = whole.commands.length === 0 ? [whole] : whole.commands;
                    for (const { text: command, decision, rules, perhaps } of parts) {
                        const [first] = rules;
                        const byItself = client.tools.unruled === undefined ? 'held' : 'not known';
                        expect([command, decision, perhaps]).toEqual([
                            command,
                            first ? DECISIONS[first.action] : byItself,
                            []
                        ]);
                    }
                    // The strictest command of a line decides it.
                    const strictest = Math.max(...parts.map(({ decision }) => STRICTNESS.indexOf(decision)));
                    expect([one, whole.decision]).toEqual([one, STRICTNESS[strictest]]);
                }
            }
        );
        await fc.assert(property, { numRuns: runs(12), seed: SEED });
    },
    300_000
);
