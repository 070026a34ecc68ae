import { type CstNode, CstUtils, GrammarUtils, type LangiumDocument, type LangiumDocuments } from 'langium';
import type { DeclarationProvider, DefinitionProvider } from 'langium/lsp';
import type { DeclarationParams, DefinitionParams, LocationLink } from 'vscode-languageserver';
import { isImport } from '../../../language/generated/ast.js';
import { importsOf, resolveImport } from '../../../language/files/imports.js';
import { contains } from '../text/anchors.js';
import type { LanguageServices } from '../services.js';
import { linksTo } from './references/locations.js';
import type { GuardrailReferences, ReferenceServices } from './references/references.js';

const FILE_START = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/**
 * Goes from a name to its declaration (to all of them, if a parameter belongs to several tools), and from an import to
 * its file.
 */
export class GuardrailDefinitionProvider implements DefinitionProvider {
    private readonly documents: LangiumDocuments;
    private readonly references: GuardrailReferences;

    constructor(services: LanguageServices & ReferenceServices) {
        this.documents = services.shared.workspace.LangiumDocuments;
        this.references = services.references.References;
    }

    getDefinition(document: LangiumDocument, params: DefinitionParams): LocationLink[] | undefined {
        const offset = document.textDocument.offsetAt(params.position);
        const root = document.parseResult.value.$cstNode;
        const leaf = root && CstUtils.findDeclarationNodeAtOffset(root, offset);
        const name = this.references.nameAt(document, params.position);
        return (leaf && this.importedFile(leaf)) ?? (name && linksTo(name.declarations, name.range));
    }

    private importedFile(leaf: CstNode): LocationLink[] | undefined {
        const node = leaf.astNode;
        if (!isImport(node) || GrammarUtils.findNodeForProperty(node.$cstNode, 'path') !== leaf) {
            return undefined;
        }
        const uri = resolveImport(node);
        const target = uri && this.documents.getDocument(uri);
        return target
            ? [
                  {
                      targetUri: target.uri.toString(),
                      targetRange: FILE_START,
                      targetSelectionRange: FILE_START,
                      originSelectionRange: leaf.range
                  }
              ]
            : undefined;
    }
}

/** The place from which the file gets a name: its `import { … }` if one lists the name, otherwise the definition. */
export class GuardrailDeclarationProvider implements DeclarationProvider {
    constructor(private readonly services: LanguageServices & ReferenceServices) {}

    async getDeclaration(document: LangiumDocument, params: DeclarationParams): Promise<LocationLink[] | undefined> {
        const name = this.services.references.References.nameAt(document, params.position);
        const imports = importsOf(document).flatMap(({ names }) => names);
        const from = name ? imports.filter(({ target }) => target?.ref && name.declarations.includes(target.ref)) : [];
        const isImport = from.some(({ $cstNode: cst }) => cst && name && contains(cst.range, name.range.start));
        return name && from.length > 0 && !isImport
            ? linksTo(from, name.range)
            : this.services.lsp.DefinitionProvider?.getDefinition(document, params);
    }
}
