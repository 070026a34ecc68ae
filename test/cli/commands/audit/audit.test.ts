/** `guardrail audit` with whole folders. */
import { describe, expect, test } from 'vitest';
import { folder, guardrail } from '../../guardrail.js';

const CLAUDE = '.claude/settings.json';

function claude(permissions: object): Record<string, string> {
    return { [CLAUDE]: JSON.stringify({ permissions }) };
}

interface Report {
    readonly files: readonly {
        readonly diagnostics: readonly { readonly code: string }[];
        readonly problem?: { readonly code: string };
        readonly result?: { readonly claims: readonly { readonly name: string; readonly verdict: string }[] };
    }[];
    readonly problems: readonly { readonly code: string }[];
}

async function audited(files: Record<string, string | Uint8Array>): Promise<{ code: number | null; report: Report }> {
    const { code, stdout } = await guardrail(['audit', '--format', 'json'], { cwd: folder(files) });
    return { code, report: JSON.parse(stdout) as Report };
}

function verdictsOf({ files }: Report): string[] {
    return [...new Set(files.flatMap(({ result }) => result?.claims.map(({ verdict }) => verdict) ?? []))].sort();
}

describe('a session that gets through is found, and nothing is proved that something else decides', () => {
    test.each([
        ['a push that is allowed', claude({ allow: ['Bash(git push:*)'] }), 1, 'violated'],
        ['a push inside', claude({ allow: ['Bash(git -C:*)'], deny: ['Bash(git push:*)'] }), 3, 'undecided'],
        ['a command inside', claude({ allow: ['Bash(timeout 5 *)'], deny: ['Bash(rm:*)'] }), 1, 'violated'],
        ['a program of any name', claude({ allow: ['Bash(* --version)'], deny: ['Bash(rm:*)'] }), 1, 'violated'],
        ['nobody is asked', claude({ defaultMode: 'bypassPermissions', deny: ['Bash(rm:*)'] }), 3, 'undecided'],
        ['nobody is asked about files', claude({ defaultMode: 'acceptEdits', deny: ['Bash(rm:*)'] }), 3, 'undecided'],
        ['a program that runs any other', claude({ allow: ['Bash(python:*)'] }), 3, 'undecided'],
        ['a sandbox', { '.codex/rules/a.rules': 'prefix_rule(pattern=["ls"])' }, 3, 'undecided']
    ] as const)('%s', async (_, files, code, verdict) => {
        const outcome = await audited(files);
        expect(verdictsOf(outcome.report)).toContain(verdict);
        expect(outcome.code).toBe(code);
        if (verdict === 'undecided') {
            const claims = outcome.report.files.flatMap(({ result }) => result?.claims ?? []);
            expect(claims.filter((claim) => /command/.test(claim.name) && claim.verdict !== verdict)).toEqual([]);
        }
    });
});

test.each([
    ['no settings', { 'a.txt': '' }, 'GR939', 2],
    ['a text in UTF-16', { [CLAUDE]: Buffer.from('\ufeff{}', 'utf16le') }, 'GR905', 2],
    ['an empty file', { [CLAUDE]: '' }, 'GR701', 2],
    ['a file that is nested without end', { [CLAUDE]: '['.repeat(100_000) }, 'GR701', 2],
    [
        'ten thousand rules',
        claude({ allow: Array.from({ length: 10_000 }, (_, index) => `Bash(a${index} b:*)`) }),
        'GR708',
        3
    ]
])('%s', async (_, files, expected, code) => {
    const outcome = await guardrail(['audit', '--format', 'compact'], { cwd: folder(files) });
    expect(outcome.stdout + outcome.stderr).toContain(expected);
    expect(outcome.code).toBe(code);
});

test('each step names the line of the settings that let it through', async () => {
    const text = '{\n  "permissions": {\n    "allow": [\n      "Bash(gh api:*)"\n    ]\n  }\n}\n';
    const { stdout } = await guardrail(['audit', '--format', 'compact'], { cwd: folder({ [CLAUDE]: text }) });
    expect(stdout).toMatch(/gh api [^\n]*lines 1 and 4 allow it/);
    const { stdout: pretty } = await guardrail(['audit'], { cwd: folder({ [CLAUDE]: text }) });
    expect(pretty).toContain(`${CLAUDE}:4:7`);
});

test('a call is explained by the rules that match it, with their places', async () => {
    const files = claude({ allow: ['Bash(git:*)', 'Edit(src/**)'], ask: ['Bash(git push:*)'], deny: ['Read(.env)'] });
    const cwd = folder({ ...files, '.codex/rules/a.rules': 'prefix_rule(pattern=["git"], decision="forbidden")' });
    const explained = async (call: string): Promise<unknown> => {
        const { code, stdout } = await guardrail(['audit', '--explain', call, '--format', 'json'], { cwd });
        const { clients } = JSON.parse(stdout) as {
            clients: { client: string; decision: string; rules: { text: string; source: { path: string } }[] }[];
        };
        expect(code).toBe(0);
        return clients.map(({ client, decision, rules }) => [
            client,
            decision,
            ...rules.map(({ text, source }) => `${source.path} ${text}`)
        ]);
    };
    expect(await explained('git push -u origin x')).toEqual([
        ['claude', 'held', `${CLAUDE} Bash(git push:*)`, `${CLAUDE} Bash(git:*)`],
        ['codex', 'denied', '.codex/rules/a.rules ["git"]']
    ]);
    expect(await explained('ls')).toEqual([
        ['claude', 'not known'],
        ['codex', 'not known']
    ]);
    expect(await explained('Read(packages/a/.env)')).toEqual([['claude', 'denied', `${CLAUDE} Read(.env)`]]);
    expect(await explained('Edit(src/a.ts)')).toEqual([['claude', 'allowed', `${CLAUDE} Edit(src/**)`]]);
    expect(await explained('mcp__mail__send')).toEqual([
        ['claude', 'held'],
        ['codex', 'held']
    ]);
    const unknown = await guardrail(['audit', '--explain', 'Nothing(x)'], { cwd });
    expect(unknown.stderr).toContain('GR902');
});
