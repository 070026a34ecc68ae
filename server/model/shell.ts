/**
 * Shell lines: the commands of a line, each as its words (M12). What is not static has no words, and the whole line is
 * unknown then: one `$(…)` anywhere can be any text, and a line that is misread lets an attack through.
 *
 *     line    = command { ( ";" | "&" | "&&" | "||" | "|" | line break ) command } [ ";" | "&" ]
 *     command = words and redirections, at least one word
 *
 * The library reads the line as bash does. What it reads counts only if the line also keeps to the grammar below, which
 * sh, bash, zsh and ksh all read alike; each word by WORD, and what is left of the line without its words by SKELETON.
 */
import type { CommandArgument, Redirection, Statement, Word } from 'unbash';
import { parse } from 'unbash';

export interface ShellLine {
    /** Every simple command of the line, as its words without their quotes; at least one, each of at least one word. */
    readonly commands: readonly (readonly string[])[];
    /** True if anything in the line reads from or writes to a file or another descriptor than its own. */
    readonly redirects: boolean;
}

/** The commands that the line runs, or undefined if that is not plain from its text alone, whichever shell reads it. */
export function shellLine(text: string): ShellLine | undefined {
    if (!new LineBudget().take(text)) {
        return undefined;
    }
    if (latest?.text !== text) {
        latest = { text, line: lineOf(text) };
    }
    return latest.line;
}

/** Most conditions of a decision ask about the same line. */
let latest: { readonly text: string; readonly line: ShellLine | undefined } | undefined;

function lineOf(text: string): ShellLine | undefined {
    if (FORBIDDEN.test(text)) {
        return undefined;
    }
    const reading = new Reading(text);
    return reading.readLine() ? { commands: reading.commands, redirects: reading.redirects } : undefined;
}

/** The program that a command runs, as it is written: `/bin/rm` and `rm` are two. Undefined without words. */
export function programOf(words: readonly string[]): string | undefined {
    return words[0];
}

/**
 * True if the command starts with the words of the prefix, whole words only: `npm test -- -u` starts with `npm test`,
 * `npm testevil` does not. Undefined if the prefix is not one static command without redirections.
 */
export function startsWithWords(words: readonly string[], prefix: string): boolean | undefined {
    if (latestPrefix?.prefix !== prefix) {
        latestPrefix = { prefix, words: wordsOfCommand(prefix) };
    }
    const wanted = latestPrefix.words;
    return wanted?.every((word, index) => words[index] === word);
}

/** The commands of a line are mostly all compared with the same prefix. */
let latestPrefix: { readonly prefix: string; readonly words: readonly string[] | undefined } | undefined;

/** The words of a line that is one command without redirections; undefined for every other line. */
export function wordsOfCommand(text: string): readonly string[] | undefined {
    if (text.length <= LONGEST_LINE && PLAIN_COMMAND.test(text)) {
        // Nothing in it means anything to a shell, so that nothing has to be parsed.
        const words = text.split(' ');
        return isPlainCommand(words) ? words : undefined;
    }
    const line = shellLine(text);
    return line?.commands.length === 1 && !line.redirects ? line.commands[0] : undefined;
}

/** One text for each list of words: one blank between them, quotes where a shell needs them. */
export function commandText(words: readonly string[]): string {
    return words.map((word) => (PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}

/** A longer line is unknown, since reading one takes up to a microsecond for each of its characters. */
export const LONGEST_LINE = 32_767;

/** A line with more `<<`, quoted or not, is unknown: for each of them the library copies the list of those before it. */
export const MOST_HERE_DOCUMENTS = 500;

/** A line with more of `;`, `&`, `|`, `<`, `>` and line breaks, quoted or not, is unknown: what each separates takes microseconds. */
export const MOST_OPERATORS = 4_096;

/** The lines that one condition may read together. */
export class LineBudget {
    private characters = LONGEST_LINE;
    private documents = MOST_HERE_DOCUMENTS;
    private operators = MOST_OPERATORS;

    /** True if this line can be read as well. */
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

/** Control characters except the line feed, and halves of characters: no two programs agree on their meaning. */
// oxlint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\ud800-\udfff]/u;

/**
 * A word as it is written. Without quotes: ASCII only, since some shells take other blanks for separators; no `$`,
 * backquote, `*?[]{}()` or `!#^`; `=` only after a letter, digit, `_` or `-` (`''=ls` is `/bin/ls` in zsh), `~` only after
 * a letter or digit, and so nowhere that it is expanded. In double quotes no `$`, backquote or `!` (history), and no backslash at the end of a line.
 */
const WORD = /^(?:[\w./:,+@%-]|(?<=[\w-])=|(?<=[A-Za-z0-9])~|\\[ -~]|'[^']*'|"(?:[^"\\$`!]|\\[^\n!])*")+$/;

/** A word without expansions. */
const PLAIN = /^[\w./:,+@-]+(?:(?<=[\w-])=[\w./:,+@-]*)?$/;

/** The line with a `w` for each word: redirections with at most one digit (dash), no `&>`, `|&`, `<<`, `;;`. */
const ITEM = String.raw`(?:\d?(?:<>|>>|>\||[<>]&|[<>]) *)?w`;
const COMMAND = String.raw`${ITEM}(?: *${ITEM})* *`;
const SKELETON = new RegExp(
    String.raw`^[ \n]*${COMMAND}(?:(?:;|&(?!>)&?|\|\|?|\n)[ \n]*${COMMAND})*(?:[;&\n][ \n]*)?$`
);

/** Walks over the library's syntax tree, and records the words and their places. */
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
            // Nested too deep for the library.
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
        // After `>&` anything but a digit or `-` is a file to one shell and an error to another; `<1-9>` is a glob in zsh.
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
        // An assignment, an option of the shell itself, a job, a folder.
        !/[=~]|^[%-]/.test(program) &&
        !NO_PROGRAMS.has(program) &&
        !(EVALUATING.has(program) && args.some((arg) => /[$`[]|^-v/.test(arg)))
    );
}

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** Words that in some shell belong to its grammar, take other words for commands, or give them another meaning. */
const NO_PROGRAMS = setOf(
    'if then elif else fi for foreach while until do done end case esac select function repeat time coproc ' +
        'eval source . exec command builtin noglob nocorrect trap alias unalias hash enable disable autoload ' +
        'export readonly declare typeset local integer float nameref let read vared mapfile readarray getopts ' +
        'unset set shopt setopt unsetopt emulate bind bindkey complete compgen fc history functions unfunction ' +
        'zmodload zle sched print bg fg jobs'
);

/** Builtins that in some shell calculate with a quoted argument, and so run the command in `a[$(…)]`, or set variables. */
const EVALUATING = setOf('printf test [ wait exit return shift break continue ulimit umask kill sleep');
