/**
 * Tests the pages under docs/codes about texts: their wrong texts have the code, and their right ones have no
 * diagnostics.
 */
import { globSync } from 'tinyglobby';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { filesOfPage, sectionsOf } from './page.js';
import type { Files } from './support.js';
import { build, described } from './support.js';

const root = fileURLToPath(new URL('../../docs/codes/', import.meta.url));

const HINT = 4;

describe.each(globSync('GR[1-4]*.md', { cwd: root }).sort())('%s', (name) => {
    const code = name.slice(0, -'.md'.length);
    const page = readFileSync(root + name, 'utf8');
    const [wrong, right] = sectionsOf(page);
    const filesOf = (section: string): Files => filesOfPage(section, code, page);

    test('the wrong text only has this problem', async () => {
        const { diagnostics } = await build(filesOf(wrong));
        expect(diagnostics.some((diagnostic) => diagnostic.code === code)).toBe(true);
        const others = diagnostics.filter((other) => other.code !== code && other.severity !== HINT);
        expect(described(others)).toEqual([]);
    });

    test('the right text has no problems', async () => {
        const { diagnostics } = await build(filesOf(right));
        expect(described(diagnostics.filter((other) => other.code === code || other.severity !== HINT))).toEqual([]);
    });
});
