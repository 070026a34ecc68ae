/** The leaves of a text other than white space: its tokens, and the comments between two of them. */
import type { CompositeCstNode, CstNode, LeafCstNode } from 'langium';
import { CstUtils, isCompositeCstNode, isLeafCstNode } from 'langium';

export interface Comment {
    readonly offset: number;
    readonly end: number;
    readonly text: string;
    /** True for `// …`, which ends with its line. */
    readonly toLineEnd: boolean;
}

/** The parts of a node that are not comments. */
export function visible(node: CompositeCstNode): CstNode[] {
    return node.content.filter((child) => !child.hidden && (!isCompositeCstNode(child) || firstLeaf(child)));
}

export function firstLeaf(node: CstNode): LeafCstNode | undefined {
    return edgeLeaf(node, false);
}

export function lastLeaf(node: CstNode): LeafCstNode | undefined {
    return edgeLeaf(node, true);
}

function edgeLeaf(node: CstNode, isLast: boolean): LeafCstNode | undefined {
    if (isLeafCstNode(node)) {
        return node.hidden ? undefined : node;
    }
    const children = isCompositeCstNode(node) ? node.content : [];
    for (let index = 0; index < children.length; index++) {
        const leaf = edgeLeaf(children[isLast ? children.length - 1 - index : index]!, isLast);
        if (leaf) {
            return leaf;
        }
    }
    return undefined;
}

/** The tokens and comments of a document in order. */
export class Leaves {
    /**
     * The comments by the offset of the token that they precede; comments at the end of the file by the length of the
     * text.
     */
    private readonly comments = new Map<number, Comment[]>();

    constructor(
        root: CompositeCstNode,
        private readonly text: string
    ) {
        let pending: Comment[] = [];
        const visit = (node: CstNode): void => {
            if (isCompositeCstNode(node)) {
                node.content.forEach(visit);
            } else if (node.hidden) {
                const { offset, end } = node;
                pending.push({ offset, end, text: text.slice(offset, end), toLineEnd: text.startsWith('//', offset) });
            } else if (pending.length > 0) {
                this.comments.set(node.offset, pending);
                pending = [];
            }
        };
        visit(root);
        this.comments.set(text.length, pending);
    }

    commentsBefore(offset: number): readonly Comment[] {
        return this.comments.get(offset) ?? [];
    }

    allComments(): Comment[] {
        return [...this.comments.values()].flat();
    }

    /** The number of line breaks between two places. */
    linesBetween(start: number, end: number): number {
        return this.text.slice(start, end).match(/\r\n|\r|\n/g)?.length ?? 0;
    }

    /** The column of a place. */
    column(offset: number): number {
        let start = offset;
        while (start > 0 && this.text[start - 1] !== '\n' && this.text[start - 1] !== '\r') {
            start--;
        }
        return offset - start;
    }

    /** True if there are only comments and white space between a token and a later one. */
    isGap(start: number, end: number): boolean {
        let place = start;
        for (const comment of this.commentsBefore(end)) {
            if (comment.offset < place || this.text.slice(place, comment.offset).trim() !== '') {
                return false;
            }
            place = comment.end;
        }
        return this.text.slice(place, end).trim() === '';
    }

    /** True if every character of a node belongs to a token or comment, including those up to `border` after it. */
    isWhole(node: CstNode, border: number): boolean {
        let place: number | undefined;
        for (const leaf of CstUtils.flattenCst(node)) {
            if (!leaf.hidden) {
                if (place !== undefined && !this.isGap(place, leaf.offset)) {
                    return false;
                }
                place = leaf.end;
            }
        }
        return place !== undefined && this.isGap(place, border);
    }

    get end(): number {
        return this.text.length;
    }

    slice(start: number, end: number): string {
        return this.text.slice(start, end);
    }
}
