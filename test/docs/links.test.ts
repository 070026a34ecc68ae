/** Tests documents: each link has a target, and the tests in the editor take each picture. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';
import { describe, expect, test } from 'vitest';
import { ANIMATIONS, PICTURES } from '../../scripts/e2e/pictures.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const pages = globSync('**/*.md', { cwd: root, ignore: ['**/node_modules/**', '**/fixtures/**', 'test/e2e/out/**'] });

/**
 * The size limit of all pictures together, so that a checkout stays small; and of one picture, so that a page loads
 * quickly.
 */
const MOST_BYTES = 4_000_000;
const MOST_BYTES_OF_ONE = 1_500_000;

interface Link {
    readonly isImage: boolean;
    readonly text: string;
    readonly target: string;
}

describe.each(pages)('%s', (page) => {
    const links = linksOf(page);

    test('its links have targets', () => {
        expect(links.filter((link) => !leadsSomewhere(page, link)).map(({ target }) => target)).toEqual([]);
    });

    test('its pictures have alternative texts', () => {
        expect(links.filter(({ isImage, text }) => isImage && text.trim().length < 10)).toEqual([]);
    });
});

/** The chart that `scripts/evidence.mjs chart` draws, and the recording of `test/docs/two-minutes.test.ts`. */
const DRAWINGS = ['evidence.svg', 'two-minutes.svg'];

describe('docs/images', () => {
    const kept = readdirSync(join(root, 'docs/images'));
    const files = [...PICTURES.map((name) => `${name}.png`), ...ANIMATIONS.map((name) => `${name}.gif`), ...DRAWINGS];
    const shown = pages.flatMap((page) =>
        linksOf(page)
            .filter(({ isImage }) => isImage)
            .map(({ target }) => normalize(join(dirname(page), target)))
    );

    test('has exactly the pictures that the documents show', () => {
        expect(kept.sort()).toEqual([...files].sort());
        expect([...new Set(shown)].sort()).toEqual(files.map((file) => `docs/images/${file}`).sort());
    });

    test.each(PICTURES)('%s is taken by a test in the editor', (name) => {
        const suite = join(root, 'test/e2e/suite');
        const sources = readdirSync(suite).map((file) => readFileSync(join(suite, file), 'utf8'));
        expect(sources.filter((text) => text.includes(`'${name}'`))).toHaveLength(1);
    });

    test('is small', () => {
        const sizes = kept.map((file) => statSync(join(root, 'docs/images', file)).size);
        expect(Math.max(...sizes)).toBeLessThan(MOST_BYTES_OF_ONE);
        expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(MOST_BYTES);
    });
});

/** Text in code is not a link. */
function linksOf(page: string): Link[] {
    const text = readFileSync(join(root, page), 'utf8')
        .replace(/^( *)(```+|~~~+)[\s\S]*?^\1\2/gm, '')
        .replace(/(`+)[^`][\s\S]*?\1/g, '');
    return Array.from(text.matchAll(/(!?)\[((?:[^[\]]|!\[[^\]]*\]\([^)]*\))*)\]\(<?([^)\s>]+)>?[^)]*\)/g), (match) => ({
        isImage: match[1] === '!',
        text: match[2]!,
        target: match[3]!
    }));
}

function leadsSomewhere(page: string, { target }: Link): boolean {
    if (/^(?:https?|mailto|command):/.test(target)) {
        return true;
    }
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? page : join(dirname(page), decodeURIComponent(path));
    if (!existsSync(join(root, file))) {
        return false;
    }
    return anchor === undefined || (file.endsWith('.md') ? anchorsOf(file).has(anchor) : hasLine(file, anchor));
}

/** True if a file that is not a document has the line `L12`. */
function hasLine(file: string, anchor: string): boolean {
    const line = Number(/^L(\d+)$/.exec(anchor)?.[1]);
    return line >= 1 && line <= readFileSync(join(root, file), 'utf8').split('\n').length;
}

/** Anchors as document hosts generate them from headings. */
function anchorsOf(file: string): Set<string> {
    const text = readFileSync(join(root, file), 'utf8');
    const headings = Array.from(text.matchAll(/^#{1,6} (.*)$/gm), (match) =>
        match[1]!
            .toLowerCase()
            .replace(/[^\p{L}\p{N}\s_-]/gu, '')
            .trim()
            .replace(/\s/g, '-')
    );
    const given = Array.from(text.matchAll(/<\w+ (?:id|name)="([^"]+)"/g), (match) => match[1]!);
    const counts = new Map<string, number>();
    const numbered = headings.map((heading) => {
        const count = counts.get(heading) ?? 0;
        counts.set(heading, count + 1);
        return count === 0 ? heading : `${heading}-${count}`;
    });
    return new Set([...numbered, ...given]);
}
