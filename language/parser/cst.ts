/** Compares the concrete syntax trees of statements, and moves them to another place in the text. */
import type { IRecognitionException, IToken } from 'chevrotain';
import type { CompositeCstNode, CstNode, LeafCstNode } from 'langium';
import { CompositeCstNodeImpl, isCompositeCstNode, isLeafCstNode, LeafCstNodeImpl } from 'langium';
import type { Range } from 'vscode-languageserver-types';

/** The distance by which text has moved, in characters and in lines. Columns stay the same. */
export interface Move {
    readonly offset: number;
    readonly lines: number;
}

/** The distance by which all nodes of a statement have moved since they were read. */
class Place {
    offset = 0;
    lines = 0;
}

const AS_READ: Readonly<Place> = new Place();

/** The fields of nodes that Langium hides. */
interface PlacedComposite {
    content: CstNode[];
    container: CompositeCstNode | undefined;
    _rangeCache: Range | undefined;
}

/** A token that moves together with its statement. */
export class MovableLeaf extends LeafCstNodeImpl {
    place: Readonly<Place> = AS_READ;

    override get offset(): number {
        return super.offset + this.place.offset;
    }

    override get end(): number {
        return super.end + this.place.offset;
    }

    override get range(): Range {
        const range = super.range;
        range.start.line += this.place.lines;
        range.end.line += this.place.lines;
        return range;
    }
}

export class MovableComposite extends CompositeCstNodeImpl {
    place: Readonly<Place> = AS_READ;
    /** The number of lines that it had moved when Langium cached its range. */
    private cachedAt = 0;

    override get range(): Range {
        if (this.cachedAt !== this.place.lines) {
            (this as unknown as PlacedComposite)._rangeCache = undefined;
            this.cachedAt = this.place.lines;
        }
        return super.range;
    }
}

/** Moves everything in a child of the root. Most of a text moves with each edit, so all nodes in it share their place. */
export function moveNode(node: CstNode, { offset, lines }: Move): void {
    const movable = node as MovableLeaf | MovableComposite;
    if (movable.place === AS_READ) {
        share(movable, new Place());
    }
    const place = movable.place as Place;
    place.offset += offset;
    place.lines += lines;
}

function share(node: MovableLeaf | MovableComposite, place: Place): void {
    node.place = place;
    if (node instanceof MovableComposite) {
        node.content.forEach((child) => share(child as MovableLeaf | MovableComposite, place));
    }
}

/** The tokens of errors are not shared with the tree, but two errors may share a token. */
export function moveErrors(errors: readonly IRecognitionException[], by: Move): void {
    const tokens = new Set<IToken>();
    for (const error of errors) {
        const { previousToken } = error as { readonly previousToken?: IToken };
        for (const token of [error.token, ...(previousToken ? [previousToken] : []), ...error.resyncedTokens]) {
            // A token at the end of the text has no place.
            if (token.startOffset >= 0) {
                tokens.add(token);
            }
        }
    }
    tokens.forEach((token) => moveToken(token, by));
}

export function moveToken(token: IToken, by: Move): void {
    token.startOffset += by.offset;
    token.endOffset! += by.offset;
    token.startLine! += by.lines;
    token.endLine! += by.lines;
}

export function moveRange({ start, end }: Range, lines: number): Range {
    return {
        start: { line: start.line + lines, character: start.character },
        end: { line: end.line + lines, character: end.character }
    };
}

export function appendTo(parent: CompositeCstNode, content: readonly CstNode[]): void {
    for (const node of content) {
        (node as unknown as PlacedComposite).container = parent;
    }
    (parent as unknown as PlacedComposite).content = [...content];
}

/** The child of the root that is or contains a node. */
export function childOfRoot(node: CstNode): CstNode {
    let child: CstNode = node;
    while (child.container?.container) {
        child = child.container;
    }
    return child;
}

export function firstToken(node: CstNode): LeafCstNode | undefined {
    return tokensOf(node).next().value;
}

/** The tokens of the node, without comments. */
export function* tokensOf(node: CstNode): Generator<LeafCstNode, undefined> {
    if (isLeafCstNode(node)) {
        if (!node.hidden) {
            yield node;
        }
    } else if (isCompositeCstNode(node)) {
        for (const child of node.content) {
            yield* tokensOf(child);
        }
    }
    return undefined;
}

/** True if the trees were read by the same rules from the same tokens, of which those of the other tree have moved. */
export function isSameTree(one: CstNode, other: CstNode, move: Move): boolean {
    if (one.grammarSource !== other.grammarSource) {
        return false;
    }
    if (isCompositeCstNode(one)) {
        return (
            isCompositeCstNode(other) &&
            one.content.length === other.content.length &&
            one.content.every((child, index) => isSameTree(child, other.content[index]!, move))
        );
    }
    const [{ start }, { start: moved }] = [one.range, other.range];
    return (
        isLeafCstNode(one) &&
        isLeafCstNode(other) &&
        one.tokenType === other.tokenType &&
        one.hidden === other.hidden &&
        one.length === other.length &&
        one.offset + move.offset === other.offset &&
        start.line + move.lines === moved.line &&
        start.character === moved.character
    );
}
