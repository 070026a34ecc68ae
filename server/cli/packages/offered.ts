/** What a file of a package offers to the policies that import it. */
import { AstUtils, URI } from 'langium';
import { dirname } from 'node:path';
import { packageFile } from '../../../language/files/packages.js';
import { exportedNames, type NamedElement } from '../../../language/names/visible.js';
import { diagnosticsOf } from '../../workspace/diagnostics.js';
import { displayPath } from '../../workspace/display-path.js';
import { CodedError } from '../../workspace/errors.js';
import { type PolicyDocument, PolicyFileSystem, PolicyWorkspace } from '../../workspace/policy-workspace.js';

/**
 * The elements that the file `from` can import by the path. Rejects with a `CodedError` if the path cannot be imported,
 * or if its file has errors: GR982, or GR248 if Yarn keeps it in an archive.
 */
export async function offeredBy(
    path: string,
    from: URI,
    files = new PolicyFileSystem()
): Promise<{ readonly workspace: PolicyWorkspace; readonly elements: readonly NamedElement[] }> {
    const file = await packageFile(path, from, files);
    if (!URI.isUri(file)) {
        throw unusable(path, file.message, file.code);
    }
    const workspace = new PolicyWorkspace(files);
    const document = await workspace.loadUri(file);
    for (const one of [document, ...workspace.importsOf(document)]) {
        const error = diagnosticsOf(one).find(({ severity }) => severity === 'error');
        if (error) {
            const place = `${displayPath(one.uri.fsPath, dirname(from.fsPath))}:${error.source.start.line + 1}`;
            throw unusable(path, `${place}: ${error.message}`);
        }
    }
    return { workspace, elements: given(workspace, document) };
}

/** What an index gives: its own elements, and those that it imports from other files of its package. */
export function given(workspace: PolicyWorkspace, document: PolicyDocument): NamedElement[] {
    const folder = folderOfPackage(document.uri);
    return exportedNames(workspace.language.inventory.of(document)).filter(({ element }) =>
        AstUtils.getDocument(element).uri.path.startsWith(folder)
    );
}

/** The folder of the package that the file belongs to; for a linked one, the folder of the file. */
function folderOfPackage({ path }: URI): string {
    return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+\//.exec(path)?.[0] ?? path.replace(/[^/]*$/, '');
}

function unusable(path: string, why: string, code = 'GR982'): CodedError {
    return new CodedError(
        code,
        `"${path}" is installed, but cannot be used: ${why}`,
        code === 'GR982' ? 'Check the name, or report this to its author.' : undefined
    );
}
