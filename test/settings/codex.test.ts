/**
 * Random rules and commands, decided by the policy that the rules are lowered to and by Codex itself. `CODEX` names its
 * program; a build without it does not run this. `RUNS` is the number of files of rules, 20 commands for each.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { codex } from '../../server/settings/clients/codex.js';
import { SEED } from '../support/depth.js';
import { deciderOf } from './lowered.js';

const program = process.env['CODEX'];
const folder = mkdtempSync(join(tmpdir(), 'guardrail-codex-'));
afterAll(() => rmSync(folder, { recursive: true }));

const word = fc.constantFrom(
    'git',
    'push',
    'status',
    'rm',
    '-f',
    'npm',
    'test',
    'a b',
    "it's",
    '.env',
    '*',
    '$HOME',
    '',
    '-C',
    '.',
    'sh',
    '-c',
    'rm x',
    'timeout',
    'env',
    'FOO=1'
);
const alternatives = fc.oneof(word, fc.uniqueArray(word, { minLength: 1, maxLength: 3 }));
const rule = fc.record({
    pattern: fc.array(alternatives, { minLength: 1, maxLength: 3 }),
    decision: fc.constantFrom('allow', 'prompt', 'forbidden', undefined)
});
/** Also programs that run others, and options that hide what they run: rules of Codex are about the words alone. */
const command = fc
    .tuple(
        fc.constantFrom('git', 'rm', 'npm', 'test', 'timeout', 'env', 'sudo', 'bash', 'xargs', '/bin/rm', "it's", 'if'),
        fc.array(word, { maxLength: 3 })
    )
    .map(([name, words]) => [name, ...words]);
const DECISIONS: Readonly<Record<string, string>> = { allow: 'allowed', prompt: 'held', forbidden: 'denied' };

test.skipIf(program === undefined)(
    'Codex decides commands like the policy',
    async () => {
        const path = join(folder, 'default.rules');
        const property = fc.asyncProperty(
            fc.array(rule, { minLength: 1, maxLength: 5 }),
            fc.array(command, { minLength: 20, maxLength: 20 }),
            async (rules, commands) => {
                const text = rules.map(({ pattern, decision }) => {
                    const given = decision === undefined ? '' : `, decision="${decision}"`;
                    return `prefix_rule(pattern=${JSON.stringify(pattern)}${given})\n`;
                });
                writeFileSync(path, text.join(''));
                const decide = await deciderOf(codex, [{ path, text: text.join(''), of: 'project' }]);
                for (const words of commands) {
                    const printed = execFileSync(program!, ['execpolicy', 'check', '--rules', path, '--', ...words], {
                        encoding: 'utf8'
                    });
                    const { decision = 'prompt' } = JSON.parse(printed) as { decision?: string };
                    const line = words.map((one) => (one.includes("'") ? `"${one}"` : `'${one}'`)).join(' ');
                    expect([line, decide('Bash', { command: line })]).toEqual([line, DECISIONS[decision]]);
                }
            }
        );
        await fc.assert(property, { numRuns: Number(process.env['RUNS'] ?? 50), seed: SEED });
    },
    3_600_000
);
