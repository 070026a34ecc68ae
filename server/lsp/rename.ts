import type { AstNode, CstNode, LangiumDocument, LangiumDocuments } from 'langium';
import { AstUtils, CstUtils, isReference } from 'langium';
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
import { nameParts, qualifierOf, qualifierPart } from './qualified-name.js';

interface RenameTarget {
    readonly node: AstNode;
    /** The name under the cursor. */
    readonly range: Range;
}

interface NameUse {
    readonly uri: string;
    readonly range: Range;
}

/**
 * Renames declarations in all files that name them. Parameters belong to the schema of their tool and stand for those of
 * other tools too, and fields are named by scenarios as data, so they are not renamed.
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
        return Promise.resolve(target && this.edit(target.node, params.newName.trim()));
    }

    private edit(node: AstNode, typed: string): WorkspaceEdit {
        const rule = nameRule(node);
        const newName = rule === 'EventName' ? eventName(typed) : unquoteName(typed);
        if (!this.names.canWrite(newName, rule)) {
            throw refusal('A name is a text on one line without backquotes.');
        }
        const newText = this.names.write(newName, rule);
        const changes: Record<string, TextEdit[]> = {};
        const add = (uri: string, range: Range): void => {
            (changes[uri] ??= []).push(TextEdit.replace(range, newText));
        };
        const declaration = nameRange(node);
        if (declaration) {
            add(AstUtils.getDocument(node).uri.toString(), declaration);
        }
        for (const { uri, range } of ast.isServer(node) || ast.isModes(node)
            ? this.qualifierUses(node)
            : this.uses(node)) {
            add(uri, range);
        }
        return { changes };
    }

    /** Of each reference the last part, such as the tool of `server.tool`; all of an event, whose name has parts. */
    private uses(node: AstNode): NameUse[] {
        return this.references
            .findReferences(node, { includeDeclaration: false })
            .flatMap(({ sourceUri, segment }) => {
                const uri = sourceUri.toString();
                const root = this.documents.getDocument(sourceUri)?.parseResult.value.$cstNode;
                const part = root && CstUtils.findLeafNodeAtOffset(root, segment.end - 1);
                const range = ast.isOutsideEvent(node) ? segment.range : part?.range;
                return range ? [{ uri, range }] : [];
            })
            .toArray();
    }

    /** A server and a machine are named before the dot only. */
    private qualifierUses(owner: ast.Server | ast.Modes): NameUse[] {
        const found: NameUse[] = [];
        for (const document of this.documents.all) {
            const uri = document.uri.toString();
            for (const node of AstUtils.streamAst(document.parseResult.value)) {
                for (const { reference } of AstUtils.streamReferences(node)) {
                    if (!isReference(reference) || !reference.$refNode) {
                        continue;
                    }
                    const parts = nameParts(reference.$refNode);
                    if (reference.ref === owner) {
                        found.push({ uri, range: reference.$refNode.range });
                    } else if (parts.length === 2 && qualifierOf(reference.ref) === owner) {
                        found.push({ uri, range: parts[0]!.range });
                    }
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
        const node = (qualifierPart(leaf) && qualifierOf(declared)) || declared;
        if (ast.isParam(node) && !ast.isPackParam(node) && !ast.isDefinition(node.$container)) {
            throw refusal(
                ast.isTool(node.$container) && node.$containerProperty === 'params'
                    ? 'A parameter is part of what its tool accepts: change it in the declaration of each tool.'
                    : 'The name is part of what comes from outside: change it in its declaration and where it is used.'
            );
        }
        if (isBuiltin(AstUtils.getDocument(node).uri)) {
            throw refusal('This name is part of the language.');
        }
        return NO_DECLARATIONS.some((is) => is(node))
            ? undefined
            : { node, range: ast.isOutsideEvent(node) ? wholeName(leaf).range : leaf.range };
    }
}

/** What has a name that nothing refers to. */
const NO_DECLARATIONS = [ast.isClaim, ast.isScenario, ast.isPrimitiveType, ast.isAnnotation, ast.isFieldData];

function nameRule(node: AstNode): NameRule {
    if (ast.isOutsideEvent(node)) {
        return 'EventName';
    }
    return STRICT_NAMES.some((is) => is(node)) ? 'StrictName' : 'Name';
}

const STRICT_NAMES = [ast.isAgent, ast.isHuman, ast.isRole, ast.isTrait, ast.isEntity, ast.isModes, ast.isMode];

/** Without the backquotes of its parts. */
function eventName(typed: string): string {
    const parts = typed.match(/(?:`[^`]*`|[^.`])+/g) ?? [];
    return parts.map((part) => unquoteName(part.trim())).join('.');
}

/** All of a name with parts, on one of which the cursor stands. */
function wholeName(leaf: CstNode): CstNode {
    return CstUtils.getDatatypeNode(leaf) ?? leaf;
}

function refusal(message: string): ResponseError {
    return new ResponseError(LSPErrorCodes.RequestFailed, message);
}
