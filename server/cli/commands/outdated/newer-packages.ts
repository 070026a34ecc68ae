/** Downloads the newest versions of packages with npm, into a separate folder: installed packages stay the same. */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { x } from 'tinyexec';
import { CodedError, type ExitCode, systemReason } from '../../../workspace/errors.js';

/**
 * The folder of the newest version of each package. Rejects with a `CodedError`: GR980 if npm cannot be run, GR981 with
 * npm's exit code if it fails. Package scripts never run.
 */
export async function newestPackages(
    names: readonly string[],
    cwd: string
): Promise<{
    readonly roots: ReadonlyMap<string, string>;
    readonly versions: ReadonlyMap<string, string>;
    dispose(): void;
}> {
    const folder = mkdtempSync(join(tmpdir(), 'guardrail-outdated-'));
    const dispose = (): void => rmSync(folder, { recursive: true, force: true });
    try {
        writeFileSync(join(folder, 'package.json'), '{ "private": true }');
        const npmrc = nearest('.npmrc', cwd);
        if (npmrc !== undefined) {
            copyFileSync(npmrc, join(folder, '.npmrc'));
        }
        await npm(
            ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...names.map((name) => `${name}@latest`)],
            folder
        );
        const roots = new Map(names.map((name) => [name, join(folder, 'node_modules', name)]));
        return { roots, versions: new Map([...roots].map(([name, root]) => [name, versionIn(root)])), dispose };
    } catch (error) {
        dispose();
        throw error;
    }
}

async function npm(args: readonly string[], cwd: string): Promise<void> {
    let result;
    try {
        result = await x('npm', [...args], { nodeOptions: { cwd } });
    } catch (error) {
        throw new CodedError('GR980', `npm cannot be run: ${systemReason(error)}`, 'Install Node with npm.');
    }
    if (result.exitCode !== 0) {
        const said = result.stderr.trim().split('\n').slice(0, 3).join(' ');
        throw new CodedError(
            'GR981',
            `\`npm ${args.join(' ')}\` has failed: ${said}`,
            'Nothing was compared.',
            (result.exitCode ?? 1) as ExitCode
        );
    }
}

function nearest(name: string, folder: string): string | undefined {
    const file = join(folder, name);
    if (existsSync(file)) {
        return file;
    }
    return dirname(folder) === folder ? undefined : nearest(name, dirname(folder));
}

function versionIn(root: string): string {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version?: unknown };
    return typeof version === 'string' ? version : '';
}
