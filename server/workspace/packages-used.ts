/** The packages that a policy imports, directly and indirectly, with their versions. */
import { importsOf, isPackagePath } from '../../language/imports.js';
import { STD_PATH } from '../../language/library/std.js';
import { installedPackage } from '../../language/packages.js';
import { type PolicyDocument, PolicyFileSystem } from './policy-workspace.js';

export interface UsedPackage {
    readonly name: string;
    /** The version in its package.json; undefined if it has none. */
    readonly version?: string;
}

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

/** `@acme/guardrails 1.2.0` */
export function packageText({ name, version }: UsedPackage): string {
    return version === undefined ? name : `${name} ${version}`;
}

function nameIn(path: string): string {
    return path
        .split('/')
        .slice(0, path.startsWith('@') ? 2 : 1)
        .join('/');
}
