/**
 * Finds the statements that an open bracket cuts off. The next statement starts on a line of its own, so it does not
 * become part of a block whose closing brace is missing.
 */
import type { IToken, TokenType } from 'chevrotain';
import { STATEMENTS } from './keywords.js';
import { endOfAnnotation } from './tool-annotations.js';

export interface StatementEnds {
    /** The numbers of the tokens that start a statement before which brackets are still open. */
    readonly before: readonly number[];
    /** True if the text after these tokens decides whether a pack or a machine of modes is closed. */
    readonly isOpen: boolean;
    /** True if a closing brace has no opening brace. */
    readonly isStray: boolean;
}

/** The statements of packs, machines and modes. Any other statement ends an open block. */
const IN_BLOCKS: ReadonlySet<string> = new Set([
    ...['allow', 'deny', 'require', 'audit', 'order', 'limit', 'withhold'],
    ...['claim', 'group', 'define', 'use', 'assume', 'pack', 'modes']
]);

const OPENING: { readonly [image: string]: string } = { '(': ')', '[': ']', '{': '}' };
const CLOSING: ReadonlySet<string> = new Set(Object.values(OPENING));

interface Bracket {
    readonly token: IToken;
    /** True for the brace of a pack, of a machine of modes and of a mode. */
    readonly isBlock: boolean;
}

/** Finds the statements that are cut off in a text, given as the tokens that the lexer has classified. */
export function statementEnds(tokens: readonly IToken[]): StatementEnds {
    const closed = new Set<IToken>();
    let isStray = false;
    const isOpen = walk(tokens, {
        keeps: (open) => open.filter(({ isBlock }) => isBlock),
        closes: (bracket) => (bracket ? closed.add(bracket.token) : (isStray = true))
    }).some(({ isBlock }) => isBlock);
    const before: number[] = [];
    walk(tokens, {
        keeps: (open, start, index) => {
            const isInBlock =
                open.every(({ isBlock }) => isBlock) &&
                (open.every(({ token }) => closed.has(token)) || isOnlyInModes(tokens, index));
            if (!isInBlock) {
                before.push(start);
            }
            return isInBlock ? open : [];
        },
        closes: () => undefined
    });
    return { before, isOpen, isStray };
}

/** The tokens with one of the given type before each statement that ends another one. It has the place of that statement. */
export function withStatementEnds(tokens: readonly IToken[], { before }: StatementEnds, type: TokenType): IToken[] {
    const starts = new Set(before);
    return before.length === 0
        ? [...tokens]
        : tokens.flatMap((token, index) =>
              // A token without an end is not part of the tree.
              starts.has(index)
                  ? [{ ...token, tokenType: type, tokenTypeIdx: type.tokenTypeIdx!, endOffset: NaN }, token]
                  : [token]
          );
}

interface Visitor {
    /** Called at a statement with open brackets; returns those that are open in it. `start` includes its annotations. */
    readonly keeps: (open: Bracket[], start: number, index: number) => Bracket[];
    /** Called at a closing brace, without a bracket if none is open. */
    readonly closes: (bracket: Bracket | undefined) => void;
}

/** Returns the brackets that are open at the end. */
function walk(tokens: readonly IToken[], { keeps, closes }: Visitor): Bracket[] {
    let open: Bracket[] = [];
    let hasBlocks = false;
    let start: number | undefined;
    for (let index = 0; index < tokens.length; index++) {
        const token = tokens[index]!;
        const { image } = token;
        if (image === '@' && tokens[index + 1]?.startLine === token.startLine) {
            // An indented annotation does not belong to a statement at the start of a line.
            start ??= token.startColumn === 1 ? index : undefined;
            index = endOfAnnotation(tokens, index);
            continue;
        }
        if (token.tokenType.name !== 'tool' && STATEMENTS.has(token.tokenType.name)) {
            if (open.length > 0) {
                const kept = keeps(open, start ?? index, index);
                open = IN_BLOCKS.has(image) ? kept : [];
            }
            hasBlocks = image === 'pack' || image === 'modes' || (hasBlocks && open.length > 0);
        } else if (image in OPENING) {
            open.push({ token, isBlock: image === '{' && hasBlocks && open.every(({ isBlock }) => isBlock) });
        } else if (CLOSING.has(image)) {
            close(open, image, closes);
        }
        start = undefined;
    }
    return open;
}

/** A brace also closes the brackets inside it. */
function close(open: Bracket[], image: string, closes: Visitor['closes']): void {
    let at = open.length - 1;
    while (at >= 0 && OPENING[open[at]!.token.image] !== image) {
        at--;
    }
    if (image === '}') {
        closes(open[at]);
    }
    if (at >= 0 && (image === '}' || at === open.length - 1)) {
        open.length = at;
    }
}

/** True for an `allow` without agents. */
function isOnlyInModes(tokens: readonly IToken[], index: number): boolean {
    let at = index + 1;
    while (tokens[at]?.startLine === tokens[index]!.startLine && /^([\w`]|,$)/.test(tokens[at]!.image)) {
        at++;
    }
    return tokens[index]!.image === 'allow' && tokens[at]?.image !== ':';
}
