/** Reads the files of one revision with `git` itself. */
import { realpathSync } from 'node:fs';
import { posix, relative, resolve } from 'node:path';
import { CodedError } from '../../workspace/errors.js';
import { git, GitRefused, NoGit } from './run.js';

export class GitTree {
    private constructor(
        /** The absolute path of the root of the repository. */
        readonly root: string,
        /** The revision as the user wrote it. */
        readonly revision: string,
        /** The object id of the revision, so that all files come from one revision even if its name moves. */
        private readonly object: string
    ) {}

    /**
     * Throws a `CodedError` if `cwd` is not in a repository (GR940), or if the repository has no such revision (GR941).
     */
    static open(revision: string, cwd: string): GitTree {
        const root = rootOf(cwd);
        const query = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{tree}`];
        const object = tryGit(query, cwd)?.toString().trim();
        if (object === undefined || object === '') {
            throw new CodedError(
                'GR941',
                `the Git repository has no revision "${revision}"`,
                'Give a branch, a tag or a commit. A shallow clone has few: fetch it first.'
            );
        }
        return new GitTree(root, revision, object);
    }

    /** The absolute path of a file in the syntax of `git show`; the file may be missing. */
    locate(path: string, cwd: string): string {
        return resolve(/^\.\.?(?:\/|$)/.test(path) ? realpathSync(cwd) : this.root, path);
    }

    /**
     * The path from the root of the repository, with forward slashes; undefined if the file is outside the repository.
     */
    inside(file: string): string | undefined {
        const path = relative(this.root, file).replaceAll('\\', '/');
        return path === '' || path.startsWith('../') || path === '..' || /^[A-Za-z]:/.test(path) ? undefined : path;
    }

    /** The paths of all files below a folder, both from the root of the repository, with forward slashes. */
    files(folder: string): string[] {
        const listed = tryGit(['ls-tree', '-r', '--name-only', '-z', this.object], this.root)?.toString() ?? '';
        return listed.split('\0').filter((path) => path !== '' && path.startsWith(folder));
    }

    /**
     * The content of a file; undefined if the revision has no file at this path. A link is followed within the
     * revision.
     */
    read(file: string): Uint8Array | undefined {
        const path = this.inside(file);
        // A request to git is one line, so a path must not contain a line break.
        if (path === undefined || path.includes('\n')) {
            return undefined;
        }
        const request = `${this.object}:${posix.normalize(path)}\n`;
        const answer = tryGit(['cat-file', '--batch', '--follow-symlinks'], this.root, request);
        if (!answer) {
            const help = 'Check the repository with `git fsck`.';
            throw new CodedError('GR940', `git cannot read the files of the revision "${this.revision}"`, help);
        }
        const end = answer.indexOf('\n');
        const [, kind, size] = answer.toString('utf8', 0, end).split(' ');
        return kind === 'blob' ? answer.subarray(end + 1, end + 1 + Number(size)) : undefined;
    }
}

function rootOf(cwd: string): string {
    const root = tryGit(['rev-parse', '--show-toplevel'], cwd)?.toString().trim();
    if (root === undefined || root === '') {
        throw new CodedError(
            'GR940',
            `${cwd} is not in a Git repository`,
            'REV:path names a file of a revision: run in the repository, or name a file.'
        );
    }
    return resolve(root);
}

/** The output of git; undefined if git refuses. */
function tryGit(args: readonly string[], cwd: string, input?: string): Buffer | undefined {
    try {
        return git(args, cwd, input);
    } catch (error) {
        if (error instanceof NoGit) {
            const help = 'Install Git, or name files instead of REV:path.';
            throw new CodedError('GR940', `git cannot be run: ${error.message}`, help);
        }
        if (error instanceof GitRefused) {
            return undefined;
        }
        throw error;
    }
}
