/** Finds the policies whose result could differ from that at a revision. */
import { lstatSync } from 'node:fs';
import { basename, relative, sep } from 'node:path';
import { type Changes, changesSince } from '../git/changes.js';
import { LOCK_FILES } from '../git/packages.js';
import { readPolicyText } from '../../workspace/policy-text.js';
import { ImportReader } from './imports.js';

/** The files that changed, or that import a changed file, directly or indirectly. */
export async function changedSince(revision: string, files: readonly string[], cwd: string): Promise<string[]> {
    const changes = changesSince(revision, cwd);
    const reader = new ImportReader();
    const imports = new Map<string, readonly string[]>();
    const importsOf = async (file: string): Promise<readonly string[]> => {
        let found = imports.get(file);
        if (!found) {
            const text = textOf(file);
            found = text === undefined ? [] : await reader.filesOf(text, file);
            imports.set(file, found);
        }
        return found;
    };
    const chosen: string[] = [];
    for (const file of files) {
        if (await reachesChange(file, changes, importsOf)) {
            chosen.push(file);
        }
    }
    return chosen;
}

async function reachesChange(
    file: string,
    changes: Changes,
    importsOf: (file: string) => Promise<readonly string[]>
): Promise<boolean> {
    const seen = new Set([file]);
    for (const one of seen) {
        if (isChanged(one, changes)) {
            return true;
        }
        (await importsOf(one)).forEach((imported) => seen.add(imported));
    }
    return false;
}

function isChanged(file: string, { root, changed, tracked }: Changes): boolean {
    const path = relative(root, file);
    // Packages are not part of the repository, but their lock files are.
    if (path.split(sep).includes('node_modules') && !tracked.has(file)) {
        return [...changed].some((name) => LOCK_FILES.includes(basename(name)));
    }
    if (changed.has(file)) {
        return true;
    }
    const stats = lstatSync(file, { throwIfNoEntry: false });
    // A file that is missing both now and in the revision is unchanged.
    return stats ? !tracked.has(file) || stats.isSymbolicLink() : tracked.has(file);
}

/** Unreadable files are checked too, if they changed; the check reports why it cannot read them. */
function textOf(file: string): string | undefined {
    try {
        return file.endsWith('.guardrail') ? readPolicyText(file) : undefined;
    } catch {
        return undefined;
    }
}
