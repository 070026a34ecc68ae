/** Checks if the installed packages are those of a revision, based on its lock file. */
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { MAX_JSON_BYTES } from '../../workspace/file-limits.js';
import { readRegularFile } from '../../workspace/regular-file.js';
import { parseJson } from '../../../language/text/json-text.js';
import type { GitTree } from './tree.js';

/** The lock files of all package managers that install policies. */
export const LOCK_FILES = [
    'package-lock.json',
    'npm-shrinkwrap.json',
    'yarn.lock',
    'pnpm-lock.yaml',
    'bun.lock',
    'bun.lockb'
];

/** The name of the package that a file belongs to; undefined for a file of `node_modules`, of a scope or of pnpm's store. */
export function packageOf(file: string): string | undefined {
    return /.*\/node_modules\/(@[^/]+\/[^/]+|[^@./][^/]*)\//.exec(file.replaceAll('\\', '/'))?.[1];
}

/**
 * True if the revision locked exactly the installed package. False if this is unknown: without a lock file, and for a
 * package that is linked from a folder outside the repository.
 *
 * @param file a file of an installed package
 * @param base the folder that stands for the root of the repository; if another is given, it is that of a checkout, whose
 * packages count as those of a revision without a lock file
 */
export function isAsLocked(file: string, tree: GitTree, base = tree.root): boolean {
    const [folder] = /.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file.replaceAll('\\', '/')) ?? [];
    if (folder === undefined || !realpathSync(folder).replaceAll('\\', '/').includes('/node_modules/')) {
        return false;
    }
    for (let above = folder.slice(0, folder.indexOf('/node_modules/')); ; above = dirname(above)) {
        for (const name of LOCK_FILES) {
            const lock = join(above, name);
            const locked = tree.read(join(tree.root, relative(base, lock)));
            if (locked !== undefined || existsSync(lock)) {
                return locked !== undefined && agree(locked, lock, folder);
            }
        }
        if (above === base || dirname(above) === above) {
            return base !== tree.root;
        }
    }
}

/**
 * True if both versions of a lock file have the same entry for a package, and the entry matches the installed package.
 */
function agree(locked: Uint8Array, lock: string, folder: string): boolean {
    const now = existsSync(lock) ? readRegularFile(lock, MAX_JSON_BYTES) : undefined;
    if (!now) {
        return false;
    }
    if (!lock.endsWith('.json')) {
        return Buffer.compare(locked, now) === 0;
    }
    const [old, young] = [entryOf(Buffer.from(locked), lock, folder), entryOf(now, lock, folder)];
    return old !== undefined && JSON.stringify(old) === JSON.stringify(young) && old.version === versionIn(folder);
}

interface LockEntry {
    readonly version?: unknown;
}

/** The entry of npm's lock file for the package in a folder. */
function entryOf(text: Buffer, lock: string, folder: string): LockEntry | undefined {
    try {
        const { packages } = parseJson(text.toString('utf8')) as { packages?: Readonly<Record<string, LockEntry>> };
        return packages?.[relative(dirname(lock), folder).replaceAll('\\', '/')];
    } catch {
        return undefined;
    }
}

function versionIn(folder: string): unknown {
    try {
        return (parseJson(readRegularFile(join(folder, 'package.json'), MAX_JSON_BYTES).toString('utf8')) as LockEntry)
            .version;
    } catch {
        return undefined;
    }
}
