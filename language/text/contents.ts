/**
 * Finds the nodes of a statement by type. Each statement is walked once, regardless of how many validations use it and how
 * many texts contain it.
 */
import { type AstNode, AstUtils } from 'langium';
import * as ast from '../generated/ast.js';

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
    const { nodes, byType } = contentsOf(statement);
    const lists = withSubtypes(types).flatMap((type) => {
        const list = byType.get(type);
        return list ? [list] : [];
    });
    // Nodes of a single type are already in text order.
    return (lists.length > 1 ? nodes : (lists[0] ?? [])).filter(is);
}

interface Contents {
    readonly nodes: readonly AstNode[];
    readonly byType: ReadonlyMap<string, readonly AstNode[]>;
}

const known = new WeakMap<AstNode, Contents>();
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
