import type { IToken } from 'chevrotain';

/** Far more than a person reads, and far less than what exhausts the stack of the parser. */
export const MAX_NESTING = 64;

const OPENING = new Set(['(', '[', '{']);
const CLOSING = new Set([')', ']', '}']);
/** `not not …`, `host of host of …` and `any tool except any tool except …` nest without brackets. */
const PREFIXES: { readonly [image: string]: number } = { not: 1, of: 1, host: 0, except: 1, any: 0, tool: 0 };

/** The first token that is nested too deeply to be parsed, if there is one. */
export function tooDeep(tokens: readonly IToken[], startsStatement: (token: IToken) => boolean): IToken | undefined {
    let depth = 0;
    let prefixes = 0;
    let implications = 0;
    for (const token of tokens) {
        const { image } = token;
        if (startsStatement(token)) {
            depth = 0;
            implications = 0;
        }
        if (OPENING.has(image)) {
            depth++;
        } else if (CLOSING.has(image)) {
            depth = Math.max(0, depth - 1);
        }
        prefixes = Object.hasOwn(PREFIXES, image) ? prefixes + PREFIXES[image]! : 0;
        implications += image === 'implies' ? 1 : 0;
        if (depth > MAX_NESTING || prefixes > MAX_NESTING || implications > MAX_NESTING) {
            return token;
        }
    }
    return undefined;
}
