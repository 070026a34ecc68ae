/**
 * Parses and links the statement at the cursor with a placeholder there: this shows which parameter names and values
 * fit, by the same scopes that link a finished text.
 */
import type { AstNode, AstNodeDescription, LangiumDocument, ReferenceInfo } from 'langium';
import { AstUtils, DocumentState } from 'langium';
import * as ast from '../../../../language/generated/ast.js';
import type { Inventory } from '../../../../language/names/inventory.js';
import { paramOfArgument } from '../../../../language/linking/scopes.js';
import { declarations, termTypes } from '../../../../language/types/terms.js';
import { typeOf } from '../../../../language/types/types.js';
import { dataFields, dataTypes, sourceFields } from '../../../../language/types/written-fields.js';
import type { Type } from '../../../model/policy/policy.js';
import { CLOSING } from '../../text/brackets.js';
import type { LanguageServices } from '../../services.js';

const STAND_IN = 'cursor__';

export interface NameDraft {
    /** The place where the name would be. */
    readonly container: AstNode;
    readonly candidates: readonly AstNodeDescription[];
}

export class DraftParser {
    constructor(private readonly services: LanguageServices) {}

    /**
     * The names that fit at the end of `statement`, or undefined if no reference to a parameter or field is possible
     * there. `around` are the headers of the enclosing elements; `after` is the text that must follow the name.
     */
    names(document: LangiumDocument, statement: string, around?: string, after = ''): NameDraft | undefined {
        for (const node of this.drafts(document, statement + STAND_IN + after, around)) {
            for (const info of AstUtils.streamReferences(node)) {
                const isParam = PARAM_REFERENCES.has(node.$type) || /Param$/.test(info.property);
                if (info.reference.$refText === STAND_IN && isParam) {
                    return { container: node, candidates: this.candidates(info) };
                }
            }
        }
        return undefined;
    }

    /** The pack with this header. */
    packWith(document: LangiumDocument, head: string): ast.Pack | undefined {
        for (const node of this.drafts(document, '', head)) {
            if (ast.isPack(node)) {
                return node;
            }
        }
        return undefined;
    }

    /** The possible types of a value at the end of `statement`; empty if nothing determines them. */
    valueTypes(document: LangiumDocument, statement: string, around?: string): readonly Type[] {
        for (const node of this.drafts(document, `${statement}"${STAND_IN}"`, around)) {
            if (ast.isStringLiteral(node) && node.value === STAND_IN) {
                return typesFor(node, this.services.inventory.of(document));
            }
        }
        return [];
    }

    /** The fields of the result that ends `statement`, as in `id from mail.read.result.`. */
    sourceFields(document: LangiumDocument, statement: string, around?: string): readonly ast.Param[] {
        for (const node of this.drafts(document, statement + STAND_IN, around)) {
            const at = ast.isProvenanceSource(node) ? node.fields.indexOf(STAND_IN) : -1;
            if (ast.isProvenanceSource(node) && at >= 0) {
                return sourceFields(node, at, this.services.inventory.of(document));
            }
        }
        return [];
    }

    /** The fields of the record at the end of `statement`. */
    fields(document: LangiumDocument, statement: string): readonly ast.Param[] {
        for (const node of this.drafts(document, `${statement}${STAND_IN}: 1`)) {
            if (ast.isFieldData(node) && node.name === STAND_IN) {
                return dataFields(node, this.services.inventory.of(document));
            }
        }
        return [];
    }

    private *drafts(document: LangiumDocument, text: string, around = ''): Iterable<AstNode> {
        // The draft has the address of its document, and therefore uses its inventory, which must be computed first.
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

/** The tokens that may have to follow a placeholder at the very end, so that the parser keeps it. */
function endingsOf(text: string): Iterable<string> {
    const closed = closing(text);
    // The condition on list elements or commands; otherwise the element that contains the arguments of an event.
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

/** The text that closes the open brackets. */
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

/** The types of the other side, of the parameter that gets the value, or of another source of the type. */
function typesFor(literal: ast.StringLiteral, inventory: Inventory): Type[] {
    const container = literal.$container as AstNode;
    if (ast.isComparison(container)) {
        return termTypes(container.left === literal ? container.right : container.left, inventory);
    }
    if (ast.isMembership(container)) {
        return termTypes(container.left, inventory);
    }
    if (ast.isContains(container)) {
        return termTypes(container.left, inventory).flatMap((type) => (type.kind === 'list' ? [type.element] : []));
    }
    if (ast.isEventArgument(container)) {
        const param = container.param?.ref;
        return param ? declarations(container, param, inventory).map(({ type }) => typeOf(type)) : [];
    }
    if (ast.isParam(container)) {
        return [typeOf(container.type)];
    }
    if (ast.isConstantValue(container)) {
        const param = paramOfArgument(container);
        return ast.isParam(param) ? [typeOf(param.type)] : [];
    }
    if (ast.isReference(container)) {
        const called = container.target?.ref;
        const params = ast.isDefinition(called) || ast.isSignal(called) ? called.params : [];
        const param = params[container.args.indexOf(literal)];
        return ast.isParam(param) ? [typeOf(param.type)] : [];
    }
    return dataTypes(literal, inventory).map(typeOf);
}
