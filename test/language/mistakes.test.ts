/**
 * Tests that no policy of this repository is taken for a mistake, even with the names that it imports unknown, and that
 * none is reported as misread.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { meantBy } from '../../language/mistakes/explain.js';
import { build } from './support.js';

const MISREAD = ['GR438', 'GR439', 'GR443', 'GR444'];

const root = new URL('../../', import.meta.url);

test.each(['examples', 'docs', 'language/library', 'client/walkthrough'])('%s', async (folder) => {
    const found: string[] = [];
    let texts = 0;
    for (const entry of readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })) {
        if (!/\.(guardrail|md)$/.test(entry) || /node_modules|GR4(38|39|43|44)\.md/.test(entry)) {
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
    // These pages show the wrong form on purpose.
    expect(found.filter((place) => !/^codes\/GR10[12]\.md/.test(place))).toEqual([]);
});

test.each([
    ['a missing brace before a name with `is` in it', 'server s { tool t() external\nagent assistant\nhuman boss'],
    ['a definition whose name ends in `is`', 'define basis ( x == 1'],
    ['`same tool` before a window without its time', 'server s { tool t() }\nlimit s.t to 2 per same tool within'],
    ['`any tool` before a window without its time', 'deny any tool within']
])('%s is not explained as another statement', async (_, text) => {
    const { diagnostics } = await build(`policy P\n${text}\n`);
    expect(diagnostics.filter(({ code }) => code === 'GR102').map(meantBy)).toEqual([undefined]);
});

test('the parentheses of a tool whose name ends in a word of the language are missed behind its name', async () => {
    const { diagnostics } = await build('policy P\nserver s { tool myreads }\n');
    expect(diagnostics[0]!.range.start).toEqual({ line: 1, character: 'server s { tool myreads'.length });
});

function policiesIn(text: string, name: string): string[] {
    return name.endsWith('.md')
        ? Array.from(text.matchAll(/^```guardrail[^\n]*\n([^]*?)^```/gm), ([, policy = '']) => policy)
        : [text];
}
