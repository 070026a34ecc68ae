/** Runs the program `git`. */
import { execFileSync } from 'node:child_process';
import { systemReason } from '../../workspace/errors.js';

/** More than the largest file that is read of a policy, and than the names of all files of a large repository. */
const MAX_BYTES = 1 << 30;

/** Git ran, and refused: the message is the first line of what it said. */
export class GitRefused extends Error {}

/** There is no program `git`, or it cannot be started: the message says why. */
export class NoGit extends Error {}

/** Its output. Throws `GitRefused` or `NoGit`. */
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
