import type { ILexingError, IToken, TokenType, TokenVocabulary } from 'chevrotain';
import type { Grammar, LexerResult, TokenBuilderOptions } from 'langium';
import { DefaultLexer, DefaultTokenBuilder, GrammarAST, RegExpUtils, stream } from 'langium';
import { commentPattern, isUnclosedComment } from './comments.js';
import { markFieldDots } from './field-dots.js';
import { KeywordTokens } from './keywords.js';
import { tooDeep } from './nesting.js';

/** Larger than any policy a person reads (about 30,000 lines), small enough to stay responsive. */
export const MAX_FILE_LENGTH = 1_000_000;

/** A glob such as `repo.*` starts like a name or a keyword, so it is tried before both. */
export class GuardrailTokenBuilder extends DefaultTokenBuilder {
    readonly keywords = new KeywordTokens();
    fieldDot: TokenType | undefined;
    /** The terminals that may begin with a character. */
    private readonly beginnings = new Map<string, TokenType[]>();
    private readonly partial = new Map<RegExp, RegExp>();

    /** As the base class does for a grammar of which every rule is used, without looking for those that are. */
    override buildTokens(grammar: Grammar, options?: TokenBuilderOptions): TokenVocabulary {
        const terminals = this.buildTerminalTokens(stream(grammar.rules));
        const tokens = [...this.keywordTokens(grammar, terminals, options), ...terminals];
        this.fieldDot = tokens.find((token) => token.name === 'FIELD_DOT');
        const glob = tokens.filter((token) => token.name === 'TOOL_GLOB');
        return this.keywords.prepare([...glob, ...tokens.filter((token) => token.name !== 'TOOL_GLOB')]);
    }

    /** The longest first. */
    private keywordTokens(grammar: Grammar, terminals: TokenType[], options?: TokenBuilderOptions): TokenType[] {
        const keywords = new Map<string, GrammarAST.Keyword>();
        grammar.rules
            .filter(GrammarAST.isParserRule)
            .forEach(({ definition }) => collectKeywords(definition, keywords));
        return [...keywords.values()]
            .sort((a, b) => b.value.length - a.value.length)
            .map((keyword) => ({
                ...this.buildKeywordToken(keyword, terminals, options?.caseInsensitive ?? false),
                // Else Chevrotain looks for one in each.
                LINE_BREAKS: false
            }));
    }

    /**
     * As the base class does, but what a terminal may begin with is worked out once, and not for each keyword; and without
     * terminals that are no longer alternatives: those that are tried before all keywords, and those of no text.
     */
    protected override findLongerAlt({ value }: GrammarAST.Keyword, terminals: TokenType[]): TokenType[] {
        const first = value.charAt(0);
        let beginning = this.beginnings.get(first);
        if (!beginning) {
            beginning = terminals
                .filter(({ name }) => !NEVER_LONGER.has(name))
                .filter((terminal) => this.mayBegin(terminal, first));
            this.beginnings.set(first, beginning);
        }
        return beginning.filter((terminal) => this.mayBegin(terminal, value));
    }

    /** Whether some text of the terminal begins as the text does. */
    private mayBegin({ PATTERN: pattern }: TokenType, text: string): boolean {
        if (!(pattern instanceof RegExp)) {
            return false;
        }
        const partial = this.partial.get(pattern) ?? RegExpUtils.partialRegExp(`^${pattern.source}$`);
        this.partial.set(pattern, partial);
        return (partial.exec(text)?.[0] ?? '').length > 0;
    }

    protected override buildTerminalToken(terminal: GrammarAST.TerminalRule): TokenType {
        const token = super.buildTerminalToken(terminal);
        return terminal.name === 'ML_COMMENT'
            ? { ...token, PATTERN: commentPattern(), LINE_BREAKS: true, START_CHARS_HINT: ['/'] }
            : token;
    }
}

/** In the order of the text, each once. */
function collectKeywords(element: GrammarAST.AbstractElement, keywords: Map<string, GrammarAST.Keyword>): void {
    if (GrammarAST.isKeyword(element)) {
        if (!keywords.has(element.value)) {
            keywords.set(element.value, element);
        }
    } else if (GrammarAST.isGroup(element) || GrammarAST.isAlternatives(element)) {
        element.elements.forEach((part) => collectKeywords(part, keywords));
    } else if (GrammarAST.isAssignment(element)) {
        collectKeywords(element.terminal, keywords);
    }
}

const NEVER_LONGER: ReadonlySet<string> = new Set(['TOOL_GLOB', 'KEYWORD_NAME', 'FIELD_DOT']);

/** Refuses, with one message, what is no policy: binary data and files too large to be one. */
export class GuardrailLexer extends DefaultLexer {
    override tokenize(text: string): LexerResult {
        if (text.includes('\0')) {
            return refuse('This is a binary file, not the text of a policy.');
        }
        if (text.length > MAX_FILE_LENGTH) {
            return refuse(
                `This file has ${text.length.toLocaleString('en')} characters; a policy has at most ${MAX_FILE_LENGTH.toLocaleString('en')}. Split it and import the parts.`
            );
        }
        const result = super.tokenize(text);
        const { keywords, fieldDot } = this.tokenBuilder as GuardrailTokenBuilder;
        keywords.classify(result.tokens);
        if (fieldDot) {
            markFieldDots(result.tokens, fieldDot);
        }
        const deep = tooDeep(result.tokens, (token) => keywords.isStatement(token));
        if (deep) {
            return refuse(deep.message, deep.token);
        }
        return {
            ...result,
            errors: [
                ...result.errors,
                ...result.tokens.filter(isUnclosed).map((token) => lexingError(UNCLOSED_TEXT, token)),
                ...result.hidden.filter(isUnclosedComment).map((token) => lexingError(UNCLOSED_COMMENT, token))
            ]
        };
    }
}

/** Whether the token is a text whose closing quote is missing. */
export function isUnclosed(token: IToken): boolean {
    return token.tokenType.name === 'STRING' && !/^"([^"\\]|\\.)*"$/s.test(token.image);
}

const UNCLOSED_TEXT = 'This text has no closing quote on its line.';
const UNCLOSED_COMMENT = 'This comment has no end: */ is missing.';

function lexingError(message: string, token: IToken): ILexingError {
    return {
        message,
        offset: token.startOffset,
        line: token.startLine,
        column: token.startColumn,
        length: token.image.length
    };
}

/** Nothing is left to parse, and one message says why. */
function refuse(message: string, at?: IToken): LexerResult {
    const error = at ? lexingError(message, at) : { message, offset: 0, line: 1, column: 1, length: 1 };
    return { tokens: [], hidden: [], errors: [error], report: { diagnostics: [] } };
}
