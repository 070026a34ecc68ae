/**
 * The rule that is said to decide has the decision that the policy of the settings has, and so has the policy that is
 * imported, except that it looks for commands inside others.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { claude } from '../../server/settings/clients/claude.js';
import { codex } from '../../server/settings/clients/codex.js';
import { gemini } from '../../server/settings/clients/gemini.js';
import type { Client } from '../../server/settings/settings.js';
import { runs, SEED } from '../support/depth.js';
import { auditSettings } from '../../server/settings/audit.js';
import { importSettings } from '../../server/settings/import.js';
import { deciderOf, explainerOf, importedDeciderOf } from './lowered.js';

const words = fc.constantFrom('git', 'push', 'status', 'npm', 'test', '-f', 'rm', 'x');
const command = fc.array(words, { minLength: 1, maxLength: 3 }).map((all) => all.join(' '));
const wrapped = fc.tuple(fc.constantFrom('', '', '', 'sudo '), command).map((both) => both.join(''));
const line = fc
    .array(wrapped, { minLength: 1, maxLength: 3 })
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
                const files = [{ path, text, of: 'user' as const }];
                const explain = await explainerOf(client, files);
                const imported = await importedDeciderOf(client, files);
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
                    const decided = imported(client.tools.shell, { command: one });
                    const asked = whole.decision === 'not known' ? 'held' : whole.decision;
                    if (one.includes('sudo')) {
                        expect(STRICTNESS.indexOf(decided)).toBeGreaterThanOrEqual(STRICTNESS.indexOf(asked));
                    } else {
                        expect([one, decided]).toEqual([one, asked]);
                    }
                }
            }
        );
        await fc.assert(property, { numRuns: runs(12), seed: SEED });
    },
    300_000
);

test('paths of Claude Code', async () => {
    const glob = fc
        .tuple(fc.constantFrom('', '/', '//', '~/', './'), fc.constantFrom('src/**', '*.ts', '.env', 'a/*', '**/b'))
        .map((parts) => parts.join(''));
    const rule = fc.tuple(fc.constantFrom('Edit', 'Read'), glob).map(([tool, text]) => `${tool}(${text})`);
    const path = fc
        .tuple(
            fc.constantFrom('/repo/', '/home/me/', '/', '', '/repo/src/../'),
            fc.constantFrom('src/a', 'a.ts', '.env', 'a/b')
        )
        .map((parts) => parts.join(''));
    const property = fc.asyncProperty(
        fc.dictionary(actions, fc.array(rule, { maxLength: 3 })),
        fc.array(path, { minLength: 5, maxLength: 5 }),
        async (permissions, paths) => {
            const files = [{ path: 'settings.json', text: JSON.stringify({ permissions }), of: 'project' as const }];
            const [audited, imported] = [await deciderOf(claude, files), await importedDeciderOf(claude, files)];
            for (const file_path of paths) {
                for (const [tool, args] of [
                    ['Read', { file_path }],
                    ['Edit', { file_path, old_string: 'a', new_string: 'b' }]
                ] as const) {
                    const [before, after] = [audited(tool, args), imported(tool, args)];
                    if (file_path.includes('..')) {
                        expect(STRICTNESS.indexOf(after)).toBeGreaterThanOrEqual(STRICTNESS.indexOf(before));
                    } else {
                        expect([tool, file_path, after]).toEqual([tool, file_path, before]);
                    }
                }
            }
        }
    );
    await fc.assert(property, { numRuns: runs(12), seed: SEED });
});

test('what is not understood is refused or stricter, and never a guess', () => {
    const permissions = {
        allow: ['Edit(!src/**)', 'mcp__mail', 'Write(a)'],
        ask: ['Tomorrow(x)'],
        deny: ['Edit(!b)', 'Bash(rm:*)']
    };
    const files = [{ path: 'settings.json', text: JSON.stringify({ permissions }), of: 'project' as const }];
    const audit = auditSettings(claude, files);
    const { rules } = importSettings(claude, files, audit, new Map(), '/repo', ({ path }) => path);
    expect(rules.map(({ text, fate }) => `${fate}: ${text}`)).toEqual([
        'stricter: allow Edit(!src/**)',
        'left to the client: allow mcp__mail',
        'never acts: "Write(a)"',
        'stricter: ask Tomorrow(x)',
        'refused: deny Edit(!b)',
        'kept: deny Bash(rm:*)'
    ]);
});
