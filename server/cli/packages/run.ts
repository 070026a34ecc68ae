/** Runs package managers in folders of their own. */
import { copyFileSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { x } from 'tinyexec';
import { CodedError, type ExitCode, systemReason } from '../../workspace/errors.js';

/**
 * Runs a package manager. Rejects with a `CodedError`: GR980 if it cannot be started, GR981 with its exit code if it
 * fails.
 */
export async function runPackageManager(program: string, args: readonly string[], cwd: string): Promise<void> {
    let result;
    try {
        result = await x(program, [...args], { nodeOptions: { cwd } });
    } catch (error) {
        const help = program === 'npm' ? 'Install Node with npm.' : `Install ${program}.`;
        throw new CodedError('GR980', `${program} cannot be run: ${systemReason(error)}`, help);
    }
    if (result.exitCode !== 0) {
        const said = (result.stderr.trim() || result.stdout.trim()).split('\n').slice(0, 3).join(' ');
        throw new CodedError(
            'GR981',
            `\`${program} ${args.join(' ')}\` has failed: ${said}`,
            'Nothing was compared.',
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
