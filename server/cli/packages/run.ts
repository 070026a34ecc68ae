/** Runs package managers. */
import { copyFileSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { x } from 'tinyexec';
import { CodedError, type ExitCode, systemReason } from '../../workspace/errors.js';

/**
 * Runs a package manager. Rejects with a `CodedError`: GR980 if it cannot be started, GR981 with its exit code if it
 * fails.
 *
 * @param isShown true to pass its output on as it is written
 */
export async function runPackageManager(
    program: string,
    args: readonly string[],
    cwd: string,
    isShown = false
): Promise<void> {
    const command = [program, ...args].join(' ');
    let result;
    try {
        result = await x(program, [...args], { nodeOptions: { cwd, ...(isShown && { stdio: 'inherit' }) } });
    } catch (error) {
        const help = `Install ${program}, or run \`${command}\` where it is.`;
        throw new CodedError('GR980', `${program} cannot be run: ${systemReason(error)}`, help);
    }
    if (result.exitCode !== 0) {
        const lines = (result.stderr.trim() || result.stdout.trim()).split('\n').slice(0, 3).join(' ');
        throw new CodedError(
            'GR981',
            `\`${command}\` has failed${isShown ? '' : `: ${lines}`}`,
            `${isShown ? 'Its output is above. ' : ''}Nothing else was done.`,
            // This is the package manager's own exit code, whatever it is.
            (result.exitCode ?? 1) as ExitCode
        );
    }
}

/** Copies the nearest .npmrc at or above `from`, which names the registry, to a folder. */
export function copyRegistry(from: string, to: string): void {
    const file = join(from, '.npmrc');
    if (existsSync(file)) {
        copyFileSync(file, join(to, '.npmrc'));
    } else if (dirname(from) !== from) {
        copyRegistry(dirname(from), to);
    }
}
