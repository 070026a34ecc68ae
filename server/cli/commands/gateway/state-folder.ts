/** The paths of the logs. */
import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { hashOf } from '../../../workspace/hash.js';

/** The folder is outside the project, so that an agent whose tools work on the project cannot change it. */
export function stateFolder(policy: string, cwd: string, named: string | undefined): string {
    if (named !== undefined) {
        return resolve(cwd, named);
    }
    // A policy has one history, whichever path leads to it.
    const path = realPath(resolve(cwd, policy));
    const { XDG_STATE_HOME, LOCALAPPDATA } = process.env;
    const base = XDG_STATE_HOME || (process.platform === 'win32' && LOCALAPPDATA) || join(homedir(), '.local', 'state');
    return join(base, 'guardrail', `${basename(path, '.guardrail')}-${hashOf(path).slice(0, 8)}`);
}

/** Reading the policy says what is wrong with a path that leads nowhere. */
function realPath(path: string): string {
    try {
        return realpathSync(path);
    } catch {
        return path;
    }
}
