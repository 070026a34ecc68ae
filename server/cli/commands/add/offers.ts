/** The contents of a package: its packs, each with its parameters and documentation, and the line that imports them. */
import { AstUtils, URI } from 'langium';
import { dirname } from 'node:path';
import { isPack } from '../../../../language/generated/ast.js';
import { packageFile } from '../../../../language/files/packages.js';
import { assumes, grants } from '../../../../language/packs/pack.js';
import { exportedNames, type NamedElement } from '../../../../language/names/visible.js';
import { CodedError } from '../../../workspace/errors.js';
import { displayPath } from '../../../workspace/display-path.js';
import { hang, printable } from '../../reports/layout.js';
import type { Style } from '../../reports/style.js';
import { type PolicyDocument, PolicyFileSystem, PolicyWorkspace } from '../../../workspace/policy-workspace.js';
import { diagnosticsOf } from '../../../workspace/diagnostics.js';

export interface Offer {
    /** The path as an import names it. */
    readonly path: string;
    readonly packs: readonly {
        readonly name: string;
        /** The pack with its parameters, and with what a use has to specify. */
        readonly signature: string;
        readonly doc?: string;
    }[];
    /** The other importable elements: servers, labels, people. */
    readonly others: readonly string[];
}

/**
 * The elements that the file `from` can import by the path. Rejects with a `CodedError` if the path cannot be imported,
 * or if its file has errors: GR982, or GR248 if Yarn keeps it in an archive.
 */
export async function offerOf(path: string, from: URI): Promise<Offer> {
    const { workspace, elements } = await offeredBy(path, from);
    return {
        path,
        packs: elements.flatMap(({ name, element: pack }) => {
            if (!isPack(pack)) {
                return [];
            }
            const doc = workspace.documentationOf(pack);
            const params = pack.params.map((param) => param.$cstNode?.text ?? param.name);
            const said = [...(grants(pack) ? ['granting'] : []), ...(assumes(pack) ? ['assuming'] : [])].join(', ');
            const signature = `${name}(${params.join(', ')}) ${said}`.trimEnd();
            return [{ name, signature, ...(doc && { doc }) }];
        }),
        others: elements.filter(({ element }) => !isPack(element)).map(({ name }) => name)
    };
}

/** The elements themselves, in another file system if it is given. Rejects as `offerOf` does. */
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

/** Prints an import for each file, followed by the elements that it brings. */
export function printOffers(offers: readonly Offer[], style: Style): string[] {
    return offers.flatMap(({ path, packs, others }) => [
        '',
        ...hang('', `import { ${[...packs.map(({ name }) => name), ...others].join(', ')} } from "${path}"`, style),
        ...packs.flatMap(({ signature, doc }) => [
            '',
            ...hang('  ', printable(signature), { ...style, rest: '    ', color: style.bold }),
            ...(doc === undefined ? [] : flowing(doc).split('\n'))
                .flatMap((line) => hang('    ', printable(line), style))
                .map((line) => line.trimEnd())
        ])
    ]);
}

/** A line break within a paragraph is dropped; one before a list item stays. */
function flowing(markdown: string): string {
    return markdown.replace(/(\S)[ \t]*\n ?(?=[^\s*|#\d-])/g, '$1 ');
}
