/**
 * Computes the values and truth values that conditions read from a shell line and its commands. Where a word is open,
 * they are known as far as no text in its place would change them.
 */
import type { Truth } from '../policy/truth.js';
import { FALSE, mayBe, or, TRUE, UNKNOWN } from '../policy/truth.js';
import { shellLine } from './shell-lines.js';
import { canBe, type OpenText, textOfWords, type Word } from './shell-words.js';
import { insideOf, nameOf } from './wrapped-commands.js';

/** One command of a line, as its words. */
export class ShellCommand {
    /** Its text, by which it is compared: one for each list of words. */
    readonly text: string | OpenText;

    constructor(readonly words: readonly Word[]) {
        this.text = textOfWords(words);
    }

    /** Its text, if every word of it is known. */
    get value(): string | undefined {
        return typeof this.text === 'string' ? this.text : undefined;
    }
}

/** What conditions read commands from: a line, or one of its commands. */
export type Line = string | ShellCommand;

/** The commands of the line; at least one. */
export function commandsOf(line: Line): readonly ShellCommand[] {
    if (typeof line !== 'string') {
        return [line];
    }
    if (latest?.line !== line) {
        latest = { line, commands: shellLine(line).commands.map((words) => new ShellCommand(words)) };
    }
    return latest.commands;
}

let latest: { readonly line: string; readonly commands: readonly ShellCommand[] } | undefined;

/** The texts of the commands; undefined if one of them has a word that is not known. */
export function textsOfCommands(line: string): readonly string[] | undefined {
    const texts = commandsOf(line).map(({ value }) => value);
    return texts.every((text) => text !== undefined) ? texts : undefined;
}

export function onlyCommandOf(line: Line): string | undefined {
    const [command, ...others] = commandsOf(line);
    return others.length === 0 ? command?.value : undefined;
}

/** Undefined also if that program runs another one, so that a single value cannot stand for both. */
export function onlyProgramOf(line: Line): string | undefined {
    const [command, ...others] = commandsOf(line);
    const { commands, unread } = insideOf(command!.words);
    const [program] = command!.words;
    return others.length + commands.length === 0 && unread === undefined && typeof program === 'string'
        ? program
        : undefined;
}

export function redirects(line: Line): Truth {
    const own = typeof line === 'string' ? shellLine(line).redirects : FALSE;
    return commandsOf(line).reduce<Truth>((value, { words }) => or(value, insideOf(words).redirects), own);
}

/** The first part of the line that may run any program, as the line writes it; undefined if the programs are known. */
export function unreadPart(line: Line): string | undefined {
    return commandsOf(line)
        .map(({ words }) => insideOf(words).unread)
        .find((part) => part !== undefined);
}

/** Says which part of the line is not known: one that may run any program, or else the first word; in Markdown. */
export function doubtIn(line: Line): string | undefined {
    const part = unreadPart(line);
    if (part !== undefined) {
        return part === line ? `what "${part}" runs cannot be told from its text` : `\`${part}\` may run any program`;
    }
    const word = commandsOf(line)
        .flatMap(({ words }) => words)
        .find((one) => typeof one === 'object');
    return typeof word === 'object' ? `\`${word.source}\` may be any text` : undefined;
}

/** A test of a text that may have open pieces. */
type Test = (text: string | OpenText) => Truth;

/**
 * A test of the programs that the only command of a line runs. It is true if it is true of all of them that are known,
 * and false only if it is false of all and there can be no other. A program that is named by its path may be the one of
 * that name, and so may another spelling of its letters.
 */
export function testPrograms(line: Line, test: Test): Truth {
    const [command, ...others] = commandsOf(line);
    if (others.length > 0) {
        return UNKNOWN;
    }
    const { commands, unread } = insideOf(command!.words);
    const answers = [command!.words, ...commands].map(([program]) => testProgram(program!, test));
    if (answers.every((answer) => answer === TRUE)) {
        return TRUE;
    }
    return unread === undefined && answers.every((answer) => answer === FALSE) ? FALSE : UNKNOWN;
}

function testProgram(program: Word, test: Test): Truth {
    const name = nameOf(program);
    if (name === undefined) {
        return UNKNOWN;
    }
    const own = test(typeof program === 'string' ? program : program.pieces);
    return own === FALSE && name !== program && mayBe(test(name)) ? UNKNOWN : own;
}

/**
 * A test of the only command of a line. If it is false of the command itself, one that it runs makes it unknown.
 */
export function testCommand(line: Line, test: Test): Truth {
    const [command, ...others] = commandsOf(line);
    return others.length > 0 ? UNKNOWN : withInner(command!, ({ text }) => test(text));
}

/**
 * True if the command starts with the words of the prefix. Only whole words count: `npm test -- -u` starts with `npm
 * test`, `npm testevil` does not. Unknown if a command that it runs does, or if a word that matters is not known.
 */
export function commandStartsWith(line: Line, prefix: string): Truth {
    const [command, ...others] = commandsOf(line);
    if (latestPrefix?.prefix !== prefix) {
        latestPrefix = { prefix, words: wordsOfCommand(prefix) };
    }
    const wanted = latestPrefix.words;
    return others.length > 0 || !wanted ? UNKNOWN : withInner(command!, ({ words }) => startWith(words, wanted));
}

/** The prefix that was read last, because usually all commands of a line are compared with the same one. */
let latestPrefix: { readonly prefix: string; readonly words: readonly string[] | undefined } | undefined;

/** The words of a line that is a single command without redirections; undefined if one of them is not known. */
export function wordsOfCommand(text: string): readonly string[] | undefined {
    const { commands, redirects } = shellLine(text);
    const words = commands[0]!.filter((word) => typeof word === 'string');
    return commands.length === 1 && redirects === FALSE && words.length === commands[0]!.length && words.length > 0
        ? words
        : undefined;
}

function withInner(command: ShellCommand, test: (command: ShellCommand) => Truth): Truth {
    const own = test(command);
    if (own !== FALSE) {
        return own;
    }
    const { commands, unread } = insideOf(command.words);
    return unread !== undefined || commands.some((words) => mayBe(test(new ShellCommand(words)))) ? UNKNOWN : FALSE;
}

function startWith(words: readonly Word[], wanted: readonly string[]): Truth {
    let answer: Truth = TRUE;
    for (const [index, text] of wanted.entries()) {
        const word = words[index];
        if (word === undefined || !canBe(word, text)) {
            return FALSE;
        }
        if (typeof word === 'object') {
            answer = UNKNOWN;
            if (word.count !== 'one') {
                break;
            }
        }
    }
    return answer;
}
