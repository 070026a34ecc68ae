/**
 * Formats the text of a policy. Only white space changes: no token and no comment is added, removed or moved, and the
 * syntax tree stays the same. Formatting is idempotent.
 *
 * Statements with a syntax error stay untouched, as does everything between `// guardrail-format off` and `//
 * guardrail-format on`.
 */
import type { CompositeCstNode, CstNode, LangiumDocument, Lexer } from 'langium';
import { CstUtils, isCompositeCstNode } from 'langium';
import { printer } from 'prettier/doc';
import { errorOffset } from '../parser/broken-statements.js';
import type { Change } from './changes.js';
import { applied, whitespaceChanges } from './changes.js';
import { isKeyword } from './clauses.js';
import type { Doc } from './gaps.js';
import { Layout } from './layout.js';
import { firstLeaf, Leaves, visible } from './leaves.js';
import type { Span } from './statements.js';

export { applied, type Change } from './changes.js';
export { type Span, statementEndingAt, statementsTouching } from './statements.js';

export interface FormatOptions {
    /** The number of columns of one level. */
    readonly indentation: number;
    readonly tabs: boolean;
    /**
     * The maximum number of columns in a line. Parts that cannot be broken, such as a text or a comment, may be longer.
     */
    readonly width: number;
}

export const DEFAULT_FORMAT: FormatOptions = { indentation: 2, tabs: false, width: 120 };

/**
 * The changes that format a parsed document, in text order; none for a file that is rejected as a whole.
 *
 * @param within limits the changes to this range
 */
export function formatDocument(
    document: LangiumDocument,
    lexer: Lexer,
    options: FormatOptions = DEFAULT_FORMAT,
    within?: Span
): Change[] {
    const text = document.textDocument.getText();
    const root = document.parseResult.value.$cstNode;
    if (!root || !isCompositeCstNode(root)) {
        return [];
    }
    const leaves = new Leaves(root, text);
    const statements = visible(root).filter(isCompositeCstNode);
    const untouched = brokenAmong(statements, document, leaves);
    const fixed = switchedOff(leaves, text.length);
    const before = lexer.tokenize(text).tokens;
    const names = new Set(namesIn(root));
    for (;;) {
        const doc = new Layout(leaves).file(statements, (statement) => untouched.has(statement));
        const changes = whitespaceChanges(text, printed(doc, options)).filter(
            (change) => (!within || touches(change, within)) && !fixed.some((span) => contains(span, change))
        );
        // A name at the start of a line could be read as the first word of a statement, so the line stays unbroken.
        const after = lexer.tokenize(applied(text, changes)).tokens;
        const misread = before.find(
            ({ startOffset, tokenType }, index) => names.has(startOffset) && after[index]?.tokenType !== tokenType
        );
        const owner = misread && lastBefore(statements, misread.startOffset + 1);
        if (!owner || untouched.has(owner)) {
            return misread ? [] : changes;
        }
        untouched.add(owner);
    }
}

function printed(doc: Doc, { indentation, tabs, width }: FormatOptions): string {
    return printer.printDocToString(doc, { printWidth: width, tabWidth: indentation, useTabs: tabs }).formatted;
}

/** The statements with a syntax error, or with text that the parser has skipped. */
function brokenAmong(
    statements: readonly CompositeCstNode[],
    { parseResult }: LangiumDocument,
    leaves: Leaves
): Set<CompositeCstNode> {
    const broken = new Set<CompositeCstNode>();
    // Attributes an error at a statement's first word to the unfinished statement before it.
    const places = [
        ...parseResult.parserErrors.map(errorOffset),
        ...parseResult.lexerErrors.map(({ offset }) => offset + 1)
    ];
    for (const place of places) {
        const statement = lastBefore(statements, place);
        if (statement) {
            broken.add(statement);
        }
    }
    statements.forEach((statement, index) => {
        const next = statements[index + 1];
        const border = next ? firstLeaf(next)!.offset : leaves.end;
        if (!leaves.isWhole(statement, border)) {
            broken.add(statement);
        }
    });
    return broken;
}

/** The last statement that starts before the place. */
function lastBefore(statements: readonly CompositeCstNode[], place: number): CompositeCstNode | undefined {
    return statements.filter((statement) => firstLeaf(statement)!.offset < place).at(-1);
}

/** The ranges from each `// guardrail-format off` to the end of the next `// guardrail-format on`, or of the file. */
function switchedOff(leaves: Leaves, end: number): Span[] {
    const spans: Span[] = [];
    let start: number | undefined;
    for (const comment of leaves.allComments()) {
        const what = /^\/\/\s*guardrail-format\s+(on|off)\s*$/.exec(comment.text)?.[1];
        if (what === 'off') {
            start ??= comment.offset;
        } else if (what === 'on' && start !== undefined) {
            spans.push({ start, end: comment.end });
            start = undefined;
        }
    }
    return start === undefined ? spans : [...spans, { start, end }];
}

/** The places of words that are not used as keywords there. */
function* namesIn(root: CstNode): Iterable<number> {
    for (const leaf of CstUtils.flattenCst(root)) {
        if (!leaf.hidden && !isKeyword(leaf)) {
            yield leaf.offset;
        }
    }
}

function touches(change: Change, span: Span): boolean {
    return change.end >= span.start && change.start < span.end;
}

function contains(span: Span, change: Change): boolean {
    return change.start >= span.start && change.end <= span.end;
}
