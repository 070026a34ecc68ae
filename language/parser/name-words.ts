/**
 * Marks `contains` and `within` where they are names: after `carries`, `once` and `not`, as in `carries within and …`.
 * The parser takes the longest of several alternatives, so it would read `carries within and` as the test of a
 * parameter `carries`, and then fail at the next word. A parameter with the name of such a word is in backquotes before
 * these two words, unless a constant follows them.
 */
import type { IToken, TokenType } from 'chevrotain';

/** The words of conditions that a name follows. */
const BEFORE_A_NAME: ReadonlySet<string> = new Set(['carries', 'once', 'not']);

/**
 * The tokens that a condition can follow. After any other token, words such as `once` are names, as in `once carries
 * within age`.
 */
const BEFORE_A_CONDITION: ReadonlySet<string> = new Set([
    'when',
    'unless',
    'where',
    'require',
    'requires',
    'always',
    'and',
    'or',
    'implies',
    'not',
    '(',
    '=',
    ':'
]);

const CONSTANTS: ReadonlySet<string> = new Set(['STRING', 'NUMBER', 'DURATION', 'true', 'false']);

/** Gives `contains` and `within` the token type of names wherever they are names. */
export function markNameWords(tokens: readonly IToken[], name: TokenType): void {
    tokens.forEach((token, index) => {
        if (
            (token.image === 'contains' || token.image === 'within') &&
            BEFORE_A_NAME.has(tokens[index - 1]?.image ?? '') &&
            startsCondition(tokens, index - 1) &&
            !CONSTANTS.has(tokens[index + 1]?.tokenType.name ?? '')
        ) {
            token.tokenType = name;
            token.tokenTypeIdx = name.tokenTypeIdx!;
        }
    });
}

function startsCondition(tokens: readonly IToken[], index: number): boolean {
    const before = tokens[index - 1]?.image ?? '';
    // `count(once within age)` counts the calls of a tool `once`.
    return BEFORE_A_CONDITION.has(before) && !(before === '(' && tokens[index - 2]?.image === 'count');
}
