/**
 * docs/README.md is the contents of the book and the navigation of the site: every page is in it once, and each chapter
 * leads to the next. `npx vitest run test/docs/book.test.ts -u` renews docs/codes.md.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';
import { describe, expect, test } from 'vitest';

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
const read = (page: string): string => readFileSync(docs + page, 'utf8');

/** Of a text, the pages that its lists link to, in order. */
const listed = (text: string): string[] =>
    Array.from(text.matchAll(/^ *(?:-|\d+\.) \[[^\]]+\]\(([^)#]+\.md)\)/gm), (match) => match[1]!);

const contents = read('README.md');
const chapters = listed(/^## The book\n([\s\S]*?)^## /m.exec(contents)![1]!);

describe('docs/README.md', () => {
    test('has every page once', () => {
        const pages = globSync('**/*.md', { cwd: docs, ignore: ['README.md', 'codes/**', 'decisions/0*.md'] });
        expect(
            listed(contents)
                .filter((page) => !page.startsWith('../'))
                .sort()
        ).toEqual(pages.sort());
    });

    test('has chapters', () => {
        expect(chapters.length).toBeGreaterThan(8);
    });

    test.each(chapters.slice(0, -1).map((chapter, index) => [chapter, chapters[index + 1]!]))(
        '%s leads to %s',
        (chapter, next) => {
            const title = /^# (.*)$/m.exec(read(next))![1]!;
            expect(contents).toContain(`[${title}](${next})`);
            expect(read(chapter).trimEnd().split('\n').at(-1)).toBe(`Next: [${title}](${next})`);
        }
    );
});

test('docs/decisions/README.md has every decision', () => {
    expect(listed(read('decisions/README.md'))).toEqual(globSync('0*.md', { cwd: `${docs}decisions` }).sort());
});

test('docs/codes.md has every code', async () => {
    const rows = globSync('GR*.md', { cwd: `${docs}codes` })
        .sort()
        .map((page) => {
            const [, code, title] = /^# (GR\d+): (.*)$/m.exec(read(`codes/${page}`))!;
            return `- [${code!}](codes/${page}): ${title!}`;
        });
    const head = '# Codes\n\nWhat the checker and the editor tell, each with a page: what it is, wrong, right, why.';
    await expect(`${head}\n\n${rows.join('\n')}\n`).toMatchFileSnapshot(`${docs}codes.md`);
});
