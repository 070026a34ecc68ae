/** Lays out the text between two tokens: the white space that the layout requires, and the comments there. */
import type { LeafCstNode } from 'langium';
import { builders } from 'prettier/doc';
import type { Comment, Leaves } from './leaves.js';

const { hardline, indent, join, lineSuffix, literalline, softline } = builders;

/** A text with places where it may be broken (Prettier's `Doc`). */
export type Doc = builders.Doc;

/** The comments between two tokens, in text order. */
interface Passage {
    readonly doc: Doc;
    /** True if the next token starts on a new line. */
    readonly endsLine: boolean;
    readonly end: number;
}

export class Gaps {
    constructor(private readonly leaves: Leaves) {}

    /** Lays out the gap between two tokens of a statement: their comments, or `gap` if there are none. */
    within(left: LeafCstNode, right: LeafCstNode, gap: Doc): Doc {
        const { doc, endsLine, end } = this.passage(left.end, right.offset);
        return end === left.end ? gap : [doc, endsLine ? hardline : gap === '' || gap === softline ? '' : ' '];
    }

    /** The gap between two items in brackets, where the lines are broken if `gap` is; one empty line is kept. */
    inList(left: LeafCstNode, right: LeafCstNode, gap: Doc): Doc {
        const empty = this.leaves.linesBetween(left.end, right.offset) > 1 && !this.hasComments(right);
        return this.within(left, right, empty ? [softline, gap] : gap);
    }

    /** The gap after a bracket that ends its line. */
    opening(open: LeafCstNode, first: LeafCstNode): Doc {
        const { doc, end } = this.passage(open.end, first.offset, false);
        return [doc, end === open.end ? hardline : this.lineEnd(end, first.offset)];
    }

    /** The gap after a bracket whose line is broken if `gap` is; comments stay inside. */
    opened(open: LeafCstNode, first: LeafCstNode, gap: Doc): Doc {
        const { doc, endsLine } = this.passage(open.end, first.offset);
        return [doc, endsLine ? hardline : gap];
    }

    /** The gap before a closing bracket: comments belong to the content. */
    closing(left: LeafCstNode, close: LeafCstNode, gap: Doc): Doc {
        const { doc, endsLine, end } = this.passage(left.end, close.offset);
        return end === left.end ? gap : [indent(doc), endsLine ? hardline : gap];
    }

    /**
     * The gap between two statements, each on a separate line. Comments that are indented further than the first
     * statement belong to it.
     * @param next the start of the second statement, or the end of the text
     */
    between(start: LeafCstNode, end: LeafCstNode, next: number): Doc {
        const comments = this.leaves.commentsBefore(next);
        const column = this.leaves.column(start.offset);
        const other = comments.findIndex((comment, index) => {
            const [before, after] = [comments[index - 1]?.end ?? end.end, comments[index + 1]?.offset ?? next];
            return (
                (!comment.toLineEnd && after < this.leaves.end && this.leaves.linesBetween(comment.end, after) === 0) ||
                (this.leaves.linesBetween(before, comment.offset) > 0 && this.leaves.column(comment.offset) <= column)
            );
        });
        const border = comments[other]?.offset ?? next;
        const own = this.passage(end.end, next, true, border);
        const rest = this.passage(own.end, next);
        return [indent(own.doc), rest.doc, rest.end > own.end && !rest.endsLine ? ' ' : this.lineEnd(rest.end, next)];
    }

    /** The comments at the start of a file. */
    leading(next: number): Doc {
        const comments = this.leaves.commentsBefore(next);
        return comments.map((comment, index) => {
            const end = comments[index + 1]?.offset ?? next;
            const ends = comment.toLineEnd || this.leaves.linesBetween(comment.end, end) > 0;
            return [this.comment(comment), ends ? this.lineEnd(comment.end, end) : ' '];
        });
    }

    hasComments(right: LeafCstNode): boolean {
        return this.leaves.commentsBefore(right.offset).length > 0;
    }

    /** The end of a line, and one empty line if there were any, but none at the end of the text. */
    private lineEnd(start: number, end: number): Doc {
        const isEmpty = end < this.leaves.end && this.leaves.linesBetween(start, end) > 1;
        return isEmpty ? [hardline, hardline] : hardline;
    }

    /** The comments between `start` and `border` before the token at `next`. */
    private passage(start: number, next: number, keepsEmptyFirst = true, border = next): Passage {
        const comments = this.leaves.commentsBefore(next).filter(({ offset }) => offset >= start && offset < border);
        const doc: Doc[] = [];
        let end = start;
        for (const comment of comments) {
            const text = this.comment(comment);
            if (this.leaves.linesBetween(end, comment.offset) > 0) {
                doc.push(end === start && !keepsEmptyFirst ? hardline : this.lineEnd(end, comment.offset), text);
            } else {
                // A comment at the end of a line does not make the line too long for its text.
                doc.push(comment.toLineEnd ? lineSuffix([' ', text]) : [' ', text]);
            }
            end = comment.end;
        }
        const last = comments.at(-1);
        const endsLine = last !== undefined && (last.toLineEnd || this.leaves.linesBetween(last.end, next) > 0);
        return { doc, endsLine, end };
    }

    /** The stars of a comment move with it; other multi-line comments stay as they are. */
    private comment({ text }: Comment): Doc {
        const [first = '', ...rest] = text.split(/\r\n|\r|\n/);
        return rest.every((line) => line.trimStart().startsWith('*'))
            ? join(hardline, [first.trimEnd(), ...rest.map((line) => ` ${line.trim()}`)])
            : join(literalline, [first, ...rest]);
    }
}
