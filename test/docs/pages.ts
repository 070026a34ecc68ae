/** Reads the pages of the repository: all documents, with their fenced blocks. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The paths of all documents, from the root. */
export const PAGES: readonly string[] = globSync('**/*.md', {
    cwd: ROOT,
    ignore: ['**/node_modules/**', '**/fixtures/**', 'test/e2e/out/**', 'site/.cache/**']
}).sort();

export interface Block {
    readonly page: string;
    /** The line of its fence, from one. */
    readonly line: number;
    /** The first word behind the fence; empty if there is none. */
    readonly language: string;
    /** The name of the file that it is: behind the language, or as code in the paragraph before. */
    readonly names: readonly string[];
    /** The last heading of the second level before it. */
    readonly section: string;
    /** The lines before it in the page. */
    readonly before: string;
    readonly text: string;
}

/** The text of a page, with the line ends of Unix. */
export function textOf(page: string): string {
    return readFileSync(ROOT + page, 'utf8').replaceAll('\r\n', '\n');
}

/** All blocks between fences, of whatever length and indentation; each is also a block of the page that hosts show. */
export function blocksOf(page: string): Block[] {
    const text = textOf(page);
    return Array.from(
        text.matchAll(/^( *)(`{3,}|~{3,})([^\n`]*)\n([\s\S]*?)^ *\2[`~]* *$/gm),
        ({ 1: margin, 3: info, 4: body, index }) => {
            const before = text.slice(0, index);
            const [language = '', ...named] = info!.trim().split(/\s+/);
            const paragraph = before.trimEnd().split(/\n\n/).at(-1)!;
            return {
                page,
                line: before.split('\n').length,
                language,
                names: [...named, ...Array.from(paragraph.matchAll(/`([^`\n]+)`/g), (match) => match[1]!).reverse()],
                section: [...before.matchAll(/^## (.*)$/gm)].at(-1)?.[1] ?? '',
                before,
                text: body!.replaceAll(new RegExp(`^${margin!}`, 'gm'), '')
            };
        }
    );
}

export const BLOCKS: readonly Block[] = PAGES.flatMap(blocksOf);

/** The code whose page it is; undefined for other pages. */
export function codeOf({ page }: Block): string | undefined {
    return /^docs\/codes\/(GR\d+)\.md$/.exec(page)?.[1];
}

/** Where a block is, for the message of a test. */
export function placeOf({ page, line }: Block): string {
    return `${page}:${line}`;
}
