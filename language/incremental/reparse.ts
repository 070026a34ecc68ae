/**
 * Parses a changed text statement by statement. A policy is a flat list of statements, and between two of them the
 * parser is always in the same state. So only the changed statements are parsed, with one statement before them, where
 * the parser can start, and one after them, where it must be in that state again. All others keep their trees, moved to
 * their new places. `docs/decisions/0024-an-edit-costs-what-it-changes.md` explains why the result equals that of a
 * full parse.
 */
import type { ILexingError, IRecognitionException, IToken } from 'chevrotain';
import type { AstNode, CstNode, ParseResult } from 'langium';
import { errorOffset } from '../parser/broken-statements.js';
import { isUnclosedComment } from '../parser/comments.js';
import { type Element, isPolicyFile, type PolicyFile } from '../generated/ast.js';
import { STATEMENTS } from '../parser/keywords.js';
import type { QuickParser } from '../parser/quick-parser.js';
import type { GuardrailLexer } from '../parser/tokens.js';
import { type Change, changeBetween } from './change.js';
import { firstToken, type Move, moveErrors, tokensOf } from '../parser/cst.js';
import { Gathered } from '../files/gathered.js';
import { lexPart } from '../parser/part.js';
import { statementEnds } from '../parser/statement-ends.js';
import { splice, type SpliceResult } from './splice.js';

/** The changes in the tree that a change of the text has caused. */
export interface ReparseResult extends SpliceResult {
    readonly parserErrors: IRecognitionException[];
    readonly lexerErrors: ILexingError[];
}

/** The statements to parse, and the one after them, by their numbers in the old file. */
interface Window {
    /** The number of the first statement; undefined to parse from the start of the text. */
    readonly first: number | undefined;
    /** The number of the statement after the part; undefined to parse to the end of the text. */
    readonly next: number | undefined;
}

/**
 * The result for the new text, built from the old result, which must not be used any more; undefined, with the old
 * result untouched, if the text has to be parsed as a whole.
 */
export function reparse(
    before: ParseResult<AstNode>,
    text: string,
    parser: QuickParser,
    lexer: GuardrailLexer
): ReparseResult | undefined {
    const file = before.value;
    const root = file.$cstNode?.root;
    if (!isPolicyFile(file) || !root || UNPLACED.in(file).length > 0) {
        return undefined;
    }
    const change = changeBetween(root.fullText, text);
    const window = windowOf(file, change, before.parserErrors);
    const { first, next } = window;
    const firstCst = first === undefined ? undefined : file.elements[first]!.$cstNode!;
    const nextCst = next === undefined ? undefined : file.elements[next]!.$cstNode!;
    if (!firstCst && !nextCst) {
        return undefined;
    }
    const start = firstCst?.offset ?? 0;
    const nextStart = nextCst && nextCst.offset + change.shift;
    const isOutside = (offset: number): boolean =>
        offset < start || (nextCst !== undefined && offset >= nextCst.offset);
    if (before.lexerErrors.some(({ offset }) => isOutside(offset))) {
        return undefined;
    }
    const lexed = lexPart(lexer, text, {
        start,
        end: nextCst ? nextCst.end + change.shift : text.length,
        line: firstCst?.range.start.line ?? 0,
        character: firstCst?.range.start.character ?? 0
    });
    if (!lexed || (nextCst && lexed.hidden.some(isUnclosedComment))) {
        return undefined;
    }
    // The text after the part, or a brace in it, may close a block that starts before.
    const { isOpen, isStray } = statementEnds(lexed.tokens);
    const isBrace = ({ token }: IRecognitionException): boolean => token.image === '}';
    const isCutOff = ({ token }: IRecognitionException): boolean => token.tokenType.name === 'STATEMENT_END';
    if ((nextCst && isOpen) || (before.parserErrors.some(isCutOff) && (isStray || before.parserErrors.some(isBrace)))) {
        return undefined;
    }
    const context = nextCst && contextOf(nextCst, nextStart!, lexed.tokens);
    if (nextCst && !context) {
        return undefined;
    }
    const read = parser.parseTokens(text, lexed, context?.index);
    if (!read || !isPolicyFile(read.value) || read.value.elements.some((element) => !element.$cstNode)) {
        return undefined;
    }
    const end = nextCst
        ? read.value.elements.findIndex(({ $cstNode }) => $cstNode!.offset === nextStart)
        : read.value.elements.length;
    if (end < 0) {
        return undefined;
    }
    const move: Move = { offset: change.shift, lines: context?.lines ?? 0 };
    const errors = before.parserErrors;
    const earlier = errors.filter((error) => firstCst && errorOffset(error) < start);
    const later = errors.filter((error) => nextCst && errorOffset(error) > nextCst.offset);
    const isRead = (offset: number): boolean => nextStart === undefined || offset <= nextStart;
    moveErrors(later, move);
    return {
        ...splice(file, { ...window, part: read.value, end, change, move }, text),
        parserErrors: [...earlier, ...read.parserErrors.filter((error) => isRead(errorOffset(error))), ...later],
        lexerErrors: lexed.errors.filter(({ offset }) => isRead(offset))
    };
}

/** Statements whose text the parser has not kept. */
const UNPLACED = new Gathered((statement) => (statement.$cstNode ? [] : [statement]));

/**
 * The number of the token that starts the statement after the part, and the number of lines that it has moved;
 * undefined if its tokens have changed.
 */
function contextOf(
    statement: CstNode,
    start: number,
    tokens: readonly IToken[]
): { readonly index: number; readonly lines: number } | undefined {
    const index = tokens.findIndex(({ startOffset }) => startOffset === start);
    const leaves = [...tokensOf(statement)];
    const isSame =
        index >= 0 &&
        tokens.length === index + leaves.length &&
        leaves.every((leaf, at) => leaf.tokenType === tokens[index + at]!.tokenType);
    const first = tokens[index];
    const { line, character } = statement.range.start;
    return isSame && first?.startColumn === character + 1 ? { index, lines: first.startLine! - 1 - line } : undefined;
}

/**
 * The part starts and ends with a word that starts a statement: there the lexer's knowledge of the preceding text ends.
 * An error at the first word may belong to the statement before, so such a statement is not used.
 */
function windowOf(file: PolicyFile, change: Change, errors: readonly IRecognitionException[]): Window {
    const { elements } = file;
    const offsets = errors.map(errorOffset);
    const canStart = (element: Element): boolean => STATEMENTS.has(firstToken(element.$cstNode!)?.tokenType.name ?? '');
    const hasError = (from: number, to: number): boolean => offsets.some((offset) => offset >= from && offset <= to);
    let first = countBefore(elements, (element) => element.$cstNode!.end < change.start) - 1;
    while (
        first >= 0 &&
        (!canStart(elements[first]!) || hasError(elements[first]!.$cstNode!.offset, elements[first]!.$cstNode!.offset))
    ) {
        first--;
    }
    let next = countBefore(elements, (element) => element.$cstNode!.offset <= change.oldEnd);
    const old = file.$cstNode!.root.fullText;
    // A statement that starts on a changed line may have moved within it.
    while (
        next < elements.length &&
        (!/[\r\n]/.test(old.slice(change.oldEnd, elements[next]!.$cstNode!.offset)) ||
            !canStart(elements[next]!) ||
            hasError(elements[next]!.$cstNode!.offset, elements[next]!.$cstNode!.end))
    ) {
        next++;
    }
    return { first: first < 0 ? undefined : first, next: next < elements.length ? next : undefined };
}

/** The number of elements before the first one for which the predicate is false. */
function countBefore(elements: readonly Element[], isIn: (element: Element) => boolean): number {
    let [low, high] = [0, elements.length];
    while (low < high) {
        const middle = (low + high) >> 1;
        if (isIn(elements[middle]!)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}
