import type { AstNode, LangiumCoreServices, LangiumParser, ParseResult, ParserOptions } from 'langium';
import { createLangiumParser } from 'langium';

/**
 * Langium's parser, made safe against text that nests deeper than the stack: that is a syntax error like any other,
 * and the parser, which such a fault leaves in the middle of its work, is replaced.
 */
export function createGuardrailParser(services: LangiumCoreServices): LangiumParser {
    const outer = createLangiumParser(services);
    let parse = outer.parse.bind(outer);
    outer.parse = <T extends AstNode>(input: string, options?: ParserOptions): ParseResult<T> => {
        try {
            return parse<T>(input, options);
        } catch (error) {
            if (!(error instanceof RangeError)) {
                throw error;
            }
            const fresh = createLangiumParser(services);
            parse = fresh.parse.bind(fresh);
            const empty = parse<T>('');
            return {
                ...empty,
                lexerErrors: [
                    {
                        message: 'This text is nested too deeply to be read. Take it apart.',
                        offset: 0,
                        line: 1,
                        column: 1,
                        length: 1
                    }
                ]
            };
        }
    };
    return outer;
}
