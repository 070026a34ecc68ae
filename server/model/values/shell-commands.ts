/**
 * Computes the values that conditions read from a shell line: its commands, each as one canonical text, so that they
 * are ordinary values. A line whose meaning cannot be determined from its text is unknown. `command of` a line with
 * several commands is unknown too.
 */
import type { Value } from '../policy/policy.js';
import { commandText, programOf, shellLine, startsWithWords, wordsOfCommand } from './shell-lines.js';
import type { Truth } from '../policy/truth.js';
import { FALSE, mayBe, or, truth, TRUE, UNKNOWN } from '../policy/truth.js';
import { insideOf, nameOf } from './wrapped-commands.js';

export function commandsOf(line: string): readonly string[] | undefined {
    return shellLine(line)?.commands.map(commandText);
}

export function onlyCommandOf(line: string): string | undefined {
    const commands = commandsOf(line);
    return commands?.length === 1 ? commands[0] : undefined;
}

/** Undefined also if that program runs another one, so that a single value cannot stand for both. */
export function onlyProgramOf(line: string): string | undefined {
    const run = commandsRun(line);
    return run?.inner.length === 0 && !run.isOpen ? programOf(run.outer) : undefined;
}

export function redirects(line: Value | undefined): Truth {
    const read = typeof line === 'string' ? shellLine(line) : undefined;
    return read
        ? read.commands.reduce<Truth>((value, words) => or(value, insideOf(words).redirects), truth(read.redirects))
        : UNKNOWN;
}

interface CommandsRun {
    readonly outer: readonly string[];
    /** The commands that it runs because its arguments name them. */
    readonly inner: readonly (readonly string[])[];
    readonly isOpen: boolean;
}

/** The only command of the line with those that it runs; undefined if there is no only command. */
function commandsRun(line: string): CommandsRun | undefined {
    const commands = shellLine(line)?.commands;
    if (commands?.length !== 1) {
        return undefined;
    }
    const [outer] = commands as [readonly string[]];
    const { commands: inner, isOpen } = insideOf(outer);
    return { outer, inner, isOpen };
}

/**
 * A test of the programs that a command runs. It is true if it is true of all of them that are known, and false only if
 * it is false of all and there can be no other. A program that is named by its path may be the one of that name, and so
 * may another spelling of its letters.
 */
export function testPrograms(line: string, test: (program: string) => Truth): Truth {
    const run = commandsRun(line);
    if (!run) {
        return UNKNOWN;
    }
    const answers = [run.outer, ...run.inner].map((words) => testProgram(programOf(words) ?? '', test));
    if (answers.every((answer) => answer === TRUE)) {
        return TRUE;
    }
    return !run.isOpen && answers.every((answer) => answer === FALSE) ? FALSE : UNKNOWN;
}

function testProgram(program: string, test: (program: string) => Truth): Truth {
    const own = test(program);
    const name = nameOf(program);
    return own === FALSE && name !== program && mayBe(test(name)) ? UNKNOWN : own;
}

/** A test of a command. If it is false of the command itself, one that it runs makes it unknown. */
export function testCommand(line: string, test: (command: string) => Truth): Truth {
    const run = commandsRun(line);
    const own = run ? test(commandText(run.outer)) : UNKNOWN;
    return own === FALSE && (run!.isOpen || run!.inner.some((words) => mayBe(test(commandText(words)))))
        ? UNKNOWN
        : own;
}

/**
 * True if the command starts with the words of the prefix. Only whole words count: `npm test -- -u` starts with `npm
 * test`, `npm testevil` does not. Unknown if a command that it runs does.
 */
export function commandStartsWith(command: Value | undefined, prefix: string): Truth {
    const words = typeof command === 'string' ? wordsOfCommand(command) : undefined;
    const starts = words && startsWithWords(words, prefix);
    if (starts !== false) {
        return starts === undefined ? UNKNOWN : TRUE;
    }
    const { commands, isOpen } = insideOf(words!);
    return isOpen || commands.some((inner) => startsWithWords(inner, prefix) !== false) ? UNKNOWN : FALSE;
}
