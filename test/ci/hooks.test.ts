import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { BAD, folder, GOOD, guardrail } from '../cli/guardrail.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

const UNFORMATTED = 'policy   P\nagent a\n';

interface Hook {
    readonly id: string;
    readonly entry: string;
    readonly language: string;
    readonly files: string;
    readonly pass_filenames?: boolean;
}
const hooks = new Map(
    (parse(readFileSync(join(root, '.pre-commit-hooks.yaml'), 'utf8')) as Hook[]).map((hook) => [hook.id, hook])
);

describe('the hooks for pre-commit', () => {
    // Runs what pre-commit runs: the entry, followed by the files that are about to be committed.
    const cases = [
        {
            id: 'guardrail-check',
            files: { 'staged.guardrail': GOOD, 'other.guardrail': BAD },
            says: 'other.guardrail',
            code: 1
        },
        { id: 'guardrail-check', files: { 'staged.guardrail': GOOD }, says: '', code: 0 },
        { id: 'guardrail-lint', files: { 'staged.guardrail': 'polcy', 'other.guardrail': '' }, says: 'GR102', code: 2 },
        { id: 'guardrail-lint', files: { 'staged.guardrail': BAD, 'other.guardrail': '' }, says: '', code: 0 },
        {
            id: 'guardrail-fmt',
            files: { 'staged.guardrail': UNFORMATTED },
            says: 'staged.guardrail',
            code: 0
        }
    ];
    test.each(cases)('$id on $files', async ({ id, files, says, code }) => {
        const { entry, language, files: pattern, pass_filenames: takesNames = true } = hooks.get(id)!;
        const [program, ...args] = entry.split(' ');
        const cwd = folder(files);
        const outcome = await guardrail([...args, ...(takesNames ? ['staged.guardrail'] : [])], { cwd });
        expect([program, language, outcome.code]).toEqual(['guardrail', 'node', code]);
        expect(outcome.stdout).toContain(says);
        expect(says === '' ? outcome.stdout : '').toBe('');
        expect('sub/staged.guardrail').toMatch(new RegExp(pattern));
        if (id === 'guardrail-fmt') {
            expect(readFileSync(join(cwd, 'staged.guardrail'), 'utf8')).toBe('policy P\nagent a\n');
        }
    });

    test('are all tested', () => {
        expect(new Set(cases.map(({ id }) => id))).toEqual(new Set(hooks.keys()));
    });

    test('are installed from the output of npm pack, to which a build must not add', () => {
        const cwd = folder({
            'package.json':
                '{ "name": "built", "version": "1.0.0", "scripts": { "prepare": "echo what a build says" } }',
            '.npmrc': readFileSync(join(root, '.npmrc'))
        });
        const shell = process.platform === 'win32';
        expect(execFileSync('npm', ['pack'], { cwd, encoding: 'utf8', stdio: 'pipe', shell })).toBe(
            'built-1.0.0.tgz\n'
        );
    });
});
