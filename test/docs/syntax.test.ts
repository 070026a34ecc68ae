import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { GuardrailGrammar } from '../../language/generated/grammar.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(`${root}docs/language/syntax.md`, 'utf8');
const names = Array.from(page.matchAll(/^(\w+) ::=|^- \*\*(\w+)\*\*/gm), (match) => match[1] ?? match[2]!);

describe('docs/language/syntax.md', () => {
    test('matches the grammar', () => {
        const script = `${root}scripts/docs/syntax.mjs`;
        expect(() => execFileSync(process.execPath, [script, '--check'], { cwd: root, stdio: 'pipe' })).not.toThrow();
    });

    test('has every rule once', () => {
        expect(names.sort()).toEqual(
            GuardrailGrammar()
                .rules.map(({ name }) => name)
                .sort()
        );
    });

    test('does not mention the tree', () => {
        expect(page).not.toMatch(/\w\+?=(?!")(?!\s)|\{\w+/);
    });
});
