/** Commands of shells that get names of variables, numbers or options, in which other commands can be hidden. */
import { type Inside, isOneWord, knownText, NOTHING, type Reader, startOf, together } from './inside-commands.js';
import { commandsOfVariable } from './shell-lines.js';
import { canBe, type Word } from './shell-words.js';

/** What runs because of a word such as `A=1`, or because the variable is set to any value. */
export function ofAssignment(word: Word): Inside {
    const source = typeof word === 'string' ? word : word.source;
    const [, name, value] = /^([^=+]*)(?:\+?=([^]*))?$/.exec(startOf(word) ?? source)!;
    const known = typeof word === 'string' ? value : undefined;
    const commands = commandsOfVariable(name!, known, source);
    return {
        ...NOTHING,
        commands,
        unread: commands.some(([program]) => typeof program !== 'string') ? source : undefined
    };
}

/** Options of `set -o` that change which commands fail, not which run. */
export const SET_OPTION =
    /^(?:pipefail|errexit|errtrace|nounset|xtrace|verbose|noclobber|noglob|allexport|functrace|notify|noexec)$/;

/** A command of the shell whose arguments can hide others, unless the test is true of all. */
function unless(test: (word: Word, index: number, args: readonly Word[]) => boolean): Reader {
    return (args) => (args.every(test) ? NOTHING : undefined);
}

/** Commands that get names of variables, in which an index can contain commands. Some options take the next word. */
function names(options: RegExp, { taking = /(?!)/, isSetting = false } = {}): Reader {
    return (args) => {
        const isTaken = (_: Word, index: number): boolean => taking.test(startOf(args[index - 1] ?? '') ?? '');
        const words = args.filter((word, index) => !isTaken(word, index) || !isOneWord(word));
        const isRead = words.every((word) => {
            if (typeof word === 'object') {
                return /^[A-Za-z_]\w*\+?=/.test(startOf(word) ?? '');
            }
            return word.startsWith('-') ? options.test(word) : /^[A-Za-z_]\w*(?:\+?=|$)/.test(word);
        });
        const set = words.filter(
            (word) =>
                (startOf(word) ?? '').includes('=') || (isSetting && typeof word === 'string' && !word.startsWith('-'))
        );
        return isRead ? together(set.map(ofAssignment)) : undefined;
    };
}

/** True if no shell computes the word as a number with a command in it. */
function isQuiet(word: Word): boolean {
    return typeof word === 'object' || !/\[[^]*[$`]/.test(word);
}

const computing = unless(isQuiet);

/** `-v` looks at a variable, or sets one, whose index can contain commands. */
const testing = unless((word, index, args) => {
    const next = args[index + 1];
    const isLast = next === undefined || (typeof next === 'string' && !next.includes('['));
    const isNumber = typeof word === 'object' && word.isNumber;
    return isQuiet(word) && !(!isNumber && canBe(word, '-v') && !(isOneWord(word) && isLast));
});

/** Commands of shells whose arguments can contain others, besides those that are read as lines. */
export const BUILTINS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
    [
        'set',
        unless(
            (word, index, args) =>
                typeof word === 'string' &&
                (/^[-+][abefhmnuvxBCET]*o?$/.test(word) ||
                    (index > 0 && /o$/.test(knownText(args[index - 1]) ?? '') && SET_OPTION.test(word)) ||
                    args.slice(0, index).includes('--'))
        )
    ],
    ['shopt', unless((word) => typeof word === 'string')],
    ['hash', unless((word) => typeof word === 'string' && !/^-.*[^rd]/.test(word))],
    ['jobs', unless((word) => typeof word === 'string' && !/^-.*x/.test(word))],
    ...['export', 'readonly'].map((name) => [name, names(/^-[pnfg]$/)] as const),
    ...['declare', 'typeset', 'local'].map((name) => [name, names(/^[-+][xrgaApfFt]+$/)] as const),
    ['unset', names(/^-[fv]$/, { isSetting: true })],
    [
        'getopts',
        ([options = '', ...more], depth) =>
            isOneWord(options) ? names(/^$/, { isSetting: true })(more.slice(0, 1), depth) : undefined
    ],
    ['read', names(/^-[a-zA-Z]/, { taking: /^-[a-zA-Z]*[dinNptu]$/, isSetting: true })],
    ...['mapfile', 'readarray'].map(
        (name) => [name, names(/^-[tdnsOu]+$/, { taking: /^-t?[dnsOu]$/, isSetting: true })] as const
    ),
    [
        'printf',
        ([first = '', ...args], depth) =>
            !canBe(first, '-v')
                ? computing([first, ...args], depth)
                : typeof first === 'string'
                  ? names(/^$/, { isSetting: true })(args.slice(0, 1), depth)
                  : undefined
    ],
    ['test', testing],
    ['[', testing],
    ...'wait exit return shift break continue ulimit umask kill sleep'
        .split(' ')
        .map((name) => [name, computing] as const),
    ['history', unless((word) => typeof word === 'string' && /^(?:\d+|-c)$/.test(word))]
]);
