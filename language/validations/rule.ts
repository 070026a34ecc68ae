import type {
    AstNode,
    DiagnosticInfo,
    LangiumDocument,
    Properties,
    ValidationAcceptor,
    ValidationSeverity
} from 'langium';
import { AstUtils, DocumentState, GrammarUtils } from 'langium';
import type { DiagnosticRelatedInformation, DiagnosticTag, Range } from 'vscode-languageserver-types';
import { type Fixes, withFixes } from '../edits/edit.js';
import type { GuardrailAstType, PolicyFile } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import { importedUris, visibleDocuments } from '../files/imports.js';
import type { GuardrailServices, Inventory } from '../names/inventory.js';
import { unresolvedIn } from '../linking/linker.js';

export { wordsOf } from '../text/words.js';

/** A validation: one idea with one stable code (sometimes a few of one family), documented under docs/codes. */
export interface ValidationRule {
    readonly codes: readonly string[];
    /** The checks of nodes, by their types in the tree. */
    readonly checks: { readonly [Type in keyof GuardrailAstType]?: Checks<GuardrailAstType[Type]> };
}

export type Check<N extends AstNode> = (node: N, report: Reporter, services: GuardrailServices) => void | Promise<void>;

type Checks<N extends AstNode> = Check<N> | readonly Check<N>[];

/** The place of a problem: a node, one of its properties, or one value of a property that is a list. */
export type At<N extends AstNode> = N | readonly [node: N, property: Properties<N>, index?: number];

export interface ReportDetails {
    readonly related?: DiagnosticRelatedInformation[];
    readonly tags?: DiagnosticTag[];
    /** The marked range, if it is only a part of the place. */
    readonly range?: Range;
}

/** A problem as it is handed to Langium. */
export interface Report {
    readonly severity: ValidationSeverity;
    readonly message: string;
    readonly info: DiagnosticInfo<AstNode>;
}

/** Reports problems, for a check that reads an inventory. */
export class Reporter {
    private found: Inventory | undefined;

    constructor(
        private readonly accept: ValidationAcceptor,
        private readonly find: () => Inventory
    ) {}

    get inventory(): Inventory {
        this.found ??= this.find();
        return this.found;
    }

    error<N extends AstNode>(code: string, at: At<N>, message: string, fixes?: Fixes, details?: ReportDetails): void {
        this.add('error', code, at, message, fixes, details);
    }

    warning<N extends AstNode>(code: string, at: At<N>, message: string, fixes?: Fixes, details?: ReportDetails): void {
        this.add('warning', code, at, message, fixes, details);
    }

    info<N extends AstNode>(code: string, at: At<N>, message: string, fixes?: Fixes, details?: ReportDetails): void {
        this.add('info', code, at, message, fixes, details);
    }

    hint<N extends AstNode>(code: string, at: At<N>, message: string, fixes?: Fixes, details?: ReportDetails): void {
        this.add('hint', code, at, message, fixes, details);
    }

    add<N extends AstNode>(
        severity: ValidationSeverity,
        code: string,
        at: At<N>,
        message: string,
        fixes?: Fixes,
        { related, tags, range }: ReportDetails = {}
    ): void {
        const [node, property, index] = isPart(at) ? at : [at];
        this.accept(severity, message, {
            node,
            code,
            ...(property !== undefined && { property }),
            ...(index !== undefined && { index }),
            ...(range && { range }),
            ...(related && { relatedInformation: related }),
            ...(tags && { tags }),
            ...(fixes && withFixes(fixes))
        });
    }

    /** Reports only problems of these nodes. */
    only(isMeant: (node: AstNode) => boolean): Reporter {
        const accept: ValidationAcceptor = (severity, message, info) =>
            isMeant(info.node) ? this.accept(severity, message, info) : undefined;
        return new Reporter(accept, this.find);
    }

    replay(reports: readonly Report[]): void {
        reports.forEach(({ severity, message, info }) => this.accept(severity, message, info));
    }
}

function isPart<N extends AstNode>(at: At<N>): at is readonly [node: N, property: Properties<N>, index?: number] {
    return Array.isArray(at);
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
