/**
 * The declarations that are visible in a file: its own, those of plain imports, and those that an `import { … }` names.
 */
import { type AstNode, AstUtils, type LangiumDocument, type LangiumDocuments } from 'langium';
import * as ast from '../generated/ast.js';
import { Gathered } from '../files/gathered.js';
import { importsOf, resolveImport, visibleDocuments } from '../files/imports.js';

export interface Names {
    readonly elements: readonly ast.Element[];
    readonly hidden: ReadonlySet<ast.Element>;
    /** The tools of hidden servers that imported elements refer to. */
    readonly needed: ReadonlySet<ast.Tool>;
    readonly aliases: readonly Alias[];
}

/** A name that `import { X as Y }` gives to an element, in that file and in those that import the name from it. */
export interface Alias {
    readonly name: string;
    readonly element: Importable;
    readonly declaredBy: ast.ImportedName;
}

/** `inventoryOf` returns what is visible in an imported file, or undefined while that is being computed. */
export function visibleNames(
    document: LangiumDocument,
    documents: LangiumDocuments,
    inventoryOf: (document: LangiumDocument) => Omit<Names, 'needed'> | undefined
): Names {
    const plain = visibleDocuments(document, documents, isPlain);
    const elements = new Set(
        plain.flatMap(({ parseResult }) =>
            ast.isPolicyFile(parseResult.value) ? DECLARATIONS.in(parseResult.value) : []
        )
    );
    const hidden = new Set<ast.Element>([...elements].filter((one) => isPrivate(one) && isElsewhere(one, document)));
    const needed = new Set<ast.Tool>();
    const aliases: Alias[] = [];
    for (const node of plain.flatMap(importsOf).filter((each) => !isPlain(each))) {
        const uri = resolveImport(node);
        const imported = uri && documents.getDocument(uri);
        const inventory = imported && inventoryOf(imported);
        if (!inventory) {
            continue;
        }
        const brought = new Set<ast.Element>();
        const given = namesFrom(inventory);
        for (const wanted of node.names) {
            for (const { name, element, declaredBy } of given.get(wanted.target?.$refText) ?? []) {
                const asked = wanted.alias;
                if (asked !== undefined && !canBeRenamed(element)) {
                    continue;
                }
                brought.add(element);
                if (asked === undefined && !declaredBy) {
                    elements.add(element);
                    hidden.delete(element);
                    continue;
                }
                if (!elements.has(element)) {
                    elements.add(element);
                    hidden.add(element);
                }
                aliases.push({
                    name: asked ?? name,
                    element,
                    declaredBy: asked === undefined ? (declaredBy ?? wanted) : wanted
                });
            }
        }
        for (const target of [...brought].flatMap(targetsOf)) {
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
    return { elements: [...elements], hidden, needed, aliases };
}

/** An element with one of the names by which a file can refer to it. */
export interface NamedElement {
    readonly name: string;
    readonly element: Importable;
    /** Undefined for the name of its declaration. */
    readonly declaredBy?: ast.ImportedName;
}

/** The elements that a file can name, with each of their names: the declared ones first, then those of `as`. */
export function namedElements({ elements, hidden, aliases }: Omit<Names, 'needed'>): NamedElement[] {
    return [
        ...elements
            .filter((element): element is Importable => isImportable(element) && !hidden.has(element))
            .map((element) => ({ name: element.name, element })),
        ...aliases
    ];
}

/** The elements of these that another file can import. */
export function exportedNames(names: Omit<Names, 'needed'>): NamedElement[] {
    return namedElements(names).filter(({ element }) => !isPrivate(element));
}

/** The elements that a file declares and others can import; those that it only passes on are left out. */
export function declaredExports(root: AstNode): NamedElement[] {
    return ast.isPolicyFile(root)
        ? root.elements
              .filter(isImportable)
              .filter((element) => !isPrivate(element))
              .map((element) => ({ name: element.name, element }))
        : [];
}

/** The same, except that a policy is imported for its packs: nothing else of it is offered. */
export function offeredExports(root: AstNode): NamedElement[] {
    const isPolicy = ast.isPolicyFile(root) && root.policy !== undefined;
    return declaredExports(root).filter(({ element }) => !isPolicy || ast.isPack(element));
}

function namesFrom(inventory: Omit<Names, 'needed'>): ReadonlyMap<string | undefined, readonly NamedElement[]> {
    const byName = new Map<string, NamedElement[]>();
    for (const named of exportedNames(inventory)) {
        byName.set(named.name, [...(byName.get(named.name) ?? []), named]);
    }
    return byName;
}

/** True for `@private`, which keeps the name in its file. */
export function isPrivate(element: AstNode): boolean {
    return canBeRenamed(element) && element.annotations.some(({ name }) => name === 'private');
}

function isElsewhere(element: AstNode, document: LangiumDocument): boolean {
    return AstUtils.getDocument(element) !== document;
}

/**
 * True for what has no name outside of the text of policies, because its uses mean what it contains. Everything else is
 * known to gateways, recordings and reports by its name.
 */
export function canBeRenamed(element: unknown): element is ast.Pack | ast.Definition | ast.Group {
    return !ast.isPackParam(element) && RENAMED.some((is) => is(element));
}

const RENAMED = [ast.isPack, ast.isDefinition, ast.isGroup];

/**
 * True if a name in another statement may refer to the statement, or depend on it. A statement that is too broken to
 * have a kind does not have a name.
 */
export function isDeclaration({ $type }: ast.Element): boolean {
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

export type Importable = ast.Element & { name: string };

/** Elements with a name that another file can use. */
export function isImportable(element: ast.Element): element is Importable {
    return ast.isImportable(element) && Boolean(element.name);
}

function isPlain(node: ast.Import): boolean {
    return !node.named;
}

/** Everything that the element refers to, directly and indirectly. */
function targetsOf(element: ast.Element): AstNode[] {
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

function statementOf(node: AstNode): ast.Element | undefined {
    let current: AstNode | undefined = node;
    while (current?.$container && !ast.isPolicyFile(current.$container)) {
        current = current.$container;
    }
    return current?.$container ? (current as ast.Element) : undefined;
}
