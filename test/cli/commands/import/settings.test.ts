/** `guardrail import settings` with whole folders. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folder, guardrail } from '../../guardrail.js';

const FILES = {
    '.claude/settings.json': JSON.stringify({
        permissions: { allow: ['Bash(npm test:*)', 'Bash', 'Edit(src/**)'], deny: ['Read(.env)', 'Write(a)'] }
    }),
    '.codex/rules/a.rules':
        'prefix_rule(pattern=["git", "push"], decision="prompt")\nprefix_rule(pattern=["npm", ["test", "run"]])\n',
    '.gemini/policies/a.toml': '[[rule]]\ntoolName = "glob"\ndecision = "deny"\npriority = 1\n',
    '.cursor/cli.json': '{"permissions":{"allow":["Shell(git)"],"deny":["Read(.env*)","Nothing"]}}'
};

test('one policy over the settings of a folder is valid, formatted and says what became of each rule', async () => {
    const cwd = folder(FILES);
    const written = await guardrail(['import', 'settings', '-o', 'p.guardrail', '--format', 'json'], { cwd });
    expect(written.code).toBe(3);
    const { clients } = JSON.parse(written.stdout) as {
        clients: { client: string; rules: { fate: string; source: { path: string } }[] }[];
    };
    expect(clients.map(({ client, rules }) => [client, ...rules.map(({ fate }) => fate)])).toEqual([
        ['claude', 'kept', 'kept', 'kept', 'kept', 'never acts'],
        ['codex', 'kept', 'kept'],
        ['cursor', 'kept', 'kept', 'refused'],
        ['gemini', 'never acts']
    ]);
    const text = readFileSync(join(cwd, 'p.guardrail'), 'utf8');
    expect(text.match(/^\/\/ - [^:]+/gm)).toEqual(['// - never acts', '// - refused', '// - never acts']);
    expect((await guardrail(['check', '--text-only', 'p.guardrail'], { cwd })).code).toBe(0);
    expect((await guardrail(['fmt', '--check', 'p.guardrail'], { cwd })).code).toBe(0);
});

test.each([
    ['no settings', {}, [], 'GR939'],
    ['another file', { 'a.json': '{}' }, ['a.json'], 'GR902'],
    ['a policy that is there', { ...FILES, 'p.guardrail': '' }, ['-o', 'p.guardrail'], 'GR910']
])('%s', async (_, files, args, code) => {
    const outcome = await guardrail(['import', 'settings', ...args], { cwd: folder(files) });
    expect([outcome.code, outcome.stderr.includes(code)]).toEqual([2, true]);
});
