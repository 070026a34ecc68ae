/** Runs the project's package manager. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { resolveCommand } from 'package-manager-detector/commands';
import { detect, getUserAgent } from 'package-manager-detector/detect';
import { x } from 'tinyexec';
import { PLUG_AND_PLAY } from '../../../../language/files/packages.js';
import { CodedError, type ExitCode, systemReason } from '../../../workspace/errors.js';

/**
 * Resolves once the packages are installed; the package manager's output is passed through as it is written. The
 * package manager is that of the lock file or package.json, otherwise the one that runs this command, otherwise npm.
 *
 * Rejects with a `CodedError`: GR248 before an installation that no policy could read, GR980 if the package manager is
 * not found, GR981 with the package manager's exit code if the installation fails.
 */
export async function install(specs: readonly string[], dev: boolean, cwd: string): Promise<void> {
    assertReadable(cwd);
    const agent = (await detect({ cwd }))?.agent ?? getUserAgent() ?? 'npm';
    const { command, args } = resolveCommand(agent, 'add', [...(dev ? ['-D'] : []), ...specs]) ?? {
        command: agent,
        args: ['add', ...specs]
    };
    const shown = [command, ...args].join(' ');
    let exitCode: number | undefined;
    try {
        ({ exitCode } = await x(command, args, { nodeOptions: { cwd, stdio: 'inherit' } }));
    } catch (error) {
        throw new CodedError(
            'GR980',
            `${command} cannot be run: ${systemReason(error)}`,
            `The lock file or package.json requires ${command}: install it, or run \`${shown}\` where it is.`
        );
    }
    if (exitCode !== 0) {
        throw new CodedError(
            'GR981',
            `\`${shown}\` has failed`,
            'Its output is above. Nothing else was done.',
            // This is the package manager's own exit code, whatever it is.
            (exitCode ?? 1) as ExitCode
        );
    }
}

function assertReadable(folder: string): void {
    for (let current = folder; ; current = dirname(current)) {
        if (PLUG_AND_PLAY.files.some((file) => existsSync(join(current, file)))) {
            throw new CodedError(PLUG_AND_PLAY.code, PLUG_AND_PLAY.what, PLUG_AND_PLAY.help);
        }
        if (dirname(current) === current) {
            return;
        }
    }
}
