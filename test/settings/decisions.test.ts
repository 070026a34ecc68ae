/** What a client does with a call under its settings: the decision of the policy that they are lowered to. */
import { describe, expect, test } from 'vitest';
import { claude } from '../../server/settings/clients/claude.js';
import { codex } from '../../server/settings/clients/codex.js';
import { gemini } from '../../server/settings/clients/gemini.js';
import type { Client } from '../../server/settings/settings.js';
import { deciderOf } from './lowered.js';

/** Settings, and lines of the shell with their decisions. */
const LINES: readonly [client: Client, path: string, text: string, lines: Readonly<Record<string, string>>][] = [
    [
        claude,
        '.claude/settings.json',
        JSON.stringify({
            permissions: {
                allow: ['Bash(npm test:*)', 'Bash(git status)', 'Bash(git log *)', 'Bash(ls*)', 'Bash(echo \\* *)'],
                ask: ['Bash(npm test -- -u)'],
                deny: ['Bash(rm:*)', 'Bash(git log --all)']
            }
        }),
        {
            'npm test': 'allowed',
            'npm test -- --watch': 'allowed',
            'npm testevil': 'held',
            'npm test -- -u': 'held',
            'git status': 'allowed',
            'git status -s': 'held',
            'git log': 'allowed',
            'git log -3': 'allowed',
            'git log --all': 'denied',
            lsof: 'allowed',
            'npm test && git status': 'allowed',
            'npm test && curl example.com': 'held',
            'npm test; rm -rf dist': 'denied',
            rm: 'denied',
            rmdir: 'held',
            'sudo rm x': 'held',
            'timeout 5 npm test': 'not known',
            'A=1 npm test': 'not known'
        }
    ],
    [
        codex,
        '.codex/rules/default.rules',
        'prefix_rule(pattern=["git", ["status", "diff"]])\n' +
            'prefix_rule(pattern=["git"], decision="prompt")\n' +
            'prefix_rule(pattern=["npm", "test"])\n' +
            'prefix_rule(pattern=["rm"], decision="forbidden")\n',
        {
            'git status': 'held',
            'npm test': 'allowed',
            'npm test -- -u': 'allowed',
            'npm testing': 'held',
            'npm test && rm x': 'denied',
            'npm test && timeout 5 rm x': 'held',
            "'git' --verbose status": 'held',
            'npm test > $OUT': 'not known',
            'npm test; $X': 'not known',
            ls: 'held'
        }
    ],
    [
        gemini,
        '~/.gemini/policies/a.toml',
        '[[rule]]\ntoolName = "run_shell_command"\ncommandPrefix = ["git status", "npm test"]\ndecision = "allow"\npriority = 10\n' +
            '[[rule]]\ntoolName = "run_shell_command"\ncommandPrefix = "git status -v"\ndecision = "deny"\npriority = 20\n' +
            '[[rule]]\ntoolName = "run_shell_command"\ncommandPrefix = "npm"\ndecision = "deny"\npriority = 5\n',
        {
            'git status': 'allowed',
            'git status -s': 'allowed',
            'git status -v': 'denied',
            'npm test': 'allowed',
            'npm install': 'denied',
            'git statuses': 'held'
        }
    ]
];

describe('shell lines', () => {
    test.each(LINES.map(([client, ...rest]) => [client.name, client, ...rest] as const))(
        '%s',
        async (_, client, path, text, lines) => {
            const decide = await deciderOf(client, [{ path, text, of: 'user' }]);
            const found = Object.keys(lines).map((line) => [line, decide(client.tools.shell, { command: line })]);
            expect(Object.fromEntries(found)).toEqual(lines);
        }
    );
});

test('paths and hosts of Claude Code', async () => {
    const text = JSON.stringify({
        permissions: {
            allow: ['Edit(src/**)', 'Edit(~/notes/*)', 'WebFetch(domain:example.com)', 'mcp__github'],
            deny: ['Read(.env)', 'Read(//etc/**)', 'Edit(/config/secret.json)']
        }
    });
    const decide = await deciderOf(claude, [{ path: '.claude/settings.json', text, of: 'project' }]);
    const edit = (file_path: string): string => decide('Edit', { file_path, old_string: 'a', new_string: 'b' });
    const read = (file_path: string): string => decide('Read', { file_path });
    expect({
        inside: edit('/repo/src/a/b.ts'),
        outside: edit('/other/src/a.ts'),
        notes: edit('/home/me/notes/a.md'),
        secret: edit('/repo/config/secret.json'),
        env: read('/repo/packages/a/.env'),
        environment: read('/repo/.environment'),
        passwd: read('/etc/passwd'),
        page: decide('WebFetch', { url: 'https://example.com/a', prompt: 'p' }),
        other: decide('WebFetch', { url: 'https://evil.example/', prompt: 'p' })
    }).toEqual({
        inside: 'allowed',
        outside: 'held',
        notes: 'allowed',
        secret: 'denied',
        env: 'denied',
        environment: 'allowed',
        passwd: 'denied',
        page: 'allowed',
        other: 'held'
    });
});
