/**
 * Tests that docs/README.md is the table of contents of the book and the navigation of the site: it lists every page
 * once, and each chapter links to the next.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';
import { describe, expect, test } from 'vitest';
import { sidebar } from '../../site/navigation.mjs';

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
const read = (page: string): string => readFileSync(docs + page, 'utf8');

/** The pages that the lists in a text link to, in order. */
const listed = (text: string): string[] =>
    Array.from(text.matchAll(/^ *(?:-|\d+\.) \[[^\]]+\]\(([^)#]+\.md)\)/gm), (match) => match[1]!);

/** Patterns of pages that the list of their own folder contains. */
const listedElsewhere = ['decisions/0*.md', 'packs/!(README).md'];

const contents = read('README.md');
const chapters = listed(/^## The book\n([\s\S]*?)^## /m.exec(contents)![1]!);

describe('docs/README.md', () => {
    test('has every page once', () => {
        const pages = globSync('**/*.md', { cwd: docs, ignore: ['README.md', 'codes/**', ...listedElsewhere] });
        expect(
            listed(contents)
                .filter((page) => !page.startsWith('../'))
                .sort()
        ).toEqual(pages.sort());
    });

    test('is the sidebar of the site', () => {
        const linksOf = (items: ReturnType<typeof sidebar>): string[] =>
            items.flatMap(({ link, items: nested = [] }) => [
                ...(link === undefined ? [] : [link]),
                ...linksOf(nested)
            ]);
        const places = Array.from(contents.matchAll(/\]\(([^)]+)\)/g), ([, target]) => `/docs/${target!}`);
        expect(linksOf(sidebar()).map((link) => link.replace(/^\/docs\/\.\.|\/$/g, ''))).toEqual(
            places.map((place) => place.replace(/(?:\/?README)?\.md$|\/$/, '').replace('/docs/..', ''))
        );
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

test.each(['decisions', 'packs'])('docs/%s/README.md links to every page of its folder', (folder) => {
    const list = read(`${folder}/README.md`);
    const pages = globSync('*.md', { cwd: docs + folder, ignore: ['README.md'] });
    expect(pages.filter((page) => !list.includes(`](${page})`))).toEqual([]);
});

test('no page is longer than 30 kB, which is about as much as somebody reads at once', () => {
    const sizes = globSync('**/*.md', { cwd: docs, ignore: 'packs/**' }).map((page) => [page, read(page).length]);
    expect(sizes.filter(([, size]) => Number(size) > 30_000)).toEqual([]);
});
