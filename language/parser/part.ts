/** The tokens of a part of a text, with their places in the whole text. */
import type { IToken, ILexingError } from 'chevrotain';
import type { GuardrailLexer } from './tokens.js';

export interface Part {
    readonly start: number;
    readonly end: number;
    /** The line of the start, from zero. */
    readonly line: number;
    readonly character: number;
}

export interface LexedPart {
    readonly tokens: IToken[];
    readonly hidden: IToken[];
    readonly errors: ILexingError[];
}

/** Undefined if the lexer rejects the part. */
export function lexPart(lexer: GuardrailLexer, text: string, part: Part): LexedPart | undefined {
    const { tokens, hidden, errors } = lexer.tokenize(text.slice(part.start, part.end));
    if (tokens.length === 0 && errors.length > 0) {
        return undefined;
    }
    for (const token of [...tokens, ...hidden]) {
        placeToken(token, part);
    }
    return { tokens, hidden, errors: errors.map((error) => placedError(error, part)) };
}

function placeToken(token: IToken, { start, line, character }: Part): void {
    if (token.startLine === 1) {
        token.startColumn! += character;
    }
    if (token.endLine === 1) {
        token.endColumn! += character;
    }
    token.startOffset += start;
    token.endOffset! += start;
    token.startLine! += line;
    token.endLine! += line;
}

/** The error with its place in the whole text: Chevrotain names an unexpected character with its offset. */
function placedError(error: ILexingError, { start, line, character }: Part): ILexingError {
    const message = error.message.replace(
        /^(unexpected character: [^]* at offset: )(\d+)/,
        (_, before: string, offset: string) => `${before}${Number(offset) + start}`
    );
    return {
        ...error,
        message,
        offset: error.offset + start,
        line: error.line! + line,
        column: error.column! + (error.line === 1 ? character : 0)
    };
}
