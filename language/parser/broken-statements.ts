/** The statements that contain a syntax error. Nothing else is reported about them. */
import type { IRecognitionException } from 'chevrotain';
import type { AstNode, LangiumDocument } from 'langium';
import type { Position, Range } from 'vscode-languageserver-types';
import * as ast from '../generated/ast.js';

export class BrokenStatements {
    private readonly nodes = new Set<AstNode>();
    /** The ranges in text order. */
    private readonly ranges: readonly Range[];

    constructor(document: LangiumDocument) {
        const root = document.parseResult.value;
        const statements = ast.isPolicyFile(root) ? root.elements : [];
        for (const error of document.parseResult.parserErrors) {
            const offset = errorOffset(error);
            // Attributes an error at a statement's first word to the unfinished statement before it.
            const before = countBefore(statements, (statement) => (statement.$cstNode?.offset ?? 0) < offset);
            const last = statements[before - 1];
            if (last) {
                this.nodes.add(last);
            }
        }
        this.ranges = [...this.nodes]
            .flatMap(({ $cstNode }) => ($cstNode ? [$cstNode] : []))
            .sort((one, other) => one.offset - other.offset)
            .map(({ range }) => range);
    }

    has(statement: AstNode): boolean {
        return this.nodes.has(statement);
    }

    /** True if the place is in one of the statements. */
    contain(place: Position): boolean {
        const before = countBefore(this.ranges, ({ start }) => !isBefore(place, start));
        const range = this.ranges[before - 1];
        return range !== undefined && isBefore(place, range.end);
    }
}

/** The offset of an error; an error at the end of the file has none. */
export function errorOffset({ token: { startOffset } }: IRecognitionException): number {
    return startOffset >= 0 ? startOffset : Infinity;
}

function isBefore(place: Position, other: Position): boolean {
    return place.line < other.line || (place.line === other.line && place.character < other.character);
}

/**
 * The number of items before the first one for which the predicate is false; it must be false for all later items, too.
 */
function countBefore<T>(items: readonly T[], isIn: (item: T) => boolean): number {
    let [low, high] = [0, items.length];
    while (low < high) {
        const middle = (low + high) >> 1;
        if (isIn(items[middle]!)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}
