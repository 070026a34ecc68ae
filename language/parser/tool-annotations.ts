/**
 * Marks the sign of an annotation before a tool: `@gone tool send()`. If the brace of a server is missing before an
 * annotated rule, the server must not take the rule's annotation for that of a tool, so the type of the token tells
 * which it is.
 */
import type { IToken, TokenType } from 'chevrotain';

/** Gives the type `toolAt` to the signs of annotations that lead to a tool. */
export function markToolAnnotations(tokens: readonly IToken[], toolAt: TokenType): void {
    let pending: IToken[] = [];
    for (let index = 0; index < tokens.length; index++) {
        const token = tokens[index]!;
        if (token.image === '@') {
            pending.push(token);
            index = endOfAnnotation(tokens, index);
        } else if (pending.length > 0) {
            if (token.image === 'tool') {
                for (const at of pending) {
                    at.tokenType = toolAt;
                    at.tokenTypeIdx = toolAt.tokenTypeIdx!;
                }
            }
            pending = [];
        }
    }
}

/** The last token of the annotation that starts at `at`: its name, or the bracket that closes its list of values. */
export function endOfAnnotation(tokens: readonly IToken[], at: number): number {
    if (tokens[at + 2]?.image !== '(') {
        return at + 1;
    }
    let index = at + 3;
    while (tokens[index + 1]?.image === ',') {
        index += 2;
    }
    return tokens[index + 1]?.image === ')' ? index + 1 : index;
}
