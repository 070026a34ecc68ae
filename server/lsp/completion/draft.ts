/**
 * The statement at the cursor with a stand-in where the cursor is, parsed and linked: it shows which parameter names and
 * which values fit there, by the same scopes that link a finished text.
 */
import type { AstNode, AstNodeDescription, LangiumDocument, ReferenceInfo } from 'langium';
import { AstUtils, DocumentState } from 'langium';
import * as ast from '../../../language/generated/ast.js';
import { typeOf } from '../../../language/types.js';
import { dataFields } from '../../../language/written-fields.js';
import type { Type } from '../../model/policy.js';
import type { GuardrailLspServices } from '../module.js';

const STAND_IN = 'cursor__';

export interface NameDraft {
    /** Where the name would stand. */
    readonly container: AstNode;
    readonly candidates: readonly AstNodeDescription[];
}

export class DraftParser {
    constructor(private readonly services: GuardrailLspServices) {}

    /**
     * The names that fit at the end of `statement`, or undefined if no reference to a parameter or field can stand there.
     * `around` are the heads of what it stands in; `after` is what must follow the name.
     */
    names(document: LangiumDocument, statement: string, around?: string, after = ''): NameDraft | undefined {
        for (const node of this.drafts(document, statement + STAND_IN + after, around)) {
            for (const info of AstUtils.streamReferences(node)) {
                if (info.reference.$refText === STAND_IN && PARAM_REFERENCES.has(node.$type)) {
                    return { container: node, candidates: this.candidates(info) };
                }
            }
        }
        return undefined;
    }

    /** The pack that has the head. */
    packWith(document: LangiumDocument, head: string): ast.Pack | undefined {
        for (const node of this.drafts(document, '', head)) {
            if (ast.isPack(node)) {
                return node;
            }
        }
        return undefined;
    }

    /** The type that a value at the end of `statement` must have, or undefined if nothing says so. */
    valueType(document: LangiumDocument, statement: string): Type | undefined {
        for (const node of this.drafts(document, `${statement}"${STAND_IN}"`)) {
            if (ast.isStringLiteral(node) && node.value === STAND_IN) {
                return typeFor(node);
            }
        }
        return undefined;
    }

    /** The fields of the data that the end of `statement` writes down. */
    fields(document: LangiumDocument, statement: string): readonly ast.Param[] {
        for (const node of this.drafts(document, `${statement}${STAND_IN}: 1`)) {
            if (ast.isFieldData(node) && node.name === STAND_IN) {
                return dataFields(node, this.services.inventory.of(document));
            }
        }
        return [];
    }

    private *drafts(document: LangiumDocument, text: string, around = ''): Iterable<AstNode> {
        // The draft has the address of its document, and so takes its inventory, which must be computed before.
        this.services.inventory.of(document);
        for (const ending of endingsOf(text)) {
            const draft = this.services.shared.workspace.LangiumDocumentFactory.fromString(
                `${around}\n${text}${ending}${closing(around)}`.trimStart(),
                document.uri
            );
            draft.state = DocumentState.ComputedScopes;
            yield* AstUtils.streamAllContents(draft.parseResult.value);
        }
    }

    private candidates(info: ReferenceInfo): AstNodeDescription[] {
        return this.services.references.ScopeProvider.getScope(info).getAllElements().toArray();
    }
}

/** What may have to follow a stand-in at the very end, so that the parser keeps it. */
function endingsOf(text: string): Iterable<string> {
    const closed = closing(text);
    // Conditions on the elements of a list, on commands; the rest of what the arguments of an event stand in.
    return new Set([
        '',
        ']',
        ')',
        closed,
        `: x${closed}`,
        ` == "x"${closed}`,
        `${closed} since start`,
        `${closed}.x == 1`
    ]);
}

/** The brackets that the text leaves open. */
function closing(text: string): string {
    const open: string[] = [];
    for (const [bracket] of text.replace(/"(?:[^"\\]|\\.)*"/g, '').matchAll(/[()[\]{}]/g)) {
        if (bracket in CLOSING) {
            open.unshift(CLOSING[bracket]!);
        } else {
            open.shift();
        }
    }
    return open.join('');
}

const CLOSING: { readonly [bracket: string]: string } = { '(': ')', '[': ']', '{': '}' };

const PARAM_REFERENCES: ReadonlySet<string> = new Set([
    ast.Reference.$type,
    ast.Given.$type,
    ast.EventArgument.$type,
    ast.CallArgument.$type,
    ast.UseArgument.$type,
    ast.NameValue.$type,
    ast.ImportedName.$type,
    ast.NamedArgument.$type,
    ast.FieldAccess.$type,
    ast.Total.$type,
    ast.Latest.$type,
    ast.StaysPossibleClaim.$type
]);

/** The type of the other side, of the parameter that gets the value, or of the parameter whose default it is. */
function typeFor(literal: ast.StringLiteral): Type | undefined {
    const container = literal.$container as AstNode;
    if (ast.isComparison(container)) {
        return typeOfTerm(container.left === literal ? container.right : container.left);
    }
    if (ast.isMembership(container)) {
        return typeOfTerm(container.left);
    }
    if (ast.isEventArgument(container) || ast.isCallArgument(container)) {
        return container.param?.ref && typeOf(container.param?.ref.type);
    }
    if (ast.isParam(container)) {
        return typeOf(container.type);
    }
    if (ast.isListData(container) && ast.isCallArgument(container.$container)) {
        const type = container.$container.param?.ref && typeOf(container.$container.param?.ref.type);
        return type?.kind === 'list' ? type.element : undefined;
    }
    return undefined;
}

function typeOfTerm(term: ast.Term | undefined): Type | undefined {
    const target = ast.isReference(term) ? term.target?.ref : undefined;
    return ast.isParam(target) ? typeOf(target.type) : undefined;
}
