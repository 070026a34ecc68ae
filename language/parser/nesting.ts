import type { IToken } from 'chevrotain';

/**
 * The maximum depth of the tree: far more than a person would read, and far less than exhausts the stack of code that
 * walks the tree.
 */
export const MAX_NESTING = 64;

/**
 * The maximum number of open parentheses: the parser may have to search for their end to recognize the text before
 * them.
 */
export const MAX_PARENTHESES = 16;

/**
 * The maximum number of open brackets that may have named arguments (`fresh(e: mail.read(folder: home(of: user)))` has
 * three), or `every` and `some`. Only the text after a name with arguments shows whether it is an event or a
 * definition, and the same is true for the operand of an `and`. Until then the parser follows both alternatives, and
 * each such level doubles them.
 */
export const MAX_BRANCHING = 4;

/**
 * The maximum number of these in the open brackets together, where a bracket counts at most two: several of them
 * multiply the work by four, not two. Without this limit, an invalid line of 500 characters took five seconds to parse.
 */
export const MAX_BRANCHES = 6;

/** The maximum number of parts in `a or b or …` and similar chains: every part is a level of the tree. */
export const MAX_LINKS = 1000;

const BRANCHING = 'named arguments, `every` and `some`';

export interface TooDeep {
    readonly token: IToken;
    readonly message: string;
}

const OPENING = new Set(['(', '[', '{']);
const CLOSING = new Set([')', ']', '}']);

interface Bracket {
    readonly isParenthesis: boolean;
    /** The number of alternatives of the bracket: 0, 1, or 2 for several. */
    branches: number;
}

/**
 * The first bracket that is nested too deeply, if there is one. The parser itself rejects nesting without brackets.
 * Before it reads a bracket it may search for its end, which takes long if there are many.
 */
export function tooDeep(tokens: readonly IToken[], startsStatement: (token: IToken) => boolean): TooDeep | undefined {
    let open: Bracket[] = [];
    let parentheses = 0;
    let [branching, branches] = [0, 0];
    for (const [index, token] of tokens.entries()) {
        if (startsStatement(token)) {
            open = [];
            parentheses = 0;
            [branching, branches] = [0, 0];
        }
        const last = open.at(-1);
        if (OPENING.has(token.image)) {
            open.push({ isParenthesis: token.image === '(', branches: 0 });
            parentheses += token.image === '(' ? 1 : 0;
        } else if (CLOSING.has(token.image)) {
            open.pop();
            parentheses -= last?.isParenthesis ? 1 : 0;
            branching -= last?.branches ? 1 : 0;
            branches -= last?.branches ?? 0;
        } else if (
            last?.isParenthesis &&
            last.branches < 2 &&
            (endsArgumentName(tokens, index) || quantifies(tokens, index))
        ) {
            branching += last.branches === 0 ? 1 : 0;
            last.branches++;
            branches++;
        }
        if (open.length > MAX_NESTING) {
            return { token, message: nestedMessage(`${MAX_NESTING} levels`) };
        }
        if (parentheses > MAX_PARENTHESES) {
            return { token, message: nestedMessage(`${MAX_PARENTHESES} parentheses`) };
        }
        if (branching > MAX_BRANCHING) {
            return { token, message: nestedMessage(`${MAX_BRANCHING} levels of ${BRANCHING}`) };
        }
        if (branches > MAX_BRANCHES) {
            return { token, message: nestedMessage(`${MAX_BRANCHES / 2} levels with several ${BRANCHING}`) };
        }
    }
    return undefined;
}

export function nestedMessage(limit: string): string {
    return `This is nested too deeply: more than ${limit}. Split it.`;
}

/** True for the colon in `(name:` and in `, name:`. */
function endsArgumentName(tokens: readonly IToken[], index: number): boolean {
    return tokens[index]!.image === ':' && /^[(,]$/.test(tokens[index - 2]?.image ?? '');
}

/** True for `every x in` and `some x in`. */
function quantifies(tokens: readonly IToken[], index: number): boolean {
    return /^(every|some)$/.test(tokens[index]!.image) && tokens[index + 2]?.image === 'in';
}
