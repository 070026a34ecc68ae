/**
 * Tests that no policy of this repository is taken for a mistake, even with the names that it imports unknown, and that
 * none is reported as misread.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { meantBy } from '../../language/mistakes/explain.js';
import { build } from './support.js';

const MISREAD = ['GR438', 'GR439', 'GR443'];

const root = new URL('../../', import.meta.url);

test.each(['examples', 'docs', 'language/library', 'client/walkthrough'])('%s', async (folder) => {
    const found: string[] = [];
    let texts = 0;
    for (const entry of readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })) {
        if (!/\.(guardrail|md)$/.test(entry) || /node_modules|GR4(38|39|43)\.md/.test(entry)) {
            continue;
        }
        for (const text of policiesIn(readFileSync(new URL(`${folder}/${entry}`, root), 'utf8'), entry)) {
            texts++;
            const { diagnostics } = await build(text);
            const wrong = diagnostics.filter((one) => meantBy(one) || MISREAD.includes(String(one.code)));
            found.push(...wrong.map(({ code, range }) => `${entry}:${range.start.line + 1} ${code}`));
        }
    }
    expect(texts).toBeGreaterThan(0);
    // This page shows the wrong form on purpose.
    expect(found.filter((place) => !place.startsWith('codes/GR102.md'))).toEqual([]);
});

function policiesIn(text: string, name: string): string[] {
    return name.endsWith('.md')
        ? Array.from(text.matchAll(/^```guardrail[^\n]*\n([^]*?)^```/gm), ([, policy = '']) => policy)
        : [text];
}
