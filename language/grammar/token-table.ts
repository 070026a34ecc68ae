/**
 * The view that a lexer has of a grammar: its keywords and terminals, and the terminals that continue after a keyword.
 * It is computed with the grammar and stored in `generated/tokens.ts`, because computing it takes longer than reading
 * most policies.
 */
import { GrammarAST, GrammarUtils, RegExpUtils } from 'langium';

/** The table as plain data, in the order in which the tokens are tried, except for the changes of `tokens.ts`. */
export interface TokenTable {
    /** The keywords, longest first, with the indices of terminals that may match a longer text. */
    readonly keywords: readonly (readonly [keyword: string, longer: readonly number[]])[];
    readonly terminals: readonly TerminalEntry[];
}

export interface TerminalEntry {
    readonly name: string;
    readonly source: string;
    readonly flags: string;
    /** True if the terminal is not part of any rule, because it only occurs between tokens. */
    readonly hidden: boolean;
    readonly isWhitespace: boolean;
    /** True if a text of this terminal may have more than one line. */
    readonly lineBreaks: boolean;
    /** The characters that a text of this terminal may start with. */
    readonly beginnings: string;
}

export function tokenTableOf(grammar: GrammarAST.Grammar): TokenTable {
    const rules = grammar.rules.filter(GrammarAST.isTerminalRule).filter(({ fragment }) => !fragment);
    const terminals = rules.map((rule): TerminalEntry => {
        const regex = GrammarUtils.terminalRegex(rule);
        const [isWhitespace, hasCustom] = [RegExpUtils.isWhitespace(regex), /[us]/.test(regex.flags)];
        const beginning = RegExpUtils.partialRegExp(`^${regex.source}`);
        return {
            name: rule.name,
            source: regex.source,
            flags: regex.flags,
            hidden: rule.hidden,
            isWhitespace,
            beginnings: CHARACTERS.filter((character) => beginning.exec(character)?.[0] === character).join(''),
            // Such characters only separate tokens: no other token contains them.
            lineBreaks: hasCustom || (rule.hidden && RegExpUtils.isMultilineComment(regex))
        };
    });
    const keywords = new Set<string>();
    grammar.rules.filter(GrammarAST.isParserRule).forEach(({ definition }) => collectKeywords(definition, keywords));
    return {
        keywords: [...keywords]
            .sort((a, b) => b.length - a.length)
            .map((keyword) => [
                keyword,
                terminals.flatMap((terminal, index) =>
                    !NEVER_LONGER.has(terminal.name) && mayBegin(terminal, keyword) ? [index] : []
                )
            ]),
        terminals
    };
}

/** The keywords that look like names, and those of them that no rule for names takes. */
export function keywordsOf(grammar: GrammarAST.Grammar): {
    readonly keywords: readonly string[];
    readonly neverNames: readonly string[];
} {
    const words = new Set<string>();
    grammar.rules.filter(GrammarAST.isParserRule).forEach(({ definition }) => collectKeywords(definition, words));
    const keywords = [...words].filter((word) => /^\w+$/.test(word)).sort();
    const rule = grammar.rules.find(({ name }) => name === 'KEYWORD_NAME');
    const names = GrammarAST.isTerminalRule(rule) ? GrammarUtils.terminalRegex(rule) : undefined;
    return { keywords, neverNames: keywords.filter((word) => names?.exec(word)?.[0] !== word) };
}

const CHARACTERS = Array.from({ length: 0x1_0000 }, (_, code) => String.fromCharCode(code));

/**
 * The tokens without longer alternatives: they are tried before all keywords, match no text, and begin unlike any
 * keyword.
 */
const NEVER_LONGER: ReadonlySet<string> = new Set([
    ...['TOOL_GLOB', 'KEYWORD_NAME', 'FIELD_DOT', 'TOOL_AT', 'STATEMENT_END', 'ML_COMMENT']
]);

/** True if some text of the terminal starts like the given text. */
function mayBegin({ source, flags }: TerminalEntry, text: string): boolean {
    return !/[us]/.test(flags) && RegExpUtils.partialMatches(`^${source}$`, text);
}

/** Collects the keywords in text order, without duplicates. */
function collectKeywords(element: GrammarAST.AbstractElement, keywords: Set<string>): void {
    if (GrammarAST.isKeyword(element)) {
        keywords.add(element.value);
    } else if (GrammarAST.isGroup(element) || GrammarAST.isAlternatives(element)) {
        element.elements.forEach((part) => collectKeywords(part, keywords));
    } else if (GrammarAST.isAssignment(element)) {
        collectKeywords(element.terminal, keywords);
    }
}
