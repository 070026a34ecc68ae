/**
 * Finds the nodes of a file by type. Each statement is walked once, regardless of how many validations use it and how
 * many texts contain it.
 */
import type { AstNode } from 'langium';
import { AstUtils } from 'langium';
import type { Element, PolicyFile } from './generated/ast.js';
import * as ast from './generated/ast.js';

const reflection = new ast.GuardrailAstReflection();

/** The node and everything in it, in text order. The tree of a text does not change. */
export function nodesIn(node: AstNode): readonly AstNode[] {
    return contentsOf(node).nodes;
}

/**
 * The nodes in a statement that `is` accepts, in text order.
 * @param types all types that `is` may accept
 */
export function nodesOfTypes<T extends AstNode>(
    statement: AstNode,
    types: readonly string[],
    is: (node: AstNode) => node is T
): readonly T[] {
    return collect([statement], types, is);
}

/** The same for all statements of a file. */
export function nodesOf<T extends AstNode>(
    file: PolicyFile,
    types: readonly string[],
    is: (node: AstNode) => node is T
): T[] {
    return collect(file.elements, types, is);
}

function collect<T extends AstNode>(
    statements: readonly AstNode[],
    types: readonly string[],
    is: (node: AstNode) => node is T
): T[] {
    const wanted = withSubtypes(types);
    const found: T[] = [];
    for (const statement of statements) {
        const { nodes, byType } = contentsOf(statement);
        let lists = 0;
        let last: readonly AstNode[] = [];
        for (const type of wanted) {
            const list = byType.get(type);
            if (list) {
                lists++;
                last = list;
            }
        }
        // Nodes of a single type are already in text order.
        for (const node of lists > 1 ? nodes : last) {
            if (is(node)) {
                found.push(node);
            }
        }
    }
    return found;
}

/** The statements of a file with a given type, in text order. */
export function statementsOfType<T extends Element>(file: PolicyFile, { $type }: { readonly $type: T['$type'] }): T[] {
    let byType = statementsByType.get(file);
    if (!byType) {
        byType = grouped(file.elements);
        statementsByType.set(file, byType);
    }
    const lists = withSubtypes([$type]).flatMap((type) => byType.get(type) ?? []);
    return lists.sort((one, other) => (one.$containerIndex ?? 0) - (other.$containerIndex ?? 0)) as T[];
}

interface Contents {
    readonly nodes: readonly AstNode[];
    readonly byType: ReadonlyMap<string, readonly AstNode[]>;
}

const known = new WeakMap<AstNode, Contents>();
const statementsByType = new WeakMap<PolicyFile, ReadonlyMap<string, readonly AstNode[]>>();
const subtypes = new Map<string, readonly string[]>();

function contentsOf(node: AstNode): Contents {
    let contents = known.get(node);
    if (!contents) {
        const nodes = AstUtils.streamAst(node).toArray();
        contents = { nodes, byType: grouped(nodes) };
        known.set(node, contents);
    }
    return contents;
}

function grouped(nodes: readonly AstNode[]): ReadonlyMap<string, readonly AstNode[]> {
    const byType = new Map<string, AstNode[]>();
    for (const node of nodes) {
        const same = byType.get(node.$type);
        if (same) {
            same.push(node);
        } else {
            byType.set(node.$type, [node]);
        }
    }
    return byType;
}

function withSubtypes(types: readonly string[]): readonly string[] {
    const key = types.join();
    let all = subtypes.get(key);
    if (!all) {
        all = types.flatMap((type) => reflection.getAllSubTypes(type));
        subtypes.set(key, all);
    }
    return all;
}
