/** Runs the program `git`. */
import { execFileSync } from 'node:child_process';
import { systemReason } from '../../workspace/errors.js';

/** More than the size of the largest policy file, and of all file names in a large repository. */
const MAX_BYTES = 1 << 30;

/** Thrown if git ran and failed; the message is the first line of its output. */
export class GitRefused extends Error {}

/** Thrown if the program `git` does not exist or cannot be started; the message gives the reason. */
export class NoGit extends Error {}

/** The output of git. Throws `GitRefused` or `NoGit`. */
export function git(args: readonly string[], cwd: string, input = ''): Buffer {
    try {
        return execFileSync('git', args, {
            cwd,
            input,
            maxBuffer: MAX_BYTES,
            stdio: ['pipe', 'pipe', 'pipe'],
            windowsHide: true
        });
    } catch (error) {
        const { code, status, stderr } = error as NodeJS.ErrnoException & { status?: unknown; stderr?: Buffer };
        if (typeof status === 'number') {
            const [first = ''] = (stderr ?? '').toString().split('\n', 1);
            throw new GitRefused(first.replace(/^fatal: /, ''));
        }
        if (code === undefined) {
            throw error;
        }
        throw new NoGit(code === 'ENOENT' ? 'there is no such program' : systemReason(error));
    }
}
