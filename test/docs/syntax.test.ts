import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { GuardrailGrammar } from '../../language/generated/grammar.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(`${root}docs/language/syntax.md`, 'utf8');
const ids = Array.from(page.matchAll(/<b id="([^"]*)">/g), (match) => match[1]!);

describe('docs/language/syntax.md', () => {
    test('matches the grammar', () => {
        const script = `${root}scripts/docs/syntax.mjs`;
        expect(() => execFileSync(process.execPath, [script, '--check'], { cwd: root, stdio: 'pipe' })).not.toThrow();
    });

    test('has every rule once', () => {
        const rules = GuardrailGrammar().rules.filter((rule) => !('fragment' in rule && rule.fragment));
        expect([...ids].sort()).toEqual(rules.map((rule) => rule.name.toLowerCase()).sort());
    });

    test('its links have targets', () => {
        const targets = Array.from(page.matchAll(/(?:href="|\]\()#([^")]*)/g), (match) => match[1]!);
        expect(targets.length).toBeGreaterThan(100);
        expect(targets.filter((target) => !ids.includes(target))).toEqual([]);
    });

    test('does not mention the tree', () => {
        expect(page).not.toMatch(/\w\+?=(?!")(?!\s)|\{\w+/);
    });
});
