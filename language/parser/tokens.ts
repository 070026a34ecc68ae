import { type ILexingError, type IToken, Lexer, type TokenType, type TokenVocabulary } from 'chevrotain';
import { DefaultLexer, DefaultTokenBuilder, type LexerResult } from 'langium';
import { commentPattern, isUnclosedComment } from './comments.js';
import { markFieldDots } from './field-dots.js';
import { TOKENS } from '../generated/tokens.js';
import { KeywordTokens } from './keywords.js';
import { markNameWords } from './name-words.js';
import { tooDeep } from './nesting.js';
import { markToolAnnotations } from './tool-annotations.js';
import type { TerminalEntry } from '../grammar/token-table.js';
import { badEscapes, isExactNumber } from './values.js';

/**
 * The maximum size of a text: larger than any policy that a person reads (about 30,000 lines), and small enough to stay
 * responsive.
 */
export const MAX_FILE_LENGTH = 1_000_000;

/** The terminals of comments that may have more than one line. */
export const MULTILINE_COMMENTS: string[] = TOKENS.terminals
    .filter(({ hidden, isWhitespace, lineBreaks }) => hidden && lineBreaks && !isWhitespace)
    .map(({ name }) => name);

/** A glob such as `repo.*` starts like a name or a keyword, so it is tried before both. */
export class GuardrailTokenBuilder extends DefaultTokenBuilder {
    readonly keywords = new KeywordTokens();
    fieldDot: TokenType | undefined;
    name: TokenType | undefined;
    toolAt: TokenType | undefined;

    /** The base class derives the tokens from the grammar; `TOKENS` has everything that is needed. */
    override buildTokens(): TokenVocabulary {
        const terminals = TOKENS.terminals.map((terminal) => this.terminal(terminal));
        const keywords = TOKENS.keywords.map(([name, longer]): TokenType => ({
            name,
            PATTERN: name,
            // Without this, Chevrotain would search each of them for a line break.
            LINE_BREAKS: false,
            ...(longer.length > 0 && { LONGER_ALT: longer.map((index) => terminals[index]!) })
        }));
        const tokens = [...keywords, ...terminals];
        this.fieldDot = tokens.find((token) => token.name === 'FIELD_DOT');
        this.name = tokens.find((token) => token.name === 'ID');
        this.toolAt = tokens.find((token) => token.name === 'TOOL_AT');
        const glob = tokens.filter((token) => token.name === 'TOOL_GLOB');
        return this.keywords.prepare([...glob, ...tokens.filter((token) => token.name !== 'TOOL_GLOB')]);
    }

    private terminal({ name, source, flags, hidden, isWhitespace, lineBreaks, beginnings }: TerminalEntry): TokenType {
        const regex = new RegExp(source, flags);
        return {
            name,
            PATTERN: this.requiresCustomPattern(regex) ? this.regexPatternFunction(regex) : regex,
            LINE_BREAKS: lineBreaks,
            START_CHARS_HINT: [...beginnings],
            ...(hidden && { GROUP: isWhitespace ? Lexer.SKIPPED : 'hidden' }),
            ...(name === 'ML_COMMENT' && { PATTERN: commentPattern() })
        };
    }
}

/** Rejects texts that are not policies with a single message: binary data and files that are too large. */
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
        const { keywords, fieldDot, name, toolAt } = this.tokenBuilder as GuardrailTokenBuilder;
        keywords.classify(result.tokens);
        if (name) {
            markNameWords(result.tokens, name);
        }
        if (fieldDot) {
            markFieldDots(result.tokens, fieldDot, (token) => keywords.isStatement(token));
        }
        if (toolAt) {
            markToolAnnotations(result.tokens, toolAt);
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
                ...result.hidden.filter(isUnclosedComment).map((token) => lexingError(UNCLOSED_COMMENT, token)),
                ...result.tokens.flatMap(valueErrors)
            ]
        };
    }
}

/** True if the token is a text whose closing quote is missing. */
export function isUnclosed(token: IToken): boolean {
    return token.tokenType.name === 'STRING' && !/^"([^"\\]|\\.)*"$/s.test(token.image);
}

/** An error of the lexer with the code under which it is reported; without a code, it is GR101. */
export type CodedError = ILexingError & { readonly code?: string };

/** The errors of a text or a number whose value would differ from what is written (GR107, GR108). */
function valueErrors(token: IToken): CodedError[] {
    if (token.tokenType.name === 'STRING') {
        return badEscapes(token.image).map(({ offset, text }) => ({
            ...lexingError(
                `\`${text}\` is not an escape: texts have the escapes of JSON, such as \`\\n\`, \`\\"\` and \`\\u00e9\`. For a backslash write \`\\\\\`.`,
                token
            ),
            offset: token.startOffset + offset,
            column: (token.startColumn ?? 1) + offset,
            length: text.length,
            code: 'GR107'
        }));
    }
    return token.tokenType.name === 'NUMBER' && !isExactNumber(token.image)
        ? [
              {
                  ...lexingError(
                      `This number would be read as ${Number(token.image)}. A whole number up to ${Number.MAX_SAFE_INTEGER} and a number of up to 15 digits are exact; compare a longer one as a text.`,
                      token
                  ),
                  code: 'GR108'
              }
          ]
        : [];
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

/** A result in which nothing is left to parse, with a single message that gives the reason. */
function refuse(message: string, at?: IToken): LexerResult {
    const error = at ? lexingError(message, at) : { message, offset: 0, line: 1, column: 1, length: 1 };
    return { tokens: [], hidden: [], errors: [error], report: { diagnostics: [] } };
}
