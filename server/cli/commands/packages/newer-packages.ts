/** Downloads the newest versions of packages with npm, into a separate folder: installed packages stay the same. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyRegistry, runPackageManager } from '../../packages/run.js';

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
        copyRegistry(cwd, folder);
        await runPackageManager(
            'npm',
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

function versionIn(root: string): string {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version?: unknown };
    return typeof version === 'string' ? version : '';
}
