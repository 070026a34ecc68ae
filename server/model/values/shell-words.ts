/**
 * The words of shell lines, as far as the line determines them: what a variable, a glob or the output of a program adds
 * to a word is not known, and the rest of the word is.
 */
import type { DoubleQuotedChild, Word as WordNode, WordPart } from 'unbash';

/** A word without quotes, or a word of which only some pieces are known. */
export type Word = string | OpenWord;

export interface OpenWord {
    /** The word as the line writes it. */
    readonly source: string;
    readonly pieces: OpenText;
    /** `one`: it is one word; `files`: none or several, each of which the pieces fit; `any`: none or several. */
    readonly count: 'one' | 'files' | 'any';
    /** True if it is a number, or none. */
    readonly isNumber?: boolean;
}

/** The pieces of a text in their order, with undefined for a piece that can be any text. */
export type OpenText = readonly (string | undefined)[];

/** What the line says of its variables. */
export interface Values {
    /** The value, if the line itself determines it. */
    get(name: string): string | undefined;
    /** True if any value of the variable is one word without quotes, too. */
    isOneWord(name: string): boolean;
    /** True if the value of the variable is a number, if it has one. */
    isNumber(name: string): boolean;
}

/** A word, or several, of which nothing is known. */
export function anyWords(source: string): OpenWord {
    return { source: shortened(source), pieces: [undefined], count: 'any' };
}

/** The words that a word of the line stands for: usually one, but none or several for a variable without quotes. */
export function readWord(node: WordNode, values: Values): readonly Word[] {
    return new WordReader(node, values, false).words;
}

/** The word that is assigned to a variable, which is always one. */
export function readValue(node: WordNode, values: Values): Word {
    return new WordReader(node, values, true).words[0] ?? '';
}

/** One text for each list of words: a single blank between them, and quotes where a shell needs them. */
export function textOfWords(words: readonly Word[]): string | OpenText {
    if (words.every((word) => typeof word === 'string')) {
        return words.map(quoted).join(' ');
    }
    const pieces: (string | undefined)[] = [];
    words.forEach((word, index) => {
        if (typeof word === 'string') {
            add(pieces, `${index > 0 ? ' ' : ''}${quoted(word)}`);
            return;
        }
        if (index > 0 && word.count === 'one') {
            add(pieces, ' ');
        }
        // A quote may precede a piece, and a piece with quotes of its own is written in another way.
        add(pieces, undefined);
        word.pieces
            .filter((piece) => piece !== undefined && !/'/.test(piece))
            .forEach((piece) => {
                add(pieces, piece);
                add(pieces, undefined);
            });
    });
    return pieces;
}

function quoted(word: string): string {
    return PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Matches a word without expansions. */
const PLAIN = /^[\w./:,+@-]+(?:(?<=[\w-])=[\w./:,+@-]*)?$/;

/** True if the word can be this text; for a word that may be several, if the first of them can. */
export function canBe(word: Word, text: string): boolean {
    if (typeof word === 'string') {
        return word === text;
    }
    return word.count === 'any' ? text.startsWith(word.pieces[0] ?? '') : canBeText(word.pieces, text);
}

/** True if the pieces can be this text. */
export function canBeText(pieces: OpenText, text: string): boolean {
    let at = 0;
    for (const [index, piece] of pieces.entries()) {
        if (piece === undefined) {
            continue;
        }
        const isLast = index === pieces.length - 1;
        const found = index === 0 ? (text.startsWith(piece) ? 0 : -1) : text.indexOf(piece, at);
        const start = isLast && index > 0 ? text.length - piece.length : found;
        if (found < 0 || start < at || (isLast && !text.endsWith(piece)) || (isLast && index === 0 && text !== piece)) {
            return false;
        }
        at = start + piece.length;
    }
    return true;
}

function add(pieces: (string | undefined)[], piece: string | undefined): void {
    const last = pieces.at(-1);
    if (pieces.length === 0 || (piece === undefined) !== (last === undefined)) {
        pieces.push(piece);
    } else if (piece !== undefined) {
        pieces[pieces.length - 1] = last! + piece;
    }
}

/** The beginning of a long text, for a message. */
export function shortened(text: string): string {
    return text.length > LONGEST_SOURCE ? `${text.slice(0, LONGEST_SOURCE - 1)}…` : text;
}

const LONGEST_SOURCE = 80;

/** zsh replaces `=ls` by the path of `ls`. */
const ZSH_PATH = /^(?:''|"")*=[^=]/;

/** Splits and globs would change such a value of a variable that stands without quotes. */
const SPLITS = /[*?[\\\]()^~]/;

/** Tildes that a shell replaces by a home folder. */
const TILDE = /(?<![^:=])~[^/:]*/g;

/** Variables whose value is the path of a folder from the root, unless the line assigns them. */
const FOLDERS = /^(?:HOME|PWD)$/;

/** Blanks outside of ASCII, at which some shells separate words. */
const BLANK = /[\p{Z}\u0085\u180e\u200b\u2060\ufeff]/u;

class WordReader {
    readonly words: Word[] = [];
    private readonly source: string;
    /** True if braces may stand for several words, however shells pair them. */
    private readonly hasBraces: boolean;
    private pieces: (string | undefined)[] = [];
    private count: OpenWord['count'] = 'one';
    private isPresent = false;
    private isNumber = false;

    constructor(
        { text, value, parts }: WordNode,
        private readonly values: Values,
        /** True if nothing separates the word into several. */
        private readonly isValue: boolean
    ) {
        this.source = text;
        this.hasBraces = /,|\.\./.test(text.slice(text.indexOf('{') + 1 || text.length));
        if (ZSH_PATH.test(text)) {
            this.gap(parts || this.hasBraces ? 'any' : 'one');
        } else if (parts) {
            parts.forEach((part) => this.part(part, isValue));
        } else {
            this.literal(text, value);
        }
        this.endWord();
    }

    private part(part: WordPart | DoubleQuotedChild, isQuoted: boolean): void {
        switch (part.type) {
            case 'Literal':
                return isQuoted && !this.isValue ? this.text(part.value) : this.literal(part.text, part.value);
            case 'SingleQuoted':
                this.isPresent = true;
                return this.text(part.value);
            case 'DoubleQuoted':
                this.isPresent = true;
                return part.parts.forEach((inner) => this.part(inner, true));
            case 'SimpleExpansion':
                return this.variable(part.text.slice(1), isQuoted);
            case 'ParameterExpansion': {
                const isPlain = part.text === `\${${part.parameter}}`;
                return this.variable(isPlain ? part.parameter : part.prefix === '#' ? '#' : '', isQuoted);
            }
            case 'Glob':
                return isQuoted ? this.text(part.text) : this.gap('files');
            case 'ArithmeticExpansion':
            case 'ProcessSubstitution':
                return this.gap('one');
            case 'AnsiCQuoted':
            case 'LocaleString':
                // sh reads these as a dollar sign before a text in quotes.
                this.isPresent = true;
                return this.gap(part.type === 'LocaleString' && part.text.includes('@') ? 'any' : 'one');
            default:
                return this.gap(isQuoted ? 'one' : 'any');
        }
    }

    /** A piece that is not known. */
    private gap(count: OpenWord['count']): void {
        this.count = count === 'one' || this.count === 'any' ? this.count : count;
        add(this.pieces, undefined);
    }

    /** Text outside of quotes, as written and without its backslashes. */
    private literal(written: string, value: string): void {
        this.isPresent = true;
        if ((/[^\0-\x7f]/.test(written) && BLANK.test(written)) || (this.hasBraces && written.includes('{'))) {
            this.gap(this.isValue ? 'one' : 'any');
        } else if (!written.includes('~')) {
            this.text(value);
        } else if (written !== value) {
            this.gap('one');
        } else {
            let at = 0;
            for (const { index, 0: tilde } of value.matchAll(TILDE)) {
                this.text(value.slice(at, index));
                // What follows in the word could be part of the name after the tilde.
                const isHome = this.source === '~' || this.source.startsWith('~/');
                if (index === 0 && this.pieces.length === 0 && isHome && this.values.isOneWord('HOME')) {
                    this.text('/');
                }
                this.gap('one');
                at = index + tilde.length;
            }
            this.text(value.slice(at));
        }
    }

    private text(value: string): void {
        if (value !== '') {
            this.isPresent = true;
            add(this.pieces, value);
        }
    }

    private variable(name: string, isQuoted: boolean): void {
        const value = this.values.get(name);
        if (value === undefined) {
            // "$@" and "${a[@]}" are several words in quotes, too.
            const isList = name === '@' || (name === '' && /@/.test(this.source));
            if (!isQuoted && this.values.isNumber(name)) {
                this.isNumber = this.pieces.length === 0;
                return this.gap('any');
            }
            const isOneWord = this.values.isOneWord(name);
            if (isOneWord && FOLDERS.test(name)) {
                this.text('/');
            }
            return this.gap(!isList && (isQuoted || isOneWord) ? 'one' : 'any');
        }
        if (isQuoted) {
            return this.text(value);
        }
        if (SPLITS.test(value)) {
            return this.gap('any');
        }
        value.split(/[ \t\n]+/).forEach((word, index) => {
            if (index > 0) {
                this.endWord();
            }
            this.text(word);
        });
    }

    private endWord(): void {
        const { pieces, count } = this;
        if (pieces.includes(undefined)) {
            const isNumber = this.isNumber && pieces.length === 1;
            this.words.push({ source: shortened(this.source), pieces, count, ...(isNumber && { isNumber }) });
        } else if (this.isPresent) {
            this.words.push(pieces.join(''));
        }
        this.pieces = [];
        this.count = 'one';
        this.isPresent = false;
        this.isNumber = false;
    }
}
