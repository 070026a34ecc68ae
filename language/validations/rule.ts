import type { AstNode, LangiumDocument, ValidationChecks } from 'langium';
import { AstUtils, DocumentState, GrammarUtils } from 'langium';
import type { DiagnosticRelatedInformation, Range } from 'vscode-languageserver-types';
import type { GuardrailAstType, PolicyFile } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import { importedUris, visibleDocuments } from '../files/imports.js';
import type { GuardrailServices, Inventory } from '../names/inventory.js';
import { unresolvedIn } from '../linking/linker.js';

export { wordsOf } from '../text/words.js';

/** A validation: one idea with one stable code (sometimes a few of one family), documented under docs/codes. */
export interface ValidationRule {
    readonly codes: readonly string[];
    checks(services: GuardrailServices): ValidationChecks<GuardrailAstType>;
}

/**
 * True if everything that the file refers to is present: no syntax error here or in an import, no unknown name, no
 * missing file. Validations that report an absence ("no tool reads it") check this first; otherwise one slip would
 * cause many messages.
 */
export function isWhole(document: LangiumDocument, services: GuardrailServices): boolean {
    let whole = wholes.get(document.references);
    if (whole === undefined) {
        whole = findWhole(document, services);
        if (document.state >= DocumentState.Linked) {
            wholes.set(document.references, whole);
        }
    }
    return whole;
}

/**
 * The result is cached, because many validations need it. The list of references is replaced after each edit of this
 * file or of an imported one.
 */
const wholes = new WeakMap<LangiumDocument['references'], boolean>();

function findWhole(document: LangiumDocument, services: GuardrailServices): boolean {
    const documents = services.shared.workspace.LangiumDocuments;
    return (
        // A scenario may try an argument that does not exist (GR306).
        unresolvedIn(document).every(({ error }) => ast.isCallArgument(error!.info.container)) &&
        visibleDocuments(document, documents).every(
            (visible) =>
                visible.parseResult.lexerErrors.length === 0 &&
                visible.parseResult.parserErrors.length === 0 &&
                importedUris(visible).every((uri) => documents.hasDocument(uri))
        )
    );
}

/** True if validations of the policy as a whole apply to the file. */
export function isWholePolicy(file: PolicyFile, services: GuardrailServices): boolean {
    return file.policy !== undefined && isWhole(AstUtils.getDocument(file), services);
}

export function inventoryOf(node: AstNode, services: GuardrailServices): Inventory {
    return services.inventory.of(AstUtils.getDocument(node));
}

/** The rules, claims and scenarios of the file that contain a node. */
export function statementsOf<T extends ast.Element>(node: AstNode, is: (element: unknown) => element is T): T[] {
    const root = AstUtils.getDocument(node).parseResult.value;
    return ast.isPolicyFile(root) ? root.elements.filter(is) : [];
}

/** The line number of a node in an editor. */
export function lineOf(node: AstNode): number {
    return (node.$cstNode?.range.start.line ?? 0) + 1;
}

/** The other place that a problem concerns, for `relatedInformation`; for a declaration, the place of its name. */
export function otherPlace(node: AstNode, message: string): DiagnosticRelatedInformation[] {
    const name = 'name' in node ? GrammarUtils.findNodeForProperty(node.$cstNode, 'name') : undefined;
    const cst = name ?? node.$cstNode;
    const uri = AstUtils.findRootNode(node).$document?.uri.toString();
    return cst && uri !== undefined ? [{ message, location: { uri, range: cst.range } }] : [];
}

/** A range of the file that contains the node. */
export function placeIn(node: AstNode, range: Range, message: string): DiagnosticRelatedInformation {
    return { message, location: { uri: AstUtils.getDocument(node).uri.toString(), range } };
}

/** Writes `a`, `a and b`, or `a, b and 3 more`. */
export function list(names: readonly string[], most = 3): string {
    const shown = names.length > most + 1 ? [...names.slice(0, most), `${names.length - most} more`] : names;
    return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown[shown.length - 1]}`;
}
