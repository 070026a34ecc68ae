/** Generates sentences from the grammar: everything that can be written occurs, even if no example has it. */
import type { GrammarAST } from 'langium';
import fc from 'fast-check';
import { AstUtils, GrammarAST as Grammar, GrammarUtils } from 'langium';
import { STATEMENTS } from '../../../language/parser/keywords.js';
import { GuardrailGrammar } from '../../../language/generated/grammar.js';

type Element = GrammarAST.AbstractElement;
type Rule = GrammarAST.AbstractRule;

export const grammar = GuardrailGrammar();
export const entry = grammar.rules.find(
    (rule): rule is GrammarAST.ParserRule => Grammar.isParserRule(rule) && rule.entry
)!;
const rules = grammar.rules.filter((rule): rule is GrammarAST.AbstractParserRule => !Grammar.isTerminalRule(rule));

/** Every word and symbol of the language. */
export const keywords: readonly string[] = [
    ...new Set(
        AstUtils.streamAllContents(grammar)
            .filter((node): node is GrammarAST.Keyword => Grammar.isKeyword(node))
            .map((keyword) => keyword.value)
    )
];

/** A text for each terminal that the parser sees. */
const texts = new Map([
    ['ID', 'x'],
    ['QUOTED_NAME', '`q`'],
    ['STRING', '"t"'],
    ['NUMBER', '1'],
    ['DURATION', '5m'],
    ['REGEX', '/a/'],
    ['TOOL_GLOB', 's.*'],
    ['KEYWORD_NAME', 'x'],
    // The parser sees it where a statement starts before the one before it is complete.
    ['STATEMENT_END', '']
]);

/** Selects one of several continuations: alternatives are numbered, and so are repetition counts. */
export interface Choices {
    alternative(element: GrammarAST.Alternatives): number;
    times(element: Element): number;
}

/** The choices that make a sentence as short as possible. */
export const shortest: Choices = {
    alternative: (element) => indexOfLeast(element.elements.map(lengthOf)),
    times: ({ cardinality }) => (cardinality === '+' || !cardinality ? 1 : 0)
};

/** A sentence for the element: its words, with a line break before each one that starts a statement. */
export function sentence(element: Element, choices: Choices): string[] {
    return Array.from({ length: choices.times(element) }, () => once(element, choices)).flat();
}

export function join(words: readonly string[]): string {
    return words.join(' ').replaceAll(' \n', '\n').trim();
}

function once(element: Element, choices: Choices): string[] {
    if (Grammar.isKeyword(element)) {
        return [startsStatement(element) ? `\n${element.value}` : element.value];
    }
    if (Grammar.isAlternatives(element)) {
        return sentence(element.elements[choices.alternative(element)]!, choices);
    }
    const rule = calledRule(element);
    if (Grammar.isTerminalRule(rule)) {
        return [terminalText(rule)];
    }
    return partsOf(element).flatMap((part) => sentence(part, choices));
}

/** The children of an element, in order. */
function partsOf(element: Element): readonly Element[] {
    if (Grammar.isGroup(element) || Grammar.isUnorderedGroup(element)) {
        return element.elements;
    }
    if (Grammar.isAssignment(element)) {
        return [element.terminal];
    }
    if (Grammar.isAction(element)) {
        return [];
    }
    const rule = calledRule(element);
    if (rule && !Grammar.isTerminalRule(rule)) {
        return bodyOf(rule);
    }
    throw new Error(`There are no sentences yet for ${element.$type}.`);
}

function bodyOf(rule: GrammarAST.AbstractParserRule): readonly Element[] {
    return Grammar.isInfixRule(rule) ? [rule.call] : [rule.definition];
}

/** The rule that the element calls, if it is a rule call. */
export function calledRule(element: Element): Rule | undefined {
    if (Grammar.isRuleCall(element)) {
        return element.rule.ref;
    }
    if (Grammar.isCrossReference(element)) {
        return element.terminal ? calledRule(element.terminal) : grammar.rules.find((rule) => rule.name === 'ID');
    }
    return undefined;
}

function terminalText(rule: GrammarAST.TerminalRule): string {
    const text = texts.get(rule.name) ?? anyOf(rule);
    texts.set(rule.name, text);
    return text;
}

/** Some text that matches the regular expression of a terminal that is not listed here. */
function anyOf(rule: GrammarAST.TerminalRule): string {
    const pattern = GrammarUtils.terminalRegex(rule).source.replace(/\(\?(=|!)[^)]*\)/g, '');
    return fc.sample(fc.stringMatching(new RegExp(`^(?:${pattern})$`)), { numRuns: 1, seed: 1 })[0]!;
}

/** Only the first word of a rule starts a statement: `label` is also a kind of parameter. */
function startsStatement(keyword: GrammarAST.Keyword): boolean {
    const rule = AstUtils.getContainerOfType(keyword, Grammar.isParserRule);
    const isFirst = (element: Element): boolean =>
        element === keyword ||
        (Grammar.isAlternatives(element)
            ? element.elements.some(isFirst)
            : !Grammar.isRuleCall(element) && !Grammar.isCrossReference(element) && !Grammar.isKeyword(element)
              ? isFirstOf(partsOf(element))
              : false);
    const isFirstOf = ([first, ...rest]: readonly Element[]): boolean =>
        first !== undefined && (isFirst(first) || ((Grammar.isAction(first) || isOptional(first)) && isFirstOf(rest)));
    return rule !== undefined && STATEMENTS.has(keyword.value) && isFirst(rule.definition);
}

function isOptional({ cardinality }: Element): boolean {
    return cardinality === '?' || cardinality === '*';
}

const lengths = new Map<Rule, number>();

/** The number of words in the shortest sentence. */
function lengthOf(element: Element): number {
    if (isOptional(element)) {
        return 0;
    }
    if (Grammar.isKeyword(element)) {
        return 1;
    }
    if (Grammar.isAlternatives(element)) {
        return Math.min(...element.elements.map(lengthOf));
    }
    const rule = calledRule(element);
    return rule ? (lengths.get(rule) ?? Infinity) : sum(partsOf(element).map(lengthOf));
}

grammar.rules.filter(Grammar.isTerminalRule).forEach((rule) => lengths.set(rule, 1));
for (let changed = true; changed;) {
    changed = false;
    for (const rule of rules) {
        const length = sum(bodyOf(rule).map(lengthOf));
        if (length < (lengths.get(rule) ?? Infinity)) {
            lengths.set(rule, length);
            changed = true;
        }
    }
}

function sum(numbers: readonly number[]): number {
    return numbers.reduce((total, number) => total + number, 0);
}

function indexOfLeast(numbers: readonly number[]): number {
    return numbers.indexOf(Math.min(...numbers));
}
