/** Whatever stands in a settings file, it is lowered to a policy without errors, or the problem is named. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { auditSettings } from '../../server/settings/audit.js';
import { claude } from '../../server/settings/clients/claude.js';
import { codex } from '../../server/settings/clients/codex.js';
import { cursor } from '../../server/settings/clients/cursor.js';
import { gemini } from '../../server/settings/clients/gemini.js';
import type { Client } from '../../server/settings/settings.js';
import { runs, SEED } from '../support/depth.js';
import { deciderOf } from './lowered.js';

const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.string({
        unit: fc.constantFrom(...'ab*?:!/\\()[]{}|^$.+-~"\'`\n\r\t\0#=, ', '\u2028', '\ud800', 'é'),
        maxLength: 8
    }),
    fc.constantFrom('\\b', '(?=a)', 'a{2,}', '[[:alpha:]]', '\\1', '(a', 'domain:', 'domain:*', 'git:*', '**/*', '')
);
const tool = fc.oneof(
    fc.constantFrom(
        'Bash',
        'Read',
        'Edit',
        'WebFetch',
        'Agent',
        'Skill',
        'mcp__a',
        'mcp__a__b',
        'Shell',
        'Mcp',
        'Other'
    ),
    text
);
const entry = fc.oneof(
    fc.tuple(tool, text).map(([name, content]) => `${name}(${content})`),
    tool,
    text
);
const lists = fc.dictionary(fc.constantFrom('allow', 'ask', 'deny'), fc.array(entry, { maxLength: 4 }));
const toml = fc
    .record({
        toolName: fc.oneof(tool, fc.constant('run_shell_command')),
        decision: fc.constantFrom('allow', 'deny', 'ask_user'),
        field: fc.constantFrom('commandRegex', 'commandPrefix', 'argsPattern', 'mcpName', 'subagent'),
        value: text
    })
    .map(
        ({ toolName, decision, field, value }) =>
            `[[rule]]\ntoolName = ${tomlText(toolName)}\ndecision = "${decision}"\npriority = 1\n${field} = ${tomlText(value)}\n`
    );

/** A string of TOML; it is JSON, but for lone surrogates. */
function tomlText(value: string): string {
    return JSON.stringify(value.replace(/\p{Surrogate}/gu, '')).replaceAll('\u007f', '');
}

const FILES: readonly (readonly [client: Client, path: string, text: fc.Arbitrary<string>])[] = [
    [claude, '.claude/settings.json', lists.map((permissions) => JSON.stringify({ permissions }))],
    [cursor, '.cursor/cli.json', lists.map((permissions) => JSON.stringify({ permissions }))],
    [
        cursor,
        '.cursor/permissions.json',
        fc.array(text).map((all) => JSON.stringify({ terminalAllowlist: all, mcpAllowlist: all }))
    ],
    [codex, '.codex/rules/a.rules', fc.array(text).map((words) => `prefix_rule(pattern=${JSON.stringify(words)})\n`)],
    [gemini, 'a.toml', fc.array(toml, { maxLength: 3 }).map((all) => all.join(''))],
    [claude, '.claude/settings.json', text],
    [codex, '.codex/rules/a.rules', text],
    [gemini, 'a.toml', text]
];

/** The number of rules, and several times the milliseconds that reading them takes. */
const [MANY, MOST_MS] = [10_000, 5_000];
const numbered = (write: (index: number) => string): string[] =>
    Array.from({ length: MANY }, (_, index) => write(index));

test.each([
    [
        claude,
        '.claude/settings.json',
        JSON.stringify({ permissions: { allow: numbered((i) => `Bash(a${i} b:*)`), deny: ['Bash(rm:*)'] } })
    ],
    [claude, '.claude/settings.json', JSON.stringify({ permissions: { deny: numbered((i) => `Bash(a *${i}*)`) } })],
    [claude, '.claude/settings.json', JSON.stringify({ permissions: { deny: numbered((i) => `Edit(src/${i}/**)`) } })],
    [cursor, '.cursor/cli.json', JSON.stringify({ permissions: { allow: numbered((i) => `Shell(a${i})`) } })],
    [codex, '.codex/rules/a.rules', numbered((i) => `prefix_rule(pattern=["a${i}"])\n`).join('')],
    [
        gemini,
        'a.toml',
        numbered(
            (i) => `[[rule]]\ntoolName="run_shell_command"\ncommandPrefix="a${i}"\ndecision="deny"\npriority=1\n`
        ).join('')
    ]
] as const)('%# 10,000 rules are read at once, and none is lost', (client, path, text) => {
    const started = performance.now();
    const { reading } = auditSettings(client, [{ path, text, of: 'user' }]);
    expect(reading.rules.length).toBeGreaterThanOrEqual(MANY);
    expect(performance.now() - started).toBeLessThan(MOST_MS);
});

describe('settings of any text', () => {
    test.each(FILES.map(([client, ...rest]) => [client.name, client, ...rest] as const))(
        '%s',
        async (_, client, path, texts) => {
            const property = fc.asyncProperty(texts, async (one) => {
                const decide = await deciderOf(client, [{ path, text: one, of: 'user' }]);
                expect(['allowed', 'held', 'denied', 'not known']).toContain(
                    decide(client.tools.shell, { command: 'ls' })
                );
            });
            await fc.assert(property, { numRuns: runs(12), seed: SEED });
        },
        300_000
    );
});
