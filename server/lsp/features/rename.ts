import type { AstNode, LangiumDocument } from 'langium';
import { AstUtils, URI } from 'langium';
import type { RenameProvider } from 'langium/lsp';
import type { Position, Range, RenameParams, TextDocumentPositionParams, WorkspaceEdit } from 'vscode-languageserver';
import { LSPErrorCodes, ResponseError, TextEdit } from 'vscode-languageserver';
import * as ast from '../../../language/generated/ast.js';
import { unquoteName } from '../../../language/parser/values.js';
import type { Alias } from '../../../language/names/visible.js';
import { namedElements } from '../../../language/names/visible.js';
import { nameRange } from '../text/anchors.js';
import { isBuiltin } from '../../../language/library/builtin.js';
import type { LanguageServices } from '../services.js';
import type { ReferenceServices } from './references/references.js';
import { expectedRuleEdits } from './references/expected-rules.js';
import type { NamePlace } from './references/names.js';
import type { Renaming } from './references/together.js';
import { renamedTogether } from './references/together.js';
import type { NameRule } from '../../model/text/typed-text.js';
import { canType, nameText } from '../../model/text/typed-text.js';
interface RenameTarget {
    readonly node: AstNode;
    /** The name under the cursor, if `as` gives it. */
    readonly alias: Alias | undefined;
    /** The range of the name under the cursor. */
    readonly range: Range;
}

/**
 * Renames a declaration in all files that name it. A parameter is renamed together with those of other tools that a
 * rule refers to by the same name, because renaming only one would leave the rule without it.
 */
export class GuardrailRenameProvider implements RenameProvider {
    constructor(private readonly services: LanguageServices & ReferenceServices) {}

    prepareRename(document: LangiumDocument, params: TextDocumentPositionParams): Range | undefined {
        return this.target(document, params.position)?.range;
    }

    rename(document: LangiumDocument, params: RenameParams): WorkspaceEdit | undefined {
        const target = this.target(document, params.position);
        return target && this.edit(target, params.newName.trim());
    }

    private edit({ node, alias }: RenameTarget, typed: string): WorkspaceEdit {
        const rule = nameRule(node);
        const newName = rule === 'EventName' ? eventName(typed) : unquoteName(typed);
        if (!canType(newName, rule)) {
            throw refusal('A name is a text on one line without backquotes.');
        }
        const { declarations, places } = alias ? this.ofAlias(alias, newName) : this.renaming(node);
        declarations.forEach((declaration) => this.checkFree(declaration, newName));
        // A plain `result` after the name of a tool would end the name.
        const newText = newName === 'result' ? '`result`' : nameText(newName, rule);
        const changes: Record<string, TextEdit[]> = {};
        const add = (uri: string, range: Range, text: string): void => {
            (changes[uri] ??= []).push(TextEdit.replace(range, text));
        };
        for (const declaration of declarations) {
            const range = nameRange(declaration);
            if (range) {
                add(AstUtils.getDocument(declaration).uri.toString(), range, newText);
            }
        }
        for (const place of places) {
            // At the start of a scenario step, a keyword is not a name.
            const isStart = ast.isEndStep(place.node) && place.node.$cstNode?.offset === place.segment.offset;
            const text = isStart ? nameText(newName, 'StrictName') : this.written(place, newText, declarations);
            add(AstUtils.getDocument(place.node).uri.toString(), place.segment.range, text);
        }
        for (const [uri, edits] of Object.entries(changes)) {
            const document = this.services.shared.workspace.LangiumDocuments.getDocument(URI.parse(uri));
            edits.push(...(document ? expectedRuleEdits(document, edits) : []));
        }
        return { changes };
    }

    private renaming(node: AstNode): Renaming {
        if (ast.isParam(node) && !ast.isPackParam(node)) {
            const found = renamedTogether(node, this.services);
            found.declarations.forEach((declaration) => this.checkOwn(declaration, node));
            return found;
        }
        const { References } = this.services.references;
        const own = (node as { name?: string }).name;
        // The names that `as` gives stay.
        const places = References.placesOf(node).filter((place) => place.text === own && !this.isByAlias(place, node));
        return { declarations: new Set([node]), places };
    }

    /** The name that `as` gives changes, and the declaration keeps its own. */
    private ofAlias(alias: Alias, newName: string): Renaming {
        const document = AstUtils.getDocument(alias.declaredBy);
        const isTaken = namedElements(this.services.inventory.of(document)).some(
            ({ name, element }) => name === newName && element.$type === alias.element.$type
        );
        if (isTaken) {
            throw taken(newName);
        }
        return { declarations: new Set(), places: this.services.references.References.placesOfAlias(alias) };
    }

    /** True for the name after `as`, and for a use of it, even if it equals the name of the declaration. */
    private isByAlias({ node: at, text, isAlias }: NamePlace, node: AstNode): boolean {
        return ast.isImportedName(at) ? isAlias === true : this.aliasAt(text, node, at) !== undefined;
    }

    private aliasAt(text: string, node: AstNode, at: AstNode): Alias | undefined {
        const { aliases } = this.services.inventory.of(AstUtils.getDocument(at));
        return aliases.find(({ name, element }) => name === text && element === node);
    }

    /** `(id)` names two parameters; if only one of them is renamed, both are written out. */
    private written({ node, text, shorthand }: NamePlace, newText: string, renamed: ReadonlySet<AstNode>): string {
        if (!shorthand) {
            return newText;
        }
        const { ofEvent, ofCall } = shorthand(this.services.inventory.of(AstUtils.getDocument(node)));
        const old = nameText(text, 'Name');
        const event = ofEvent.some((each) => renamed.has(each)) ? newText : old;
        const call = ofCall.some((each) => renamed.has(each)) ? newText : old;
        return event === call || ofCall.length === 0 ? event : `${event}: ${call}`;
    }

    private target(document: LangiumDocument, position: Position): RenameTarget | undefined {
        const name = this.services.references.References.nameAt(document, position);
        const [node] = name?.declarations ?? [];
        if (!name || !node || ast.isClaim(node) || ast.isScenario(node)) {
            return undefined;
        }
        const text = unquoteName(document.textDocument.getText(name.range));
        const root = document.parseResult.value;
        const alias = text === (node as { name?: string }).name ? undefined : this.aliasAt(text, node, root);
        if (!alias) {
            this.checkOwn(node, node);
        }
        return { node, alias, range: name.range };
    }

    /** Declarations in other packages must not be renamed. */
    private checkOwn(declaration: AstNode, asked: AstNode): void {
        const { uri } = AstUtils.getDocument(declaration);
        const what = declaration === asked ? 'This name' : 'A rule means a parameter of another place too, and that';
        if (isBuiltin(uri)) {
            throw refusal(`${what} is part of the language.`);
        }
        const inPackage = uri.path.split('/node_modules/');
        if (inPackage.length > 1) {
            throw refusal(`${what} is declared in a package: ${inPackage.at(-1)}.`);
        }
    }

    /** Two declarations with the same name would be an error, or worse, one of them would hide the other. */
    private checkFree(declaration: AstNode, newName: string): void {
        const { $container: owner, $containerProperty: property } = declaration;
        const siblings: unknown = ast.isElement(declaration)
            ? this.services.inventory.of(AstUtils.getDocument(declaration)).elements
            : owner && property !== undefined && (owner as unknown as Record<string, unknown>)[property];
        const isTaken = (Array.isArray(siblings) ? (siblings as AstNode[]) : []).some(
            (other) =>
                other !== declaration &&
                (other as { name?: string }).name === newName &&
                (!ast.isElement(other) || other.$type === declaration.$type)
        );
        if (isTaken) {
            throw taken(newName);
        }
    }
}

function taken(name: string): ResponseError {
    return refusal(`There is "${name}" already. Choose another name.`);
}

function nameRule(node: AstNode): NameRule {
    if (ast.isOutsideEvent(node)) {
        return 'EventName';
    }
    return STRICT_NAMES.some((is) => is(node)) ? 'StrictName' : 'Name';
}

const STRICT_NAMES = [ast.isAgent, ast.isHuman, ast.isRole, ast.isTrait, ast.isEntity, ast.isModes, ast.isMode];

/** The typed name without the backquotes of its parts. */
function eventName(typed: string): string {
    const parts = typed.match(/(?:`[^`]*`|[^.`])+/g) ?? [];
    return parts.map((part) => unquoteName(part.trim())).join('.');
}

function refusal(message: string): ResponseError {
    return new ResponseError(LSPErrorCodes.RequestFailed, message);
}
