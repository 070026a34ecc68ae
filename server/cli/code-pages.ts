import { existsSync, readFileSync } from 'node:fs';

/**
 * The documentation page of a code, as Markdown; undefined if there is no such code.
 *
 * @param folder where the program is; the build puts the pages beside it, those of commands that the extension does not have
 * in a file of their own
 */
export function codePage(code: string, folder: URL): string | undefined {
    const files = ['codes.json', 'command-codes.json']
        .map((name) => new URL(name, folder))
        .filter((file) => existsSync(file));
    const pages = files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>);
    return pages.find((some) => Object.hasOwn(some, code))?.[code];
}
