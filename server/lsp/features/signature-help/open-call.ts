/** Finds the open parenthesis at the cursor in the tokens, so that this works in a text that does not parse. */
import type { IToken } from 'chevrotain';
import { CLOSING, isClosing } from '../../text/brackets.js';
import { unquoteName } from '../../../../language/parser/values.js';

export interface OpenCall {
    /** The tokens before the name. */
    readonly before: readonly IToken[];
    /** The name or word in front of the parenthesis, with the `@` of an annotation. */
    readonly name: string;
    /** The tokens of each argument so far; the last one is at the cursor. */
    readonly args: readonly (readonly IToken[])[];
}

/** The innermost open parenthesis at the end of the tokens, if a name or word precedes it. */
export function openCall(tokens: readonly IToken[]): OpenCall | undefined {
    const open: number[] = [];
    tokens.forEach(({ image }, index) => {
        if (image in CLOSING) {
            open.push(index);
        } else if (isClosing(image)) {
            open.pop();
        }
    });
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
        const start = nameStart(tokens, at);
        if (tokens[at]!.image === '(' && start < at) {
            const name = tokens
                .slice(start, at)
                .map(({ image }) => unquoteName(image))
                .join('');
            return { before: tokens.slice(0, start), name, args: argumentsIn(tokens.slice(at + 1)) };
        }
    }
    return undefined;
}

/** The start of the dotted name that ends before `end`; `end` itself if there is none. */
function nameStart(tokens: readonly IToken[], end: number): number {
    const isName = (token: IToken | undefined): boolean => /^(?:[A-Za-z_]\w*|`[^`]*`)$/.test(token?.image ?? '');
    if (!isName(tokens[end - 1])) {
        return end;
    }
    let start = end - 1;
    while (tokens[start - 1]?.image === '.' && isName(tokens[start - 2])) {
        start -= 2;
    }
    return tokens[start - 1]?.image === '@' ? start - 1 : start;
}

function argumentsIn(tokens: readonly IToken[]): IToken[][] {
    const args: IToken[][] = [[]];
    let depth = 0;
    for (const token of tokens) {
        depth += token.image in CLOSING ? 1 : isClosing(token.image) ? -1 : 0;
        if (token.image === ',' && depth === 0) {
            args.push([]);
        } else {
            args.at(-1)!.push(token);
        }
    }
    return args;
}

/** The name of an argument written `name: value`, or of an event's argument, which is only a name. */
export function argumentName(argument: readonly IToken[]): string | undefined {
    const [name, colon] = argument;
    return name && colon?.image === ':' ? unquoteName(name.image) : undefined;
}
