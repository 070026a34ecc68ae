import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CLI, folder, GOOD, guardrail } from '../../guardrail.js';

const UGLY = 'policy   P\nagent a\n\n\n\nserver s {tool t(  )}\nallow a:s.t\n';
const PRETTY = 'policy P\nagent a\n\nserver s { tool t() }\nallow a: s.t\n';
const BROKEN = 'policy   P\nagent a\nallow a mail\n';

describe('guardrail fmt', () => {
    test('writes only the files that change, and keeps a byte order mark and line endings', async () => {
        const windows = `\uFEFF${UGLY.replaceAll('\n', '\r\n')}`;
        const cwd = folder({
            'broken.guardrail': BROKEN,
            'pretty.guardrail': PRETTY,
            'ugly näme.guardrail': UGLY,
            'windows.guardrail': windows
        });
        const read = (name: string): string => readFileSync(join(cwd, name), 'utf8');
        const before = statSync(join(cwd, 'pretty.guardrail')).ino;

        const checked = await guardrail(['fmt', '--check'], { cwd });
        expect(checked.stdout).toBe('ugly näme.guardrail\nwindows.guardrail\n');
        expect(checked.stderr).toContain('broken.guardrail:3:9');
        expect(checked.stderr).toContain('error[GR102]: Expected `:`, found `mail`.');
        expect(checked.stderr).toContain('2 files of 4 not formatted');
        expect(checked.code).toBe(2);
        expect(read('ugly näme.guardrail')).toBe(UGLY);

        const written = await guardrail(['fmt'], { cwd });
        expect(written.stdout).toBe('ugly näme.guardrail\nwindows.guardrail\n');
        expect(written.code).toBe(2);
        expect(read('ugly näme.guardrail')).toBe(PRETTY);
        expect(read('windows.guardrail')).toBe(`\uFEFF${PRETTY.replaceAll('\n', '\r\n')}`);
        expect(read('broken.guardrail')).toBe(BROKEN);
        expect(statSync(join(cwd, 'pretty.guardrail')).ino).toBe(before);

        const again = await guardrail(['fmt', '--check', 'ugly näme.guardrail', 'windows.guardrail'], { cwd });
        expect([again.stdout, again.code]).toEqual(['', 0]);
    });

    test.each([
        ['is formatted', UGLY, [], PRETTY, 0],
        ['is only checked', UGLY, ['--check'], '', 1],
        ['is left alone if it is broken', BROKEN, [], '', 2]
    ])('standard input %s', (_, input, args, stdout, code) => {
        let outcome: { stdout: string; status: number } = { stdout: '', status: 0 };
        try {
            const options = { input, encoding: 'utf8', stdio: 'pipe' } as const;
            outcome.stdout = execFileSync(process.execPath, [CLI, 'fmt', '--stdin', ...args], options);
        } catch (error) {
            outcome = error as typeof outcome;
        }
        expect([outcome.stdout, outcome.status]).toEqual([stdout, code]);
    });
});

test('guardrail check --text-only reports problems in the text without checking claims', async () => {
    const cwd = folder({
        'a.guardrail': `${GOOD.replace('allow assistant: mail.read', 'allow assistant: mail.*')}label unused\n`,
        'b.guardrail': BROKEN
    });
    const { stdout, code } = await guardrail(['check', '--text-only', '--format', 'json'], { cwd });
    const { files } = JSON.parse(stdout) as { files: { result?: object; diagnostics: { code: string }[] }[] };
    expect(files.map(({ result, diagnostics }) => [result, diagnostics[0]?.code])).toEqual([
        [undefined, 'GR408'],
        [undefined, 'GR102']
    ]);
    expect(code).toBe(2);
    const one = await guardrail(['check', '--text-only', 'a.guardrail'], { cwd });
    expect(one.code).toBe(0);
});
