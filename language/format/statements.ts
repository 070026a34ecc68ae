/** Finds the statements to format when only a part of the text is requested. */
import type { AstNode, LangiumDocument } from 'langium';
import * as ast from '../generated/ast.js';
import { firstLeaf, lastLeaf } from './leaves.js';

/** A part of a text, in characters from its start. */
export interface Span {
    readonly start: number;
    readonly end: number;
}

/**
 * The statements from the first to the last one that a part of the text touches, at the depth where these are nested.
 */
export function statementsTouching({ parseResult }: LangiumDocument, part: Span): Span | undefined {
    let found: Span | undefined;
    for (let parent: AstNode | undefined = parseResult.value; parent;) {
        const touched: readonly AstNode[] = statementsOf(parent).filter((statement) => {
            const span = spanOf(statement);
            return span && span.start <= part.end && span.end >= part.start;
        });
        const [first, last] = [touched[0], touched.at(-1)];
        const inside = first && last && { start: spanOf(first)!.start, end: spanOf(last)!.end };
        const exceeds = found !== undefined && (!inside || part.start < inside.start || part.end > inside.end);
        if (!inside || exceeds) {
            return found;
        }
        found = inside;
        parent = first === last ? first : undefined;
    }
    return found;
}

/** The innermost statement that ends before the place. */
export function statementEndingAt({ parseResult }: LangiumDocument, place: number): Span | undefined {
    let found: Span | undefined;
    for (let parent: AstNode | undefined = parseResult.value; parent;) {
        const statement: AstNode | undefined = statementsOf(parent).find((child) => {
            const span = spanOf(child);
            return span && span.start < place && span.end >= place;
        });
        const span = statement && spanOf(statement);
        found = span?.end === place ? span : found;
        parent = statement;
    }
    return found;
}

/** The statements that stand alone, in braces, or below the head of another statement. */
function statementsOf(node: AstNode): readonly AstNode[] {
    if (ast.isPolicyFile(node)) {
        return [...(node.policy ? [node.policy] : []), ...node.elements];
    }
    if (ast.isServer(node)) {
        return node.tools;
    }
    if (ast.isPack(node)) {
        return node.elements;
    }
    if (ast.isModes(node)) {
        return inOrder([...node.modes, ...node.transitions]);
    }
    if (ast.isMode(node)) {
        return inOrder([...node.elements, ...node.transitions]);
    }
    return ast.isScenario(node) ? node.steps : [];
}

function inOrder(nodes: readonly AstNode[]): AstNode[] {
    return [...nodes].sort((a, b) => (a.$cstNode?.offset ?? 0) - (b.$cstNode?.offset ?? 0));
}

function spanOf({ $cstNode: node }: AstNode): Span | undefined {
    const [first, last] = node ? [firstLeaf(node), lastLeaf(node)] : [];
    return first && last && { start: first.offset, end: last.end };
}
