import { existsSync, readFileSync } from 'node:fs';

/**
 * The documentation page of a code, as Markdown; undefined if there is no such code.
 *
 * @param folder the folder of the program; the build puts the pages next to it, with the pages of commands that the
 * extension lacks in a separate file
 */
export function codePage(code: string, folder: URL): string | undefined {
    const files = ['codes.json', 'command-codes.json']
        .map((name) => new URL(name, folder))
        .filter((file) => existsSync(file));
    const pages = files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>);
    return pages.find((some) => Object.hasOwn(some, code))?.[code];
}
