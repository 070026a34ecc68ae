/**
 * Shell lines: the commands of a line, each as its words (M12). A part that is not static has no words and makes the
 * whole line unknown: one `$(…)` anywhere can expand to any text, and misreading a line would let an attack through.
 *
 *     line    = command { ( ";" | "&" | "&&" | "||" | "|" | line break ) command } [ ";" | "&" ]
 *     command = words and redirections, at least one word
 *
 * The library reads the line as bash does. Its result counts only if the line also keeps to the grammar below, which
 * sh, bash, zsh and ksh all read alike: WORD checks each word, and SKELETON checks the line without its words.
 */
import type { CommandArgument, Redirection, Statement, Word } from 'unbash';
import { parse } from 'unbash';

export interface ShellLine {
    /** Every simple command of the line, as its unquoted words; at least one command, each of at least one word. */
    readonly commands: readonly (readonly string[])[];
    /** True if anything in the line reads from or writes to a file or a descriptor other than its own. */
    readonly redirects: boolean;
}

/** The commands that the line runs, or undefined if they cannot be determined from its text alone, for every shell. */
export function shellLine(text: string): ShellLine | undefined {
    if (!new LineBudget().take(text)) {
        return undefined;
    }
    if (latest?.text !== text) {
        latest = { text, line: lineOf(text) };
    }
    return latest.line;
}

/** The line that was read last, because most conditions of a decision read the same line. */
let latest: { readonly text: string; readonly line: ShellLine | undefined } | undefined;

function lineOf(text: string): ShellLine | undefined {
    if (FORBIDDEN.test(text)) {
        return undefined;
    }
    const reading = new Reading(text);
    return reading.readLine() ? { commands: reading.commands, redirects: reading.redirects } : undefined;
}

/** The program that a command runs, as written: `/bin/rm` and `rm` are different. Undefined if there are no words. */
export function programOf(words: readonly string[]): string | undefined {
    return words[0];
}

/**
 * True if the command starts with the words of the prefix. Only whole words count: `npm test -- -u` starts with `npm
 * test`, `npm testevil` does not. Undefined if the prefix is not one static command without redirections.
 */
export function startsWithWords(words: readonly string[], prefix: string): boolean | undefined {
    if (latestPrefix?.prefix !== prefix) {
        latestPrefix = { prefix, words: wordsOfCommand(prefix) };
    }
    const wanted = latestPrefix.words;
    return wanted?.every((word, index) => words[index] === word);
}

/** The prefix that was read last, because usually all commands of a line are compared with the same one. */
let latestPrefix: { readonly prefix: string; readonly words: readonly string[] | undefined } | undefined;

/** The words of a line that is a single command without redirections; undefined for every other line. */
export function wordsOfCommand(text: string): readonly string[] | undefined {
    if (text.length <= LONGEST_LINE && PLAIN_COMMAND.test(text)) {
        // This is a fast path: nothing in the line has a meaning to a shell, so it need not be parsed.
        const words = text.split(' ');
        return isPlainCommand(words) ? words : undefined;
    }
    const line = shellLine(text);
    return line?.commands.length === 1 && !line.redirects ? line.commands[0] : undefined;
}

/** One text for each list of words: a single blank between them, and quotes where a shell needs them. */
export function commandText(words: readonly string[]): string {
    return words.map((word) => (PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}

/**
 * The maximum length of a line: a longer one is unknown, because reading a line takes up to a microsecond per
 * character.
 */
export const LONGEST_LINE = 32_767;

/**
 * The maximum number of `<<` in a line, quoted or not: a line with more is unknown, because for each one the library
 * copies the list of the previous ones.
 */
export const MOST_HERE_DOCUMENTS = 500;

/**
 * The maximum number of `;`, `&`, `|`, `<`, `>` and line breaks in a line, quoted or not: a line with more is unknown,
 * because each part between them takes microseconds.
 */
export const MOST_OPERATORS = 4_096;

/** Counts the lines that one condition may still read. */
export class LineBudget {
    private characters = LONGEST_LINE;
    private documents = MOST_HERE_DOCUMENTS;
    private operators = MOST_OPERATORS;

    /** True if this line can still be read. */
    take(text: string): boolean {
        if (text === '') {
            return true;
        }
        this.characters -= text.length;
        if (this.characters < 0) {
            return false;
        }
        this.documents -= text.split('<<').length - 1;
        this.operators -= text.match(/[;&|<>\n]/g)?.length ?? 0;
        return this.documents >= 0 && this.operators >= 0;
    }
}

const PLAIN_COMMAND = /^[\w./:,+@-]+(?: [\w./:,+@-]+)*$/;

/** Matches control characters except the line feed, and lone surrogates: programs disagree about their meaning. */
// oxlint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\ud800-\udfff]/u;

/**
 * A word as written. Without quotes: ASCII only, since some shells treat other blanks as separators; no `$`, backquote,
 * `*?[]{}()` or `!#^`; `=` only after a letter, digit, `_` or `-` (`''=ls` is `/bin/ls` in zsh); and `~` only after a
 * letter or digit, so that it is never expanded. In double quotes: no `$`, backquote or `!` (history), and no backslash
 * at the end of a line.
 */
const WORD = /^(?:[\w./:,+@%-]|(?<=[\w-])=|(?<=[A-Za-z0-9])~|\\[ -~]|'[^']*'|"(?:[^"\\$`!]|\\[^\n!])*")+$/;

/** Matches a word without expansions. */
const PLAIN = /^[\w./:,+@-]+(?:(?<=[\w-])=[\w./:,+@-]*)?$/;

/** The line with a `w` for each word: redirections with at most one digit (dash), and no `&>`, `|&`, `<<` or `;;`. */
const ITEM = String.raw`(?:\d?(?:<>|>>|>\||[<>]&|[<>]) *)?w`;
const COMMAND = String.raw`${ITEM}(?: *${ITEM})* *`;
const SKELETON = new RegExp(
    String.raw`^[ \n]*${COMMAND}(?:(?:;|&(?!>)&?|\|\|?|\n)[ \n]*${COMMAND})*(?:[;&\n][ \n]*)?$`
);

/** Walks the library's syntax tree and records the words and their places. */
class Reading {
    readonly commands: string[][] = [];
    redirects = false;
    private skeleton = '';
    private end = 0;

    constructor(private readonly text: string) {}

    readLine(): boolean {
        try {
            const { commands, errors, shebang } = parse(this.text);
            if (errors?.length || shebang !== undefined || !commands.every((command) => this.readNode(command))) {
                return false;
            }
        } catch {
            // The line is nested too deeply for the library.
            return false;
        }
        return SKELETON.test(this.skeleton + this.text.slice(this.end));
    }

    private readNode(node: Statement | Statement['command']): boolean {
        switch (node.type) {
            case 'Statement':
                return this.readNode(node.command);
            case 'AndOr':
                return node.commands.every((command) => this.readNode(command));
            case 'Pipeline':
                return node.prefixes.length === 0 && node.commands.every((command) => this.readNode(command));
            case 'Command': {
                const words: string[] = [];
                const items = [...node.prefix, ...(node.name ? [node.name] : []), ...node.suffix];
                const read = items.every((item) => this.readItem(item, words));
                this.commands.push(words);
                return read && isPlainCommand(words);
            }
            default:
                return false;
        }
    }

    private readItem(item: CommandArgument | Redirection, words: string[]): boolean {
        if (item.type === 'Word') {
            words.push(item.value);
            return this.readWord(item);
        }
        if (item.type !== 'Redirect' || !item.target) {
            return false;
        }
        this.redirects = true;
        // After `>&`, anything but a digit or `-` is a file to one shell and an error to another; `<1-9>` is a glob in
        // zsh.
        const { text } = item.target;
        const isAlike = item.operator.endsWith('&') ? /^[\d-]$/.test(text) : !/^\d*-\d*$/.test(text);
        return this.readWord(item.target) && isAlike;
    }

    private readWord({ pos, end }: Word): boolean {
        const written = this.text.slice(pos, end);
        this.skeleton += `${this.text.slice(this.end, pos)}w`;
        this.end = end;
        return WORD.test(written);
    }
}

function isPlainCommand([program, ...args]: readonly string[]): boolean {
    return (
        program !== undefined &&
        // Such a word is an assignment, an option of the shell itself, a job, or a folder.
        !/[=~]|^[%-]/.test(program) &&
        !NO_PROGRAMS.has(program) &&
        !(EVALUATING.has(program) && args.some((arg) => /[$`[]|^-v/.test(arg)))
    );
}

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** The words that belong to the grammar of some shell, take other words as commands, or give them another meaning. */
const NO_PROGRAMS = setOf(
    'if then elif else fi for foreach while until do done end case esac select function repeat time coproc ' +
        'eval source . exec command builtin noglob nocorrect trap alias unalias hash enable disable autoload ' +
        'export readonly declare typeset local integer float nameref let read vared mapfile readarray getopts ' +
        'unset set shopt setopt unsetopt emulate bind bindkey complete compgen fc history functions unfunction ' +
        'zmodload zle sched print bg fg jobs'
);

/**
 * The builtins that, in some shell, evaluate a quoted argument as arithmetic (and so run the command in `a[$(…)]`), or
 * set variables.
 */
const EVALUATING = setOf('printf test [ wait exit return shift break continue ulimit umask kill sleep');
