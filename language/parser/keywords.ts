/**
 * Names that are spelt like keywords. MCP tools and parameters are called `read`, `order` or `label`, so nearly every
 * keyword can be a name; but an unfinished `deny mail.` must not swallow the `allow` that starts the next line. A
 * keyword that starts a statement is therefore not a name; all others are both.
 */
import { type IToken, Lexer, type TokenType } from 'chevrotain';

export class KeywordTokens {
    /** For each keyword that starts a statement, the type of its occurrences that may be a name. */
    private readonly names = new Map<TokenType, TokenType>();

    /** The token types of the parser: those of the grammar, and one more for each keyword that starts a statement. */
    prepare(tokens: readonly TokenType[]): TokenType[] {
        const keywordName = tokens.find((token) => token.name === 'KEYWORD_NAME');
        if (!keywordName) {
            return [...tokens];
        }
        const isName = keywordName.PATTERN as RegExp;
        // This type is only a category: no text has it itself.
        keywordName.PATTERN = Lexer.NA;
        const prepared = tokens.filter((token) => token !== keywordName);
        for (const token of tokens) {
            if (STATEMENTS.has(token.name)) {
                const name: TokenType = { name: `${token.name} (name)`, PATTERN: keywordName.PATTERN };
                name.CATEGORIES = [token, keywordName];
                this.names.set(token, name);
                prepared.push(name);
            } else if (isName.exec(token.name)?.[0] === token.name) {
                token.CATEGORIES = [keywordName];
            }
        }
        return [...prepared, keywordName];
    }

    /** True if the token starts a statement, once it is classified. */
    isStatement(token: IToken): boolean {
        return this.names.has(token.tokenType);
    }

    /** Gives keywords that do not start a statement the type that may be a name. */
    classify(tokens: readonly IToken[]): void {
        let depth = 0;
        tokens.forEach((token, index) => {
            const name = this.names.get(token.tokenType);
            if (!name) {
                depth = Math.max(0, depth + (DEPTH[token.image] ?? 0));
            } else if (startsStatement(tokens, index, depth)) {
                depth = token.image === 'tool' ? depth : 0;
            } else {
                token.tokenType = name;
                token.tokenTypeIdx = name.tokenTypeIdx!;
            }
        });
    }
}

/** The words that start a statement. `tool` starts one inside a server; all others do so outside of brackets. */
export const STATEMENTS: ReadonlySet<string> = new Set([
    'policy',
    'import',
    'server',
    'tool',
    'label',
    'trait',
    'agent',
    'human',
    'role',
    'event',
    'group',
    'define',
    'pack',
    'use',
    'allow',
    'deny',
    'require',
    'order',
    'limit',
    'audit',
    'withhold',
    'modes',
    'entity',
    'session',
    'signal',
    'request',
    'timezone',
    'root',
    'leave',
    'assume',
    'claim',
    'scenario'
]);

const DEPTH: { readonly [image: string]: number } = { '(': 1, '[': 1, '{': 1, ')': -1, ']': -1, '}': -1 };

/** The tokens that follow a name, and never the first word of a statement. */
const AFTER_A_NAME: ReadonlySet<string> = new Set([
    'when',
    'unless',
    'because',
    'by',
    'where',
    'since',
    'before',
    'for',
    'requires',
    'then',
    'after',
    'until',
    'without',
    'valid',
    'timeout',
    'and',
    'or',
    'implies',
    'is',
    'in',
    'not',
    'given',
    'matches',
    'starts',
    'ends',
    'contains',
    'within',
    'reads',
    'clears',
    'to'
]);

/**
 * Only the first word of a line can start a statement, with a token that can follow it there. Inside brackets, it must
 * also be at the very start of the line, where text inside brackets is never written, because the brackets were left
 * open.
 */
function startsStatement(tokens: readonly IToken[], index: number, depth: number): boolean {
    const token = tokens[index]!;
    const next = tokens[index + 1];
    if (!next || next.startLine !== token.startLine || tokens[index - 1]?.endLine === token.startLine) {
        return false;
    }
    const afterNext = tokens[index + 2]?.image;
    if (token.image === 'tool') {
        return afterNext === '(';
    }
    if (depth > 0 && token.startColumn !== 1) {
        return false;
    }
    if (next.image === '{') {
        return token.image === 'request';
    }
    if (next.image === ':') {
        return token.image === 'claim' && (depth === 0 || afterNext === 'never' || afterNext === 'possible');
    }
    if (next.image === 'tools') {
        return afterNext === 'that';
    }
    if (next.image === 'not') {
        // This is `require not once …`, unless `require` is a parameter, as in `require not in ["a"]`.
        return token.image === 'require' && afterNext !== 'in';
    }
    return /^[\w"`*-]/.test(next.image) && !AFTER_A_NAME.has(next.image);
}
