/** `guardrail diff` of two versions of the settings of a coding agent. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { guardrail } from '../../guardrail.js';
import { repository } from './repository.js';

interface Report {
    readonly result?: { readonly verdict: string; readonly differences: readonly { readonly change: string }[] };
    readonly changes?: readonly { readonly effect: string; readonly text: string }[];
    readonly read?: { readonly old: { readonly sha256: string } };
}

const CLAUDE = '.claude/settings.json';
const BASE = { allow: ['Bash(npm test:*)', 'Edit(src/**)'], ask: ['Bash(git push:*)'], deny: ['Read(.env)', 'mcp__*'] };
const hooks = { PreToolUse: [] };

async function compared(path: string, old: string, young: string): Promise<{ code: number | null; report: Report }> {
    const cwd = repository({ [path]: old });
    writeFileSync(join(cwd, path), young);
    const { code, stdout } = await guardrail(['diff', `HEAD:${path}`, path, '--format', 'json'], { cwd });
    return { code, report: JSON.parse(stdout) as Report };
}

/** What no change of settings may do in silence. */
test.each([
    ['nothing', {}, {}, 0, 'equivalent', []],
    ['another order', {}, { allow: [...BASE.allow].reverse() }, 0, 'equivalent', []],
    ['a denial is gone', {}, { deny: ['mcp__*'] }, 1, 'differs', ['looser']],
    ['an allow is new', {}, { allow: [...BASE.allow, 'WebSearch'] }, 1, 'differs', ['looser']],
    ['an allow is gone', {}, { allow: ['Edit(src/**)'] }, 1, 'differs', ['stricter']],
    ['a denial that never acts', {}, { deny: [...BASE.deny, 'Write(.env)'] }, 0, 'equivalent', ['otherwise']],
    ['a denial of tools that nobody can name', {}, { deny: ['Read(.env)'] }, 3, 'undecided', ['looser']],
    [
        'an exception that is not understood',
        {},
        { deny: [...BASE.deny, 'Edit(!b)'] },
        3,
        'undecided',
        ['stricter', 'otherwise']
    ],
    ['hooks are gone', { hooks }, {}, 1, 'undecided', ['looser']],
    ['a mode in which nobody is asked', {}, { defaultMode: 'bypassPermissions' }, 1, 'undecided', ['looser']]
] as const)('%s', async (_, old, young, code, verdict, effects) => {
    const text = (change: object): string => {
        const { hooks: own, ...permissions } = { ...BASE, ...change } as Record<string, unknown>;
        return JSON.stringify({ permissions, ...(own !== undefined && { hooks: own }) }, undefined, 2);
    };
    const { code: found, report } = await compared(CLAUDE, text(old), text(young));
    expect([report.result?.verdict, (report.changes ?? []).map(({ effect }) => effect), found]).toEqual([
        verdict,
        effects,
        code
    ]);
    expect(report.read?.old.sha256).toMatch(/^[0-9a-f]{64}$/);
});

test('a version that the client does not load is compared with nothing', async () => {
    const { code, report } = await compared('.codex/rules/a.rules', 'prefix_rule(pattern=["a"])', 'prefix_rule(');
    expect(code).toBe(2);
    expect(report.result).toBeUndefined();
});

test('settings of two clients are not compared', async () => {
    const cwd = repository({ [CLAUDE]: '{}', '.cursor/cli.json': '{}' });
    const { code, stderr } = await guardrail(['diff', CLAUDE, '.cursor/cli.json'], { cwd });
    expect(stderr).toContain('GR902');
    expect(code).toBe(2);
});
