import type { CstNode, LangiumDocument, LangiumDocuments } from 'langium';
import { CstUtils, GrammarUtils } from 'langium';
import { DefaultDefinitionProvider } from 'langium/lsp';
import type { DefinitionParams, LocationLink } from 'vscode-languageserver';
import { isImport } from '../../language/generated/ast.js';
import { resolveImport } from '../../language/imports.js';
import { nameRange } from './anchors.js';
import type { GuardrailLspServices } from './module.js';
import { qualifierOf, qualifierPart } from './qualified-name.js';

const FILE_START = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** Beside declarations: the file of an import, and of `server.tool` the server, or of `machine.mode` the machine, where the cursor is on it. */
export class GuardrailDefinitionProvider extends DefaultDefinitionProvider {
    private readonly documents: LangiumDocuments;

    constructor(services: GuardrailLspServices) {
        super(services);
        this.documents = services.shared.workspace.LangiumDocuments;
    }

    override getDefinition(
        document: LangiumDocument,
        params: DefinitionParams
    ): LocationLink[] | undefined | Promise<LocationLink[] | undefined> {
        const offset = document.textDocument.offsetAt(params.position);
        const root = document.parseResult.value.$cstNode;
        const leaf = root && CstUtils.findDeclarationNodeAtOffset(root, offset);
        return (
            (leaf && this.importedFile(leaf)) ?? (leaf && this.qualifier(leaf)) ?? super.getDefinition(document, params)
        );
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

    private qualifier(leaf: CstNode): LocationLink[] | undefined {
        const part = qualifierPart(leaf);
        const [named] = part ? this.references.findDeclarations(leaf) : [];
        const owner = qualifierOf(named);
        const range = owner && nameRange(owner);
        if (!part || !owner?.$cstNode || !range) {
            return undefined;
        }
        return [
            {
                targetUri: (owner.$cstNode.root.astNode.$document as LangiumDocument).uri.toString(),
                targetRange: owner.$cstNode.range,
                targetSelectionRange: range,
                originSelectionRange: part.range
            }
        ];
    }
}
