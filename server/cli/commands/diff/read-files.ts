/**
 * The digests of the files that a comparison has read, so that its result belongs to these texts and no others. Paths are relative to
 * the policy, wherever it is: equal files in a revision, a checkout and a folder have equal digests.
 */
import { posix } from 'node:path';
import type { URI } from 'langium';
import type { Configurations } from '../../../../language/configuration/configurations.js';
import { hashOf } from '../../../workspace/hash.js';
import type { PolicyDocument, PolicyFileSystem } from '../../../workspace/policy-workspace.js';
import type { ReadFiles } from '../../reports/difference.js';

/** @param documents the policy, then its imports */
export async function readFilesOf(
    documents: readonly PolicyDocument[],
    { all: configurations }: Configurations,
    files: PolicyFileSystem
): Promise<ReadFiles> {
    const folder = posix.dirname(documents[0]!.uri.path);
    const fileAt = ({ path }: URI, text: string): ReadFiles['files'][number] => ({
        path: posix.relative(folder, path),
        sha256: hashOf(text)
    });
    const [policy, ...imports] = documents.map(({ uri, textDocument }) => fileAt(uri, textDocument.getText()));
    const settings = configurations.map(async ({ uri }) => fileAt(uri, await files.readFile(uri)));
    const others = [...imports, ...(await Promise.all(settings))];
    const all = [policy!, ...others.sort((one, other) => (one.path < other.path ? -1 : 1))];
    return { sha256: hashOf(all.map(({ path, sha256 }) => `${sha256}  ${path}\n`).join('')), files: all };
}
