/** Installs the Debian packages that a script needs: a browser, a compiler, another checker. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** An error whose message is sufficient for a person. */
export class SetupError extends Error {}

/**
 * Installs the packages if possible: as root, on a system with apt-get.
 *
 * @param {readonly string[]} needed packages without which it throws a `SetupError` that lists what to install
 * @param {readonly string[]} wanted packages that are skipped if they cannot be installed
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

/** True if a program with this name can be started. */
export function onPath(command) {
    return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, command)));
}

/** True if a Debian package with this name is installed. */
export function isInstalled(name) {
    const { stdout } = spawnSync('dpkg-query', ['-W', '-f', '${db:Status-Status}', name], { encoding: 'utf8' });
    return stdout === 'installed';
}

/** Throws a `SetupError` with the end of the program's output if it fails. */
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
