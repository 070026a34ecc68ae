/** Small changes of an unreadable text, each of which may be what its author meant. */
import type { IToken } from 'chevrotain';
import { UNITS } from './durations.js';

/** The offsets of the change in the text. */
export interface TextChange {
    readonly title: string;
    readonly from: number;
    readonly to: number;
    readonly text: string;
    /** True if this is very likely what was meant, provided that the text is readable afterwards. */
    readonly isLikely?: true;
}

/** The signs of other languages, with their equivalents in this one. */
const SIGNS: readonly (readonly [RegExp, string])[] = [
    [/^&&?/, 'and'],
    [/^\|\|/, 'or'],
    [/^(?:≠|<>|=\/=)/, '!='],
    [/^(?:≤|=<)/, '<='],
    [/^(?:≥|=>)/, '>='],
    [/^(?:→|=>|>)/, '->'],
    [/^===?=?/, '=='],
    [/^!==/, '!='],
    [/^=/, '=='],
    [/^!(?!=)\s*/, 'not '],
    [/^#/, '//'],
    [/^[…]/, '..'],
    [/^\.\.\./, '..'],
    [/^;(?=\s*[\w`]+\.)/, ',']
];

/** The changes for a character without a meaning, a text without its end, or a comment without its end. */
export function characterChanges(text: string, from: number, to: number): TextChange[] {
    const marked = text.slice(from, to);
    if (marked.startsWith('"')) {
        return closings(text, from);
    }
    if (marked.startsWith('/*')) {
        const end = from + marked.trimEnd().length;
        return [{ title: 'End the comment with `*/`', from: end, to: end, text: ' */', isLikely: true }];
    }
    const quotes = straightQuotes(text, from);
    const rest = text.slice(from);
    return [
        ...(quotes ? [quotes] : []),
        ...signsAt(text, from),
        // This removes punctuation at the end of a statement, or a stray character.
        {
            title: `Remove \`${marked}\``,
            from,
            to: from + (/^;+/.exec(rest)?.[0].length ?? Math.max(1, marked.length)),
            text: '',
            isLikely: true
        }
    ];
}

function signsAt(text: string, from: number): TextChange[] {
    const rest = text.slice(from);
    return SIGNS.flatMap(([sign, meant]): TextChange[] => {
        const found = sign.exec(rest)?.[0];
        return found === undefined || found === meant
            ? []
            : [
                  {
                      title: `Change \`${found.trim()}\` to \`${meant.trim()}\``,
                      from,
                      to: from + found.length,
                      text: spaced(text, from, from + found.length, meant),
                      isLikely: true
                  }
              ];
    });
}

/** A word needs blanks around it, but a symbol does not. */
function spaced(text: string, from: number, to: number, word: string): string {
    if (!/^[a-z]+$/.test(word)) {
        return word;
    }
    return `${/\s$/.test(text.slice(0, from)) ? '' : ' '}${word}${/^\s/.test(text.slice(to)) ? '' : ' '}`;
}

const QUOTE = /[“”„«»‘’']/;

/** Matches the rest of the text after the opening quote. */
const CLOSING: { readonly [quote: string]: RegExp } = {
    '“': /[”“]/,
    '”': /[”“]/,
    '„': /[“”]/,
    '«': /»/,
    '»': /«/,
    '‘': /[’‘]/,
    '’': /[’‘]/
};

/** The change for a text in quotes other than double ones, on one line. */
function straightQuotes(text: string, from: number): TextChange | undefined {
    if (!QUOTE.test(text[from] ?? '')) {
        return undefined;
    }
    const line = /^[^\r\n]*/.exec(text.slice(from + 1))![0];
    const end = line.search(CLOSING[text[from]!] ?? /'/);
    if (end < 0) {
        return undefined;
    }
    const inside = line.slice(0, end).replace(/(["\\])/g, '\\$1');
    return {
        title: 'Write the text in double quotes',
        from,
        to: from + 1 + end + 1,
        text: `"${inside}"`,
        isLikely: true
    };
}

/** The places where the missing quote may belong: before the token that follows a text, or at the end of the line. */
function closings(text: string, from: number): TextChange[] {
    const line = /^[^\r\n]*/.exec(text.slice(from + 1))![0];
    const places = Array.from(
        line.matchAll(/\s*(?:\)|\]|\}|,|:(?=\s|$)|->|\s(?:because|when|unless|valid)\b|\/\/|$)/g)
    );
    return places.map(({ index }) => ({
        title: 'Close the text with `"`',
        from: from + 1 + index,
        to: from + 1 + index,
        text: '"'
    }));
}

/** The tokens that may be missing before the one at which the parser stopped. */
const MISSING = [
    ...[')', ']', '}', ':', ',', '))', '->', '-> allowed', '"'],
    ...['when', 'for', 'by', 'of', 'to', 'is', 'then', 'and', 'once', 'in', 'with', 'before', 'calls', 'from', 'tools']
];

/** The clauses of a rule, in the order of the grammar. */
const CLAUSES = ['when', 'unless', 'valid', 'timeout', 'per', 'until', 'within', 'because'];

/**
 * The changes for the token at `offset`, at which the parser stopped.
 * @param near returns the keywords similar to a misspelt one
 */
export function tokenChanges(
    text: string,
    tokens: readonly IToken[],
    offset: number,
    near: (word: string) => readonly string[]
): TextChange[] {
    const found = tokens.findIndex((token) => token.startOffset >= offset);
    const index = found < 0 ? tokens.length : found;
    const token = tokens[index];
    const previous = tokens[index - 1];
    const end = previous ? endOf(previous) : 0;
    return [
        ...(token ? signsAt(text, token.startOffset) : []),
        ...(previous ? signsAt(text, previous.startOffset) : []),
        ...tokens.flatMap((number, at) =>
            at >= index - 1 && TIMED.includes(tokens[at - 1]?.image ?? '') ? durations(text, number.startOffset) : []
        ),
        ...grants(text, tokens, index),
        ...[previous, token, tokens[index + 1]].flatMap((word) => misspellings(word, near)),
        ...conditions(tokens, index),
        ...swappedClauses(text, tokens, index),
        ...MISSING.map((word) => ({
            title: `Insert \`${word}\``,
            from: end,
            to: end,
            text: /^[)\],:"]/.test(word) ? word : ` ${word}`
        })),
        ...closers(tokens, index),
        ...[token, previous].flatMap((word) => (word ? [removal(tokens, word)] : []))
    ];
}

function removal(tokens: readonly IToken[], token: IToken): TextChange {
    const before = tokens[tokens.indexOf(token) - 1];
    return {
        title: `Remove \`${token.image}\``,
        from: before ? endOf(before) : 0,
        to: endOf(token),
        text: ''
    };
}

/**
 * The parser stops at the clause that it cannot parse completely; a closing bracket may be missing further on, at the
 * end of a line or before the next clause.
 */
function closers(tokens: readonly IToken[], index: number): TextChange[] {
    const ends = tokens.filter(
        (_, at) =>
            at >= index &&
            (at === tokens.length - 1 || startsLine(tokens, at + 1) || CLAUSES.includes(tokens[at + 1]!.image))
    );
    return ends.slice(0, MOST_ENDS).flatMap((last) =>
        [')', ']', '}'].map((text) => ({
            title: `Insert \`${text}\``,
            from: endOf(last),
            to: endOf(last),
            text
        }))
    );
}

const MOST_ENDS = 8;

function misspellings(token: IToken | undefined, near: (word: string) => readonly string[]): TextChange[] {
    const word = token?.image ?? '';
    if (!token || !/^[A-Za-z]{2,}$/.test(word)) {
        return [];
    }
    const meant = [...(word === 'if' ? ['when'] : []), ...near(word).slice(0, 3)];
    return meant
        .filter((other) => other !== word)
        .map((other) => ({
            title: `Change \`${word}\` to \`${other}\``,
            from: token.startOffset,
            to: endOf(token),
            text: other,
            isLikely: true
        }));
}

/** The words that a duration follows. */
const TIMED = ['within', 'valid', 'timeout', 'wait', 'for'];

/** The changes for `30 minutes`, and for `30` in place of a duration. */
function durations(text: string, offset: number): TextChange[] {
    const [whole = '', number = '', blank = '', word = ''] = /^(\d+)([ \t]*)([A-Za-z]*)/.exec(text.slice(offset)) ?? [];
    if (number === '') {
        return [];
    }
    const unit = UNITS.find(([pattern]) => pattern.test(word))?.[1];
    if (unit !== undefined && `${blank}${word}` !== unit) {
        const to = offset + whole.length;
        return [
            { title: `Write the duration \`${number}${unit}\``, from: offset, to, text: number + unit, isLikely: true }
        ];
    }
    return ['s', 'm', 'h', 'd'].map((each) => ({
        title: `Write the duration \`${number}${each}\``,
        from: offset,
        to: offset + number.length,
        text: number + each
    }));
}

/**
 * The changes for `allow mail.read by assistant` and `allow mail.read: assistant`, where the agent should come first.
 */
function grants(text: string, tokens: readonly IToken[], index: number): TextChange[] {
    const allow = tokens
        .slice(0, index + 1)
        .reverse()
        .find(({ image }) => image === 'allow');
    const rest = allow && text.slice(endOf(allow));
    const [whole = '', tools = '', agent = ''] =
        /^\s+([\w.*`-]+(?:\s*,\s*[\w.*`-]+)*)\s*(?::|\b(?:by|to|for)\b)\s*(\w+)/.exec(rest ?? '') ?? [];
    return allow && whole !== ''
        ? [
              {
                  title: `Write \`allow ${agent}: ${tools}\``,
                  from: endOf(allow),
                  to: endOf(allow) + whole.length,
                  text: ` ${agent}: ${tools}`,
                  isLikely: true
              }
          ]
        : [];
}

/** The changes for `when mail.read`, because a tool alone is not a condition. */
function conditions(tokens: readonly IToken[], index: number): TextChange[] {
    const name = tokens[index - 1];
    return name && tokens[index]?.image === '.'
        ? [
              {
                  title: 'Insert `once`',
                  from: name.startOffset,
                  to: name.startOffset,
                  text: 'once ',
                  isLikely: true
              }
          ]
        : [];
}

/** The changes for a clause in the wrong order. */
function swappedClauses(text: string, tokens: readonly IToken[], index: number): TextChange[] {
    const late = tokens[index];
    if (!late || !CLAUSES.includes(late.image)) {
        return [];
    }
    const end = endOfClause(tokens, index);
    return tokens
        .slice(0, index)
        .filter(({ image }) => CLAUSES.includes(image))
        .slice(-3)
        .reverse()
        .map((early) => {
            const moved = text.slice(late.startOffset, end);
            const kept = text.slice(early.startOffset, late.startOffset).trimEnd();
            return {
                title: `Write \`${late.image}\` before \`${early.image}\``,
                from: early.startOffset,
                to: end,
                text: `${moved} ${kept}`,
                isLikely: true
            };
        });
}

/** The index of the next clause, or of a word at the start of a line. */
function endOfClause(tokens: readonly IToken[], index: number): number {
    const next = tokens.findIndex(
        (token, other) => other > index && (CLAUSES.includes(token.image) || startsLine(tokens, other))
    );
    return endOf(tokens[(next < 0 ? tokens.length : next) - 1]!);
}

function startsLine(tokens: readonly IToken[], index: number): boolean {
    return (tokens[index]!.startLine ?? 0) > (tokens[index - 1]?.endLine ?? 0);
}

function endOf({ startOffset, image }: IToken): number {
    return startOffset + image.length;
}
