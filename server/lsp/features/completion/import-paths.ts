import { type LangiumDocument, UriUtils } from 'langium';
import { relativePath } from '../../../../language/files/relative-path.js';
import { STD_PATH } from '../../../../language/library/std.js';
import { dependenciesOf, importPathsOf, installedPackage } from '../../../../language/files/packages.js';
import type { LanguageServices } from '../../services.js';

export interface PathCandidate {
    readonly path: string;
    readonly kind: 'file' | 'folder' | 'package';
}

/** The possible targets of an import at `typed`: files by path, and packages. */
export async function importPaths(
    document: LangiumDocument,
    typed: string,
    services: LanguageServices
): Promise<PathCandidate[]> {
    // Text that starts with a dot is the path of a file.
    const packages = typed.startsWith('.') ? [] : await packagePaths(document, services);
    return [...packages, ...(await filePaths(document, typed, services))];
}

/** The packages of the language, and those with policies that a package.json in a parent folder lists. */
async function packagePaths({ uri }: LangiumDocument, services: LanguageServices): Promise<PathCandidate[]> {
    const files = services.shared.workspace.FileSystemProvider;
    const paths = (await dependenciesOf(uri, files)).map(async (name) => {
        const manifest = (await installedPackage(name, uri, files))?.manifest;
        return manifest ? importPathsOf(name, manifest) : [];
    });
    return [STD_PATH, ...(await Promise.all(paths)).flat()].map((path) => ({ path, kind: 'package' }));
}

/**
 * The policies of the workspace as paths relative to the document, and the contents of the typed folder: in an editor
 * without a workspace only the file system has the neighbouring files.
 */
async function filePaths(
    document: LangiumDocument,
    typed: string,
    services: LanguageServices
): Promise<PathCandidate[]> {
    const folder = UriUtils.dirname(document.uri);
    const own = document.uri.toString();
    const found = new Map<string, PathCandidate>();
    for (const { uri } of services.shared.workspace.LangiumDocuments.all) {
        if (uri.toString() !== own && uri.scheme === document.uri.scheme && !uri.path.includes('/node_modules/')) {
            const path = relativePath(document.uri, uri);
            found.set(path, { path, kind: 'file' });
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
                found.set(path, { path, kind: 'file' });
            } else if (isDirectory && !name.startsWith('.') && name !== 'node_modules') {
                found.set(`${path}/`, { path: `${path}/`, kind: 'folder' });
            }
        }
    } catch {
        // The folder may not exist yet, or there is no file system; the workspace's own files still fit.
    }
    return [...found.values()];
}
