/** Shows the number of references above a declaration. This is off by default, and counted only for visible lenses. */
import { counted } from '../../../model/text/plural.js';
import { type AstNode, AstUtils, type LangiumDocument, URI } from 'langium';
import type { CodeLens } from 'vscode-languageserver';
import * as ast from '../../../../language/generated/ast.js';
import type { LanguageServices } from '../../services.js';
import type { ReferenceServices } from '../references/references.js';
import type { CheckingServices } from '../../check/services.js';
import { type ReferenceLocation, showReferencesCommand } from '../../protocol.js';

interface LensData {
    readonly uri: string;
    readonly path: string;
}

/** Lenses without a title, which `resolveReferences` adds. */
export function referenceLenses(
    document: LangiumDocument,
    services: LanguageServices & CheckingServices & ReferenceServices
): CodeLens[] {
    const root: AstNode = document.parseResult.value;
    const isWanted = services.checking.Settings.current.codeLens.references;
    const elements = isWanted && ast.isPolicyFile(root) ? root.elements : [];
    return elements.flatMap(named).flatMap((node) => {
        const start = node.$cstNode?.range.start;
        const data: LensData = {
            uri: document.uri.toString(),
            path: services.workspace.AstNodeLocator.getAstNodePath(node)
        };
        return start ? [{ range: { start, end: start }, data }] : [];
    });
}

/** A lens with a title is returned unchanged. */
export function resolveReferences(
    lens: CodeLens,
    services: LanguageServices & CheckingServices & ReferenceServices
): CodeLens {
    const data = lens.data as LensData | undefined;
    const document = data && services.shared.workspace.LangiumDocuments.getDocument(URI.parse(data.uri));
    const node = document && services.workspace.AstNodeLocator.getAstNode(document.parseResult.value, data.path);
    if (lens.command || !node) {
        return lens;
    }
    const locations = services.references.References.placesOf(node).map((place): ReferenceLocation => ({
        uri: AstUtils.getDocument(place.node).uri.toString(),
        range: place.segment.range
    }));
    const args = [data.uri, lens.range.start, locations];
    return {
        ...lens,
        command: {
            title: counted(locations.length, 'reference'),
            command: locations.length > 0 ? showReferencesCommand : '',
            ...(locations.length > 0 && { arguments: args })
        }
    };
}

function named(element: ast.Element): AstNode[] {
    return [
        ...(ast.isImportable(element) ? [element] : []),
        ...(ast.isServer(element) ? element.tools : ast.isModes(element) ? element.modes : [])
    ];
}
