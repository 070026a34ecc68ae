import type { IToken } from 'chevrotain';
import type { Lexer } from 'langium';
import { STATEMENTS } from '../../../language/keywords.js';

export interface StatementContext {
    /** The tokens of the statement, or of its last annotation, before the cursor; all where nothing starts a statement. */
    readonly tokens: readonly IToken[];
    /** Its text, up to the cursor's word. */
    readonly text: string;
    /** The head of the pack that the statement stands in, up to its brace; absent outside of packs. */
    readonly pack?: string;
    /** Nothing but white space stands before the word on its line. */
    readonly atLineStart: boolean;
    /** The word stands in the first column. */
    readonly inFirstColumn: boolean;
    /** Nothing but comments stands before the word in the file. */
    readonly atFileStart: boolean;
}

/** A name, so that the lexer sees the word before the cursor as it is once something follows it. */
const WORD = 'x';

/** The statement around the cursor, whose word starts at `start`. What comes after the cursor is not looked at. */
export function statementAt(text: string, start: number, lexer: Lexer): StatementContext {
    const before = text.slice(0, start);
    const tokens = lexer.tokenize(before + WORD).tokens.filter((token) => token.startOffset < start);
    let first = 0;
    tokens.forEach((token, index) => {
        if (startsStatement(token)) {
            first = index;
        }
    });
    const pack = packAround(before, tokens);
    const line = before.slice(before.lastIndexOf('\n') + 1);
    return {
        tokens: tokens.slice(first),
        text: before.slice(tokens[first]?.startOffset ?? start),
        ...(pack !== undefined && { pack }),
        atLineStart: line.trim() === '',
        inFirstColumn: line === '',
        atFileStart: tokens.length === 0
    };
}

/** The head of the pack that is open at the end of the tokens. */
function packAround(text: string, tokens: readonly IToken[]): string | undefined {
    let start: number | undefined;
    let head: string | undefined;
    for (const { tokenType, image, startOffset } of tokens) {
        if (STATEMENTS.has(tokenType.name) && !IN_PACKS.has(tokenType.name)) {
            start = tokenType.name === 'pack' ? startOffset : undefined;
            head = undefined;
        } else if (image === '{' && start !== undefined) {
            head ??= text.slice(start, startOffset + 1);
        } else if (image === '}') {
            start = undefined;
            head = undefined;
        }
    }
    return head;
}

/** The statements that can stand in a pack. */
const IN_PACKS: ReadonlySet<string> = new Set([
    ...['group', 'define', 'use', 'allow', 'deny', 'require', 'order', 'limit', 'audit', 'claim', '@']
]);

/** The lexer tells the words that start a statement from names that are spelt like them. A tool is part of its server. */
function startsStatement({ tokenType: { name } }: IToken): boolean {
    return name === '@' || (name !== 'tool' && STATEMENTS.has(name));
}
