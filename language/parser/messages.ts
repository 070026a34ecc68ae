import type { IToken, TokenType } from 'chevrotain';
import { LangiumParserErrorMessageProvider } from 'langium';
import { nearest } from '../text/spelling.js';

/** Writes parse errors for authors: the token that was found, and the few most likely expected ones. */
export class GuardrailParserErrorMessageProvider extends LangiumParserErrorMessageProvider {
    override buildMismatchTokenMessage(options: {
        expected: TokenType;
        actual: IToken;
        previous: IToken;
        ruleName: string;
    }): string {
        if (options.expected.name === 'EOF') {
            return cannotStand(options.actual);
        }
        return (
            unfinished(options.actual) ??
            missingComma(options.expected, options.actual, options.ruleName) ??
            `Expected ${nameOf(options.expected)}, found ${found(options.actual)}.${misspelt(options.actual, options.previous)}`
        );
    }

    override buildNotAllInputParsedMessage(options: { firstRedundant: IToken; ruleName: string }): string {
        return cannotStand(options.firstRedundant);
    }

    override buildNoViableAltMessage(options: {
        expectedPathsPerAlt: TokenType[][][];
        actual: IToken[];
        previous: IToken;
        customUserDescription: string;
        ruleName: string;
    }): string {
        const rule = options.ruleName.replace(/\u200B/g, '');
        const actual = options.actual[0];
        const expected = EXPECTED[rule]
            ? `Expected ${EXPECTED[rule]}, found ${found(actual)}.`
            : expectedOneOf(options.expectedPathsPerAlt.flat(), actual);
        return (
            halfStatement(rule, actual, options.previous) ??
            expected + misspelt(...options.actual.slice(0, 1), options.previous)
        );
    }

    override buildEarlyExitMessage(options: {
        expectedIterationPaths: TokenType[][];
        actual: IToken[];
        previous: IToken;
        customUserDescription: string;
        ruleName: string;
    }): string {
        return expectedOneOf(options.expectedIterationPaths, options.actual[0]);
    }
}

/** Descriptions of rules with many possible beginnings. */
const EXPECTED: { readonly [rule: string]: string } = {
    AnnotatedElement: 'a rule or a claim after its annotations',
    UnaryCondition: 'a condition',
    AtomicCondition: 'a condition',
    Restriction: 'a condition, or `approval by` and a human or role',
    WhereCondition: 'one comparison, or a condition in parentheses',
    Term: 'a value: a parameter, a text in double quotes, a number, true, false or `host of …`',
    Event: 'a tool, a group or a selector such as `external tools`',
    Selector: 'a tool, a group or a selector such as `external tools`',
    ClaimBody: '`never`, `always`, `at most`, `no flow from`, `possible`, or a tool and `requires` or `is`',
    Type: 'a type',
    SimpleType: 'a type such as `string`, `int`, `bool`, `"a" | "b"` or `1..5`'
};

const STEP = 'Expected `calls`, `approves`, `refuses` or `happens`';
const STATEMENTS = ' A statement starts with a word such as allow, deny, require, order, claim or scenario.';

function cannotStand(token: IToken): string {
    if (token.image === 'policy') {
        return 'A file has one `policy` line, before everything else.';
    }
    return unfinished(token) ?? `${capital(found(token))} is unexpected here.${misspelt(token) || STATEMENTS}`;
}

/** Brackets of these rules contain no commas. */
const WITHOUT_COMMAS: ReadonlySet<string> = new Set(['Server', 'Modes', 'Mode', 'Pack', 'AtomicCondition']);

function missingComma(expected: TokenType, actual: IToken, ruleName: string): string | undefined {
    const isName = ['ID', 'QUOTED_NAME', 'KEYWORD_NAME'].includes(actual.tokenType?.name ?? '');
    return isName && [')', ']', '}'].includes(expected.name) && !WITHOUT_COMMAS.has(ruleName.replace(/\u200B/g, ''))
        ? `Expected \`,\` or \`${expected.name}\`, found ${found(actual)}. Separate the entries with commas.`
        : undefined;
}

/**
 * The name at the offset if it is not a plain name, such as `get-env`; otherwise undefined. A character next to a word
 * belongs to its name, because operators are surrounded by blanks. It may be the first character only with `isFirst`.
 */
export function nameWithOtherCharacters(text: string, offset: number, isFirst = false): PlacedName | undefined {
    const outside = /[\s()[\]{},:;"`=<>+|]/;
    let [start, end] = [offset, offset];
    while (start > 0 && offset - start < 100 && !outside.test(text[start - 1]!)) {
        start--;
    }
    while (end < text.length && end - offset < 100 && !outside.test(text[end]!)) {
        end++;
    }
    let at = start;
    for (const part of text.slice(start, end).split('.')) {
        if (offset <= at + part.length && (offset > at || isFirst || /^\d/.test(part))) {
            return /\p{L}/u.test(part) &&
                /^[\p{L}\p{N}_]/u.test(part) &&
                /[\p{L}\p{N}_]$/u.test(part) &&
                /[^\w*]|^\d/.test(part)
                ? { name: part, offset: at }
                : undefined;
        }
        at += part.length + 1;
    }
    return undefined;
}

export interface PlacedName {
    readonly name: string;
    readonly offset: number;
}

/**
 * The message of a parser error at the offset, with a suggestion if the parser took a misspelt word for a name: the
 * word before the error, or the second word of a step. A name of the author is never a misspelt word.
 *
 * @param isDeclared true for a name that the file declares or sees
 */
export function withSuggestion(
    message: string,
    text: string,
    offset: number,
    isDeclared: (name: string) => boolean
): string {
    const suggesting = misspeltIn(message, text, offset);
    const [suggestion, word] = /(?:^| )Did you mean `\w+` instead of `(\w+)`\?$/.exec(suggesting) ?? [];
    return word !== undefined && (isDeclared(word) || isNamePlace(word, text, offset))
        ? suggesting.slice(0, -suggestion!.length)
        : suggesting;
}

/** True if the word nearest to the offset follows a word that a name follows, or is a part of a dotted name. */
function isNamePlace(word: string, text: string, offset: number): boolean {
    const at = text.lastIndexOf(word, offset);
    return NAME_FOLLOWS.test(text.slice(Math.max(0, at - 50), at)) || text[at + word.length] === '.';
}

const NAME_FOLLOWS =
    /(?:\.|\b(?:policy|server|tool|label|trait|agent|human|role|event|group|define|entity|signal|session|modes|mode|pack|use|as|by|to|of|carries|enter|entered|approves|refuses|calls)\s+)$/;

function misspeltIn(message: string, text: string, offset: number): string {
    const end = Math.min(offset, text.length);
    if (message.startsWith(STEP)) {
        const verb = /^[\w`][^\s(]*\s+([A-Za-z_]\w*)/.exec(text.slice(end, end + 200))?.[1];
        return message + misspeltWord(verb ?? '');
    }
    const word = /([A-Za-z_]\w*)\s+$/.exec(text.slice(Math.max(0, end - 200), end))?.[1];
    return word !== undefined && message.endsWith(STATEMENTS)
        ? message.replace(STATEMENTS, misspeltWord(word) || STATEMENTS)
        : message;
}

/** Words that are often intended where a misspelt one is read as a name. */
const WORDS = [
    ...['policy', 'import', 'server', 'label', 'trait', 'agent', 'human', 'group', 'define', 'allow', 'deny'],
    ...['require', 'approval', 'order', 'claim', 'scenario', 'before', 'because', 'unless', 'when', 'where'],
    ...['once', 'since', 'carries', 'approved', 'caller', 'given', 'never', 'possible', 'requires', 'after', 'until'],
    ...['calls', 'approves', 'refuses', 'valid', 'timeout', 'implies', 'tools', 'except', 'reads', 'tool'],
    ...['role', 'event', 'limit', 'audit', 'clears', 'count', 'always', 'flow', 'happens']
];

/** The first of these that is similar to a keyword is the misspelt word. */
function misspelt(...tokens: readonly IToken[]): string {
    const words = tokens.filter((token) => token.tokenType?.name === 'ID').map((token) => token.image);
    return words.map(misspeltWord).find((text) => text !== '') ?? '';
}

/** Few misspell the beginning of a word, so `account` is not `count`; two letters may have changed places. */
function beginsAs(word: string): (other: string) => boolean {
    const [first, second] = word.toLowerCase();
    return (other) => other[0] === first || (other[0] === second && other[1] === first);
}

function misspeltWord(word: string): string {
    const meant = word.length > 3 && !WORDS.includes(word) ? nearest(word, WORDS.filter(beginsAs(word))) : undefined;
    return meant === undefined ? '' : ` Did you mean \`${meant}\` instead of \`${word}\`?`;
}

/** Statements whose first word could also be a name, so that the parser stops at that word when the rest is missing. */
function halfStatement(rule: string, actual: IToken | undefined, previous: IToken | undefined): string | undefined {
    if (rule === 'Restriction' && previous?.image === 'audit') {
        return `Expected \`deny\` or \`require\` after \`audit\`, found ${found(actual)}.`;
    }
    switch (`${rule} ${actual?.image ?? ''}`) {
        case 'Restriction approval':
            return 'Expected `approval by HUMAN for TOOLS`; this is incomplete.';
        case 'ClaimBody never':
        case 'ClaimBody possible':
            return `Expected a tool or a selector such as \`external tools\` after \`${actual!.image}\`.`;
        case 'ClaimBody always':
            return 'Expected a condition after `always`.';
        case 'ClaimBody at':
            return 'Expected `at most NUMBER TOOLS`; this is incomplete.';
        case 'ClaimBody no':
            return 'Expected `no flow from LABEL to TOOLS`; this is incomplete.';
        default:
            return rule === 'Step' && actual ? `${STEP} after ${found(actual)}.` : undefined;
    }
}

/** The parser returns an operator whose right side it cannot read. */
function unfinished(token: IToken): string | undefined {
    if (/^(==|!=|<=?|>=?)$/.test(token.image)) {
        return `\`${token.image}\` must be followed by a value: write a parameter, a text in double quotes, a number, true, false or \`host of …\`.`;
    }
    switch (token.image) {
        case 'in':
            return 'Expected a list of constants in brackets after `in`: `in ["a", "b"]`.';
        case 'since':
            return 'Expected a tool, a selector or `start` after `since`.';
        case '.':
            return 'A tool is not a condition by itself: write `once` before it, `since` and another tool after it, or compare its `count(…)` with a number.';
        case 'by':
            return 'Expected a name after `by`: `approved by HUMAN`, or `by AGENT` after a tool.';
        default:
            return undefined;
    }
}

/** Any keyword can be a name, so keywords are omitted where a name is expected too. */
function expectedOneOf(paths: readonly TokenType[][], actual: IToken | undefined): string {
    const first = paths.map((path) => path[0]).filter((token) => token !== undefined);
    const isName = first.some((token) => token.name === 'ID');
    const words = first.filter((token) => !isName || !/^[a-z]+$/.test(token.name)).map(nameOf);
    const distinct = [...new Set(words)].filter((word) => word !== 'a tool pattern' || !words.includes('a name'));
    const shown = distinct.slice(0, 6);
    const list = shown.length > 1 ? `${shown.slice(0, -1).join(', ')} or ${shown[shown.length - 1]}` : shown[0];
    return list === undefined
        ? `${capital(found(actual))} is unexpected here.`
        : `Expected ${list}${distinct.length > shown.length ? ' (among others)' : ''}, found ${found(actual)}.`;
}

const TERMINALS: { readonly [name: string]: string } = {
    ID: 'a name',
    QUOTED_NAME: 'a name',
    KEYWORD_NAME: 'a name',
    TOOL_GLOB: 'a tool pattern',
    STRING: 'a text in double quotes',
    NUMBER: 'a number',
    DURATION: 'a duration such as 15m',
    EOF: 'the end of the file'
};

function nameOf(token: TokenType): string {
    return TERMINALS[token.name] ?? `\`${token.name}\``;
}

function found(token: IToken | undefined): string {
    if (!token?.image) {
        return 'the end of the file';
    }
    const image = token.image.length > 40 ? `${token.image.slice(0, 40)}…` : token.image;
    return `\`${image.replace(/\s+/g, ' ')}\``;
}

function capital(text: string): string {
    return text[0]!.toUpperCase() + text.slice(1);
}
