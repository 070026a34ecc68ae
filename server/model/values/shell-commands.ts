/**
 * Computes the values that conditions read from a shell line: its commands, each as one canonical text, so that they
 * are ordinary values. A line whose meaning cannot be determined from its text is unknown. `command of` a line with
 * several commands is unknown too.
 */
import type { Value } from '../policy/policy.js';
import { commandText, programOf, shellLine, startsWithWords, wordsOfCommand } from './shell-lines.js';
import type { Truth } from '../policy/truth.js';
import { truth, UNKNOWN } from '../policy/truth.js';

export function commandsOf(line: string): readonly string[] | undefined {
    return shellLine(line)?.commands.map(commandText);
}

export function onlyCommandOf(line: string): string | undefined {
    const commands = commandsOf(line);
    return commands?.length === 1 ? commands[0] : undefined;
}

export function onlyProgramOf(line: string): string | undefined {
    const commands = shellLine(line)?.commands;
    return commands?.length === 1 ? programOf(commands[0]!) : undefined;
}

export function redirects(line: Value | undefined): Truth {
    const read = typeof line === 'string' ? shellLine(line) : undefined;
    return read ? truth(read.redirects) : UNKNOWN;
}

/**
 * True if the command starts with the words of the prefix. Only whole words count: `npm test -- -u` starts with `npm
 * test`, `npm testevil` does not.
 */
export function commandStartsWith(command: Value | undefined, prefix: string): Truth {
    const words = typeof command === 'string' ? wordsOfCommand(command) : undefined;
    const starts = words && startsWithWords(words, prefix);
    return starts === undefined ? UNKNOWN : truth(starts);
}
