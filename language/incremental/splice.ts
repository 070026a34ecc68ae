/** Inserts statements that were parsed again between those that are kept. */
import { type AstNode, type CstNode, type Mutable, type RootCstNode, RootCstNodeImpl } from 'langium';
import type { Element, PolicyFile } from '../generated/ast.js';
import type { Change } from './change.js';
import { appendTo, childOfRoot, isSameTree, type Move, moveNode } from '../parser/cst.js';

export interface Splice {
    /** The first statement of the old file that was parsed again; undefined if the text was parsed from its start. */
    readonly first: number | undefined;
    /** The first statement after the part; undefined if the text was parsed to its end. */
    readonly next: number | undefined;
    readonly part: PolicyFile;
    /** The number of new statements in the new file. */
    readonly end: number;
    readonly change: Change;
    readonly move: Move;
}

export interface SpliceResult {
    readonly value: PolicyFile;
    readonly removed: readonly Element[];
    readonly added: readonly Element[];
}

/**
 * A new file of old and new statements. The old file must not be used any more: a node belongs to one file. A statement
 * that was parsed only as context keeps its old node, so that cached facts about it stay valid.
 */
export function splice(old: PolicyFile, { first, next, part, end, change, move }: Splice, text: string): SpliceResult {
    const from = first ?? 0;
    const to = next ?? old.elements.length;
    const oldRoot = old.$cstNode!.root;
    const partRoot = part.$cstNode!.root;
    const oldContent = oldRoot.content;
    const start = first === undefined ? 0 : oldContent.indexOf(childOfRoot(old.elements[first]!.$cstNode!));
    const rest =
        next === undefined ? oldContent.length : oldContent.indexOf(childOfRoot(old.elements[next]!.$cstNode!));
    const partEnd =
        next === undefined
            ? partRoot.content.length
            : partRoot.content.indexOf(childOfRoot(part.elements[end]!.$cstNode!));
    const removed = old.elements.slice(from, to);
    const added = part.elements.slice(0, end);
    const kept = new Map<CstNode, CstNode>();
    const keep = (one: AstNode, other: AstNode): void =>
        void kept.set(childOfRoot(other.$cstNode!), childOfRoot(one.$cstNode!));
    const before: Element[] = [];
    while (
        removed.length > 0 &&
        added.length > 0 &&
        removed[0]!.$cstNode!.end < change.start &&
        isSame(removed[0]!, added[0]!, UNMOVED)
    ) {
        keep(removed[0]!, added[0]!);
        before.push(removed.shift()!);
        added.shift();
    }
    const after: Element[] = [];
    while (
        removed.length > 0 &&
        added.length > 0 &&
        removed.at(-1)!.$cstNode!.offset > change.oldEnd &&
        isSame(removed.at(-1)!, added.at(-1)!, move)
    ) {
        keep(removed.at(-1)!, added.at(-1)!);
        after.unshift(removed.pop()!);
        added.pop();
    }
    const header = part.policy?.$cstNode && old.policy?.$cstNode;
    const isHeaderKept =
        first !== undefined ||
        (header ? header.end < change.start && isSame(old.policy!, part.policy!, UNMOVED) : part.policy === old.policy);
    if (header && isHeaderKept && first === undefined) {
        keep(old.policy!, part.policy!);
    }
    const later = oldContent.slice(rest);
    for (const node of [...after.map((element) => childOfRoot(element.$cstNode!)), ...later]) {
        moveNode(node, move);
    }
    const root = new RootCstNodeImpl(text) as unknown as Mutable<RootCstNode>;
    appendTo(root, [
        ...oldContent.slice(0, start),
        ...partRoot.content.slice(0, partEnd).map((node) => kept.get(node) ?? node),
        ...later
    ]);
    const policy = isHeaderKept ? old.policy : part.policy;
    const value: Mutable<PolicyFile> = {
        $type: part.$type,
        ...(policy && { policy }),
        elements: [...old.elements.slice(0, from), ...before, ...added, ...after, ...old.elements.slice(to)],
        $cstNode: root
    };
    root.astNode = value;
    if (policy) {
        contain(policy, value, 'policy');
    }
    value.elements.forEach((element, index) => contain(element, value, 'elements', index));
    return { value, removed, added };
}

function contain(node: Mutable<AstNode>, container: PolicyFile, property: string, index?: number): void {
    node.$container = container;
    node.$containerProperty = property;
    if (index !== undefined) {
        node.$containerIndex = index;
    }
}

/** True if both were parsed from the same text, in the same way. */
function isSame(one: AstNode, other: AstNode, move: Move): boolean {
    return isSameTree(childOfRoot(one.$cstNode!), childOfRoot(other.$cstNode!), move);
}

const UNMOVED: Move = { offset: 0, lines: 0 };
