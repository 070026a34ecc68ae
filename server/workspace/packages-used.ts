/** The packages that a policy imports, directly and indirectly, with their versions. */
import { importsOf, isPackagePath } from '../../language/files/imports.js';
import { STD_PATH } from '../../language/library/std.js';
import { installedPackage } from '../../language/files/packages.js';
import { type PolicyDocument, PolicyFileSystem } from './policy-workspace.js';
import type { UsedPackage } from './used-package.js';

/** @param documents the policy and its imports */
export async function packagesOf(
    documents: readonly PolicyDocument[],
    files = new PolicyFileSystem()
): Promise<UsedPackage[]> {
    const found = new Map<string, UsedPackage>();
    for (const document of documents) {
        for (const { path } of importsOf(document)) {
            const name = isPackagePath(path) && path !== STD_PATH ? nameIn(path) : undefined;
            const installed = name === undefined ? undefined : await installedPackage(name, document.uri, files);
            if (name !== undefined && installed) {
                const version = installed.manifest?.version;
                const used = { name, ...(typeof version === 'string' && { version }) };
                found.set(`${name} ${used.version ?? ''}`, used);
            }
        }
    }
    return [...found].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, used]) => used);
}

function nameIn(path: string): string {
    return path
        .split('/')
        .slice(0, path.startsWith('@') ? 2 : 1)
        .join('/');
}
