/** Parses `REV:path`, the syntax of `git show` for a file of a revision. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

export interface RevisionName {
    readonly revision: string;
    /**
     * The path with forward slashes, from the root of the repository, or with `./` or `../` from the working directory.
     */
    readonly path: string;
}

/** Undefined for the name of a file: an existing one, or one that starts like a Windows path. */
export function revisionName(name: string, cwd: string): RevisionName | undefined {
    const at = name.indexOf(':');
    if (at <= 0 || at === name.length - 1 || /^([A-Za-z]:[\\/]|\\\\)/.test(name) || existsSync(resolve(cwd, name))) {
        return undefined;
    }
    return { revision: name.slice(0, at), path: name.slice(at + 1).replaceAll('\\', '/') };
}
