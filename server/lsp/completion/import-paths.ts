import type { LangiumDocument } from 'langium';
import { UriUtils } from 'langium';
import { relativePath } from '../files/relative-path.js';
import type { GuardrailLspServices } from '../module.js';

export interface PathCandidate {
    readonly path: string;
    readonly isFolder: boolean;
}

/**
 * The policies of the workspace as paths relative to the document, and what lies in the folder that has been typed: in an
 * editor without a workspace only the file system knows the neighbours.
 */
export async function importPaths(
    document: LangiumDocument,
    typed: string,
    services: GuardrailLspServices
): Promise<PathCandidate[]> {
    const folder = UriUtils.dirname(document.uri);
    const own = document.uri.toString();
    const found = new Map<string, PathCandidate>();
    for (const { uri } of services.shared.workspace.LangiumDocuments.all) {
        if (uri.toString() !== own && uri.scheme === document.uri.scheme) {
            const path = relativePath(document.uri, uri);
            found.set(path, { path, isFolder: false });
        }
    }
    const typedFolder = /^\.\.?\/(?:.*\/)?/.exec(typed)?.[0] ?? './';
    try {
        const entries = await services.shared.workspace.FileSystemProvider.readDirectory(
            UriUtils.resolvePath(folder, typedFolder)
        );
        for (const { uri, isFile, isDirectory } of entries) {
            const name = UriUtils.basename(uri);
            const path = `${typedFolder}${name}`;
            if (isFile && UriUtils.extname(uri) === '.guardrail' && uri.toString() !== own) {
                found.set(path, { path, isFolder: false });
            } else if (isDirectory && !name.startsWith('.') && name !== 'node_modules') {
                found.set(`${path}/`, { path: `${path}/`, isFolder: true });
            }
        }
    } catch {
        // The folder is not there (yet), or there is no file system: the workspace's own files still fit.
    }
    return [...found.values()];
}
