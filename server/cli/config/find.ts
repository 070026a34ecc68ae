/** Finds the configuration of a folder. */
import { existsSync, lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const CONFIG_NAME = 'guardrail.config.json';

/**
 * The nearest `guardrail.config.json` in the folder or above it, up to the root of the repository; files outside the
 * repository do not apply. An unreadable file with that name counts too, because ignoring it would mean ignoring
 * `strict`.
 */
export function findConfig(cwd: string): string | undefined {
    for (const folder of foldersUpTo(cwd)) {
        const file = join(folder, CONFIG_NAME);
        if (lstatSync(file, { throwIfNoEntry: false })) {
            return file;
        }
    }
    return undefined;
}

/** A folder and its parents, up to the root of its git repository (or of the file system). */
export function foldersUpTo(cwd: string): string[] {
    const folders = [cwd];
    for (let folder = cwd; !existsSync(join(folder, '.git')) && dirname(folder) !== folder;) {
        folder = dirname(folder);
        folders.push(folder);
    }
    return folders;
}
