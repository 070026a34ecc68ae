/** Finds the changes since a revision. */
import { resolve } from 'node:path';
import { CodedError } from '../../workspace/errors.js';
import { git, GitRefused, NoGit } from './run.js';

/** The changes from a revision up to the current working tree. Paths are absolute. */
export interface Changes {
    /** The root of the working tree. */
    readonly root: string;
    /** The files that were changed, added, deleted, or renamed from or to. */
    readonly changed: ReadonlySet<string>;
    /** The files of the revision. All others are new, whether git tracks them or not. */
    readonly tracked: ReadonlySet<string>;
}

/** Throws a `CodedError` (GR915) outside a repository, without git, and for an invalid revision. */
export function changesSince(revision: string, cwd: string): Changes {
    const root = resolve(cwd, ask(['rev-parse', '--show-cdup'], cwd, notHere).trim());
    const commit = ask(['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`], cwd, () => {
        const help =
            'Continuous integration often fetches the last commit only: fetch the history too (`fetch-depth: 0`).';
        return new CodedError('GR915', `git knows no revision ${revision}`, help);
    }).trim();
    const paths = (args: readonly string[]): ReadonlySet<string> =>
        new Set(
            ask(args, root, notHere)
                .split('\0')
                .filter((name) => name !== '')
                .map((name) => resolve(root, name))
        );
    return {
        root,
        changed: paths(['diff', '--name-only', '--no-renames', '--no-ext-diff', '-z', commit, '--']),
        tracked: paths(['ls-tree', '-r', '--name-only', '-z', '--full-tree', commit])
    };
}

/** @param onRefusal creates the error from git's output */
function ask(args: readonly string[], cwd: string, onRefusal: (reason: string) => CodedError): string {
    try {
        return git(args, cwd).toString();
    } catch (error) {
        if (error instanceof NoGit) {
            throw new CodedError('GR915', `git cannot be run: ${error.message}`, 'Install git.');
        }
        throw error instanceof GitRefused ? onRefusal(error.message) : error;
    }
}

function notHere(reason: string): CodedError {
    const help = 'Run it in a folder of the repository.';
    return new CodedError('GR915', `git cannot determine what changed${reason === '' ? '' : `: ${reason}`}`, help);
}
