/** Debian packages for what a script runs: a browser, a compiler, another checker. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A failure whose message is all a person needs. */
export class SetupError extends Error {}

/**
 * Installs the packages where that is possible: as root, on a system that has apt-get.
 *
 * @param {readonly string[]} needed without these it throws a `SetupError` that says what to install
 * @param {readonly string[]} wanted these are left out where they cannot be installed
 */
export function installDebianPackages(needed, wanted = []) {
    if (needed.length + wanted.length === 0) {
        return;
    }
    const canInstall = process.getuid?.() === 0 && onPath('apt-get');
    if (!canInstall && needed.length > 0) {
        throw new SetupError(`Missing: ${needed.join(', ')}. Install with: sudo apt-get install ${needed.join(' ')}`);
    }
    if (canInstall) {
        const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
        mustRun('apt-get', ['update', '-q'], { env });
        mustRun('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...needed, ...wanted], { env });
    }
}

/** Whether a program of this name can be started. */
export function onPath(command) {
    return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, command)));
}

/** Whether a Debian package of this name is installed. */
export function isInstalled(name) {
    const { stdout } = spawnSync('dpkg-query', ['-W', '-f', '${db:Status-Status}', name], { encoding: 'utf8' });
    return stdout === 'installed';
}

/** Throws a `SetupError` with the end of what the program printed, if it fails. */
export function mustRun(command, args, options) {
    const { status, error, stdout, stderr } = spawnSync(command, args, {
        encoding: 'utf8',
        maxBuffer: 1 << 28,
        ...options
    });
    if (status !== 0) {
        const tail = `${stdout ?? ''}${stderr ?? ''}`.trim().split('\n').slice(-15).join('\n');
        throw new SetupError(`${command} ${args.join(' ')} failed (${error?.message ?? `exit ${status}`}):\n${tail}`);
    }
}
