/** Installs the packages of a revision from its lock file, into a temporary folder that stands for the repository. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CodedError } from '../../workspace/errors.js';
import { LOCK_FILES } from '../git/packages.js';
import type { GitTree } from '../git/tree.js';
import { copyRegistry, runPackageManager } from './run.js';

export interface LockedPackages {
    /** The folder that stands for the root of the repository. */
    readonly folder: string;
    dispose(): void;
}

/** The command that installs what a lock file lists. It never runs scripts of packages. */
const INSTALLS: { readonly [lock: string]: readonly [program: string, ...args: string[]] } = {
    'package-lock.json': ['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund'],
    'npm-shrinkwrap.json': ['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund'],
    'pnpm-lock.yaml': ['pnpm', 'install', '--frozen-lockfile', '--ignore-scripts']
};

/**
 * Installs what the nearest lock file of the revision above `file` lists. Rejects with a `CodedError`: GR942 if there is
 * none that npm or pnpm has written, GR980 and GR981 if the package manager does not install.
 *
 * @param file the absolute path of the policy, in the repository
 */
export async function lockedPackages(tree: GitTree, file: string): Promise<LockedPackages> {
    const lock = nearestLock(tree, dirname(file));
    const [program, ...args] = INSTALLS[lock.name] ?? [];
    if (program === undefined) {
        throw new CodedError('GR942', `the packages of ${lock.name} cannot be installed apart`, CHECKOUT);
    }
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'guardrail-locked-')));
    const dispose = (): void => rmSync(folder, { recursive: true, force: true });
    try {
        const inside = tree.inside(join(lock.folder, lock.name))!.slice(0, -lock.name.length);
        // The packages of a workspace have a package.json each.
        for (const path of tree.files(inside).filter((one) => NEEDED.test(one))) {
            mkdirSync(dirname(join(folder, path)), { recursive: true });
            writeFileSync(join(folder, path), tree.read(join(tree.root, path))!);
        }
        copyRegistry(lock.folder, join(folder, inside));
        await runPackageManager(program, args, join(folder, inside));
        return { folder, dispose };
    } catch (error) {
        dispose();
        throw error;
    }
}

const CHECKOUT = 'Install them in a checkout of the revision (git worktree add), and name it: --packages-of FOLDER.';

const NEEDED =
    /(?:^|\/)(?:package\.json|package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|pnpm-workspace\.yaml)$/;

function nearestLock(tree: GitTree, folder: string): { readonly folder: string; readonly name: string } {
    const name = LOCK_FILES.find((one) => tree.read(join(folder, one)) !== undefined);
    if (name !== undefined) {
        return { folder, name };
    }
    if (folder === tree.root || dirname(folder) === folder) {
        throw new CodedError('GR942', `the revision "${tree.revision}" has no lock file above the policy`, CHECKOUT);
    }
    return nearestLock(tree, dirname(folder));
}
