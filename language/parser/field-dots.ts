/**
 * Marks the dot between a tool and the field of its calls: `total(bank.transfer.amount)`, `latest
 * get_order(id).result.status`. A parser that reads from left to right cannot tell which dot of a dotted name this is,
 * so the token type marks it.
 */
import type { IToken, TokenType } from 'chevrotain';

const STATUS: ReadonlySet<string> = new Set([
    'succeeded',
    'attempted',
    'denied',
    'held',
    'released',
    'running',
    'failed'
]);

const DISTINCT: ReadonlySet<string> = new Set(['distinct']);

type IsStatement = (token: IToken) => boolean;

/** Gives the dots before a field the type `fieldDot`. */
export function markFieldDots(tokens: readonly IToken[], fieldDot: TokenType, startsStatement: IsStatement): void {
    tokens.forEach((token, index) => {
        const opens = token.image === 'total' && tokens[index + 1]?.image === '(';
        if (!opens && token.image !== 'latest') {
            return;
        }
        const dot = fieldDotAfter(tokens, index + (opens ? 2 : 1), opens, startsStatement);
        if (dot) {
            dot.tokenType = fieldDot;
            dot.tokenTypeIdx = fieldDot.tokenTypeIdx!;
        }
    });
}

/** Finds the dot before `.result`, the one after the arguments, or else the last dot of the dotted name. */
function fieldDotAfter(
    tokens: readonly IToken[],
    start: number,
    isTotal: boolean,
    startsStatement: IsStatement
): IToken | undefined {
    const isWord = (at: number, words: ReadonlySet<string>): boolean =>
        words.has(tokens[at]?.image ?? '') && tokens[at + 1]?.image !== '.';
    let index = isTotal && isWord(start, DISTINCT) ? start + 1 : start;
    index += isWord(index, STATUS) ? 1 : 0;
    let last: IToken | undefined;
    if (tokens[index]?.image === '[') {
        index = closing(tokens, index, startsStatement);
        last = tokens[index + 1]?.image === '.' ? tokens[index + 1] : undefined;
    } else {
        while (tokens[index + 1]?.image === '.') {
            last = tokens[index + 1];
            if (tokens[index + 2]?.image === 'result') {
                return last;
            }
            index += 2;
        }
    }
    // The dot follows `tools`, a list or arguments: `external tools.amount`, `[a, b].amount`, `transfer(account).amount`.
    if (tokens[index + 1]?.image === 'tools') {
        index += 1;
    } else if (tokens[index + 1]?.image === '(') {
        index = closing(tokens, index + 1, startsStatement);
    } else {
        // There is no field in `latest mail.read where …` and `latest mail.read by a where …`.
        return !isTotal && ['where', 'by'].includes(tokens[index + 1]?.image ?? '') ? undefined : last;
    }
    return tokens[index + 1]?.image === '.' ? tokens[index + 1] : undefined;
}

/**
 * The number of tokens after which the search for a closing bracket ends: a file with many unclosed brackets is not
 * searched to its end for each of them.
 */
const MAX_ARGUMENT_TOKENS = 1000;

/** A bracket is never closed in another statement. */
function closing(tokens: readonly IToken[], open: number, startsStatement: IsStatement): number {
    let depth = 0;
    for (let index = open; index < Math.min(tokens.length, open + MAX_ARGUMENT_TOKENS); index++) {
        if (startsStatement(tokens[index]!)) {
            break;
        }
        const { image } = tokens[index]!;
        depth += image === '(' || image === '[' ? 1 : image === ')' || image === ']' ? -1 : 0;
        if (depth === 0) {
            return index;
        }
    }
    return tokens.length;
}
