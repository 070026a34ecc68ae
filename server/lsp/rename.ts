import type { AstNode, CstNode, LangiumDocument, LangiumDocuments } from 'langium';
import { AstUtils, CstUtils } from 'langium';
import { DefaultRenameProvider } from 'langium/lsp';
import type { Position, Range, RenameParams, TextDocumentPositionParams, WorkspaceEdit } from 'vscode-languageserver';
import { LSPErrorCodes, ResponseError, TextEdit } from 'vscode-languageserver';
import * as ast from '../../language/generated/ast.js';
import { unquoteName } from '../../language/values.js';
import { nameRange } from './anchors.js';
import { isBuiltin } from './documents.js';
import type { GuardrailLspServices } from './module.js';
import type { NameRule } from './names.js';
import { NameWriter } from './names.js';
import { nameParts, serverPart } from './qualified-name.js';

interface RenameTarget {
    readonly node: AstNode;
    /** The word under the cursor. */
    readonly range: Range;
}

/**
 * Renames declarations in all files that name them. Parameters belong to the schema of their tool and stand for those of
 * other tools too, so they are not renamed.
 */
export class GuardrailRenameProvider extends DefaultRenameProvider {
    private readonly documents: LangiumDocuments;
    private readonly names: NameWriter;

    constructor(services: GuardrailLspServices) {
        super(services);
        this.documents = services.shared.workspace.LangiumDocuments;
        this.names = new NameWriter(services.Grammar);
    }

    override prepareRename(document: LangiumDocument, params: TextDocumentPositionParams): Range | undefined {
        return this.target(document, params.position)?.range;
    }

    override rename(document: LangiumDocument, params: RenameParams): Promise<WorkspaceEdit | undefined> {
        const target = this.target(document, params.position);
        return Promise.resolve(target && this.edit(target.node, unquoteName(params.newName.trim())));
    }

    private edit(node: AstNode, newName: string): WorkspaceEdit {
        if (!this.names.canWrite(newName)) {
            throw refusal('A name is a text on one line without backquotes.');
        }
        const changes: Record<string, TextEdit[]> = {};
        const add = (uri: string, range: Range, rule: NameRule): void => {
            (changes[uri] ??= []).push(TextEdit.replace(range, this.names.write(newName, rule)));
        };
        const declaration = nameRange(node);
        if (declaration) {
            add(AstUtils.getDocument(node).uri.toString(), declaration, nameRule(node));
        }
        for (const { uri, part } of ast.isServer(node) ? this.serverUses(node) : this.uses(node)) {
            add(uri, part.range, nameRule(node));
        }
        return { changes };
    }

    /** The last part of each reference: the tool of `server.tool`, all of a plain name. */
    private uses(node: AstNode): { uri: string; part: CstNode }[] {
        return this.references
            .findReferences(node, { includeDeclaration: false })
            .flatMap((reference) => {
                const root = this.documents.getDocument(reference.sourceUri)?.parseResult.value.$cstNode;
                const part = root && CstUtils.findLeafNodeAtOffset(root, reference.segment.end - 1);
                return part ? [{ uri: reference.sourceUri.toString(), part }] : [];
            })
            .toArray();
    }

    private serverUses(server: ast.Server): { uri: string; part: CstNode }[] {
        const found: { uri: string; part: CstNode }[] = [];
        for (const document of this.documents.all) {
            for (const node of AstUtils.streamAllContents(document.parseResult.value)) {
                const reference = ast.isToolSelector(node) ? node.target : ast.isCallStep(node) ? node.tool : undefined;
                const parts =
                    reference?.$refNode && reference.ref?.$container === server ? nameParts(reference.$refNode) : [];
                if (parts.length === 2) {
                    found.push({ uri: document.uri.toString(), part: parts[0]! });
                }
            }
        }
        return found;
    }

    private target(document: LangiumDocument, position: Position): RenameTarget | undefined {
        const root = document.parseResult.value.$cstNode;
        const leaf =
            root &&
            CstUtils.findDeclarationNodeAtOffset(
                root,
                document.textDocument.offsetAt(position),
                this.grammarConfig.nameRegexp
            );
        const [declared] = leaf ? this.references.findDeclarations(leaf) : [];
        if (!leaf || !declared) {
            return undefined;
        }
        const node = ast.isTool(declared) && serverPart(leaf) ? declared.$container : declared;
        if (ast.isParam(node) && !ast.isDefinition(node.$container)) {
            throw refusal('A parameter is part of what its tool accepts: change it in the declaration of each tool.');
        }
        if (isBuiltin(AstUtils.getDocument(node).uri)) {
            throw refusal('This name is part of the language.');
        }
        return ast.isClaim(node) || ast.isScenario(node) || ast.isPrimitiveType(node)
            ? undefined
            : { node, range: leaf.range };
    }
}

function nameRule(node: AstNode): NameRule {
    return ast.isAgent(node) || ast.isHuman(node) || ast.isTrait(node) ? 'StrictName' : 'Name';
}

function refusal(message: string): ResponseError {
    return new ResponseError(LSPErrorCodes.RequestFailed, message);
}
