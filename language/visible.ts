/**
 * The declarations that are visible in a file: its own, those of plain imports, and those that an `import { … }` names.
 */
import type { AstNode, LangiumDocument, LangiumDocuments } from 'langium';
import { AstUtils } from 'langium';
import type { Element, Import, Tool } from './generated/ast.js';
import * as ast from './generated/ast.js';
import { Gathered } from './incremental/gathered.js';
import { importsOf, resolveImport, visibleDocuments } from './imports.js';

export interface Names {
    readonly elements: readonly Element[];
    readonly hidden: ReadonlySet<Element>;
    /** The tools of hidden servers that imported elements refer to. */
    readonly needed: ReadonlySet<Tool>;
}

/** `inventoryOf` returns what is visible in an imported file, or undefined while that is being computed. */
export function visibleNames(
    document: LangiumDocument,
    documents: LangiumDocuments,
    inventoryOf: (document: LangiumDocument) => Pick<Names, 'elements' | 'hidden'> | undefined
): Names {
    const plain = visibleDocuments(document, documents, isPlain);
    const elements = new Set(
        plain.flatMap(({ parseResult }) =>
            ast.isPolicyFile(parseResult.value) ? DECLARATIONS.in(parseResult.value) : []
        )
    );
    const hidden = new Set<Element>();
    const needed = new Set<Tool>();
    for (const node of plain.flatMap(importsOf).filter((each) => !isPlain(each))) {
        const uri = resolveImport(node);
        const imported = uri && documents.getDocument(uri);
        const inventory = imported && inventoryOf(imported);
        if (!inventory) {
            continue;
        }
        const wanted = new Set(node.names.map((each) => each.target?.$refText));
        const brought = inventory.elements.filter(
            (each) => isImportable(each) && wanted.has(each.name) && !inventory.hidden.has(each)
        );
        for (const element of brought) {
            elements.add(element);
            hidden.delete(element);
        }
        for (const target of brought.flatMap(targetsOf)) {
            const element = statementOf(target);
            if (element && !elements.has(element)) {
                elements.add(element);
                hidden.add(element);
            }
            if (ast.isTool(target)) {
                needed.add(target);
            }
        }
    }
    return { elements: [...elements], hidden, needed };
}

/**
 * True if a name in another statement may refer to the statement, or depend on it. A statement that is too broken to
 * have a kind does not have a name.
 */
export function isDeclaration({ $type }: Element): boolean {
    return !INERT.has($type);
}

const DECLARATIONS = new Gathered((statement) => (isDeclaration(statement) ? [statement] : []));

const reflection = new ast.GuardrailAstReflection();

const INERT: ReadonlySet<string> = new Set([
    ast.Annotated.$type,
    ...[ast.Rule, ast.Claim, ast.Use, ast.Assumption, ast.Scenario].flatMap(({ $type }) =>
        reflection.getAllSubTypes($type)
    )
]);

export type Importable = Element & { name: string };

/** Elements with a name that another file can use. */
export function isImportable(element: Element): element is Importable {
    return ast.isImportable(element) && Boolean(element.name);
}

function isPlain(node: Import): boolean {
    return !node.named;
}

/** Everything that the element refers to, directly and indirectly. */
function targetsOf(element: Element): AstNode[] {
    const found = new Set<AstNode>();
    const queue: AstNode[] = [element];
    for (const node of queue) {
        for (const part of AstUtils.streamAst(node)) {
            for (const { reference } of AstUtils.streamReferences(part)) {
                const target = 'ref' in reference ? resolved(() => reference.ref) : undefined;
                // The contents of the element are included.
                if (target && !found.has(target)) {
                    found.add(target);
                    queue.push(ast.isTool(target) ? target : (statementOf(target) ?? target));
                }
            }
        }
    }
    return [...found];
}

/** The target of a reference; in files that import each other, a name may depend on itself. */
function resolved(ref: () => AstNode | undefined): AstNode | undefined {
    try {
        return ref();
    } catch {
        return undefined;
    }
}

function statementOf(node: AstNode): Element | undefined {
    let current: AstNode | undefined = node;
    while (current?.$container && !ast.isPolicyFile(current.$container)) {
        current = current.$container;
    }
    return current?.$container ? (current as Element) : undefined;
}
