import { readFileSync } from 'node:fs';

/**
 * The documentation page of a code, as Markdown; undefined if there is no such code.
 *
 * @param folder where the program is; the build puts the pages beside it, in one file
 */
export function codePage(code: string, folder: URL): string | undefined {
    const pages = JSON.parse(readFileSync(new URL('codes.json', folder), 'utf8')) as Record<string, string>;
    return Object.hasOwn(pages, code) ? pages[code] : undefined;
}
