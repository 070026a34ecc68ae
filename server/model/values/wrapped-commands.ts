/**
 * The commands that a command runs because its arguments name them: `env`, `sudo`, `timeout`, `xargs`, `sh -c` and the
 * like. A form that is not listed here may run anything, so what it runs is not known.
 */
import type { Truth } from '../policy/truth.js';
import { FALSE, or, UNKNOWN } from '../policy/truth.js';
import { shellLine } from './shell-lines.js';

export interface Inside {
    /** The words of each command, outermost first. */
    readonly commands: readonly (readonly string[])[];
    /** True if it may run other commands as well. */
    readonly isOpen: boolean;
    /** The redirections in the text after `sh -c`. */
    readonly redirects: Truth;
}

/** The commands that run inside a command, which is not one of them. */
export function insideOf(words: readonly string[], depth = 0): Inside {
    const [program = '', ...args] = words;
    const name = nameOf(program);
    const read = WRAPPERS.get(name);
    if (read) {
        return depth < DEEPEST ? read(args, depth + 1) : OPEN;
    }
    return OPAQUE.has(name) || LOADER.test(name) ? OPEN : NOTHING;
}

/** The name of a program, in the spelling that file systems without case find it by. */
export function nameOf(program: string): string {
    return program.slice(program.lastIndexOf('/') + 1).toLowerCase();
}

const NOTHING: Inside = { commands: [], isOpen: false, redirects: FALSE };
const OPEN: Inside = { commands: [], isOpen: true, redirects: FALSE };

/** Commands that are nested more deeply are not known. */
const DEEPEST = 8;

type Reader = (args: readonly string[], depth: number) => Inside;

/** The options before the command: those of one word, and those that take the next word. Any other is not known. */
interface Options {
    readonly alone?: RegExp;
    readonly taking?: RegExp;
    /** The number of words between the options and the command. */
    readonly operands?: number;
    /** True if words such as `A=1` may come before the command. */
    readonly assigns?: boolean;
}

function wrapper(options: Options): Reader {
    return (args, depth) => {
        const rest = afterOptions(args, options);
        return rest ? commandOf(rest, depth) : OPEN;
    };
}

function commandOf(words: readonly string[], depth: number): Inside {
    if (words.length === 0) {
        return NOTHING;
    }
    const inner = insideOf(words, depth);
    return { ...inner, commands: [words, ...inner.commands] };
}

/** Undefined if there is an option that is not known. */
function afterOptions(
    args: readonly string[],
    { alone, taking, operands = 0, assigns = false }: Options
): readonly string[] | undefined {
    let at = 0;
    while (at < args.length) {
        const word = args[at]!;
        if (word === '--') {
            at++;
            break;
        }
        if (alone?.test(word)) {
            at++;
        } else if (taking?.test(word) && at + 1 < args.length) {
            at += 2;
        } else if (word.startsWith('-')) {
            return undefined;
        } else {
            break;
        }
    }
    at += operands;
    while (assigns && /^[^=/-][^=]*=/.test(args[at] ?? '')) {
        at++;
    }
    // A word that looks like an option here would be read in ways that differ between systems.
    return args[at]?.startsWith('-') ? undefined : args.slice(at);
}

/** Shells run the text after `-c`; a script in a file, or the standard input, is not known. */
const shell: Reader = (args, depth) => {
    let [at, hasText] = [0, false];
    for (; at < args.length; at++) {
        const word = args[at]!;
        if (/^-[abcefhilmnpruvxE]+$/.test(word)) {
            hasText ||= word.includes('c');
        } else if (!/^--(?:login|norc|noprofile|posix|restricted)$/.test(word)) {
            break;
        }
    }
    const text = args[args[at] === '--' ? at + 1 : at];
    if (!hasText || text === undefined || /^[-+]/.test(text)) {
        return OPEN;
    }
    const line = shellLine(text);
    if (!line) {
        return { ...OPEN, redirects: UNKNOWN };
    }
    const inner = line.commands.map((words) => commandOf(words, depth));
    return {
        commands: inner.flatMap(({ commands }) => commands),
        isOpen: inner.some(({ isOpen }) => isOpen),
        redirects: inner.reduce<Truth>((value, { redirects }) => or(value, redirects), line.redirects ? 2 : FALSE)
    };
};

const XARGS: Options = {
    alone: /^(?:-[0rtpx]+|-[nPLs]\d+|-d.+|--null|--no-run-if-empty|--verbose|--(?:max-args|max-procs|max-lines|max-chars|delimiter)=.+)$/,
    taking: /^(?:-[nPLsda]|--(?:max-args|max-procs|max-lines|max-chars|delimiter|arg-file))$/
};

/** The input gives more arguments, so a wrapper without a command gets its command from there. */
const xargs: Reader = (args, depth) => {
    const rest = afterOptions(args, XARGS);
    const inner = rest ? commandOf(rest, depth) : OPEN;
    const isLacking = inner.commands.some((words) => isWrapper(words) && insideOf(words).commands.length === 0);
    return isLacking ? { ...inner, isOpen: true } : inner;
};

function isWrapper([program = '']: readonly string[]): boolean {
    return WRAPPERS.has(nameOf(program));
}

const find: Reader = (args, depth) => {
    const found = args.flatMap((word, at): Inside[] => {
        if (!/^-(?:exec|ok)(?:dir)?$/.test(word)) {
            return [];
        }
        const end = args.findIndex(
            (other, index) => index > at && (other === ';' || (other === '+' && args[index - 1] === '{}'))
        );
        const words = args.slice(at + 1, end < 0 ? args.length : end);
        // The name of a file takes the place of the braces.
        const inner = commandOf(words, depth);
        return [inner.commands.some(([program]) => program?.includes('{}')) ? OPEN : inner];
    });
    return {
        commands: found.flatMap(({ commands }) => commands),
        isOpen: found.some(({ isOpen }) => isOpen),
        redirects: found.reduce<Truth>((value, { redirects }) => or(value, redirects), FALSE)
    };
};

const WRAPPERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
    [
        'env',
        wrapper({
            alone: /^(?:-i|-|-v|-u.+|-C.+|--(?:ignore-environment|debug|unset=.+|chdir=.+))$/,
            taking: /^(?:-u|-C|--unset|--chdir)$/,
            assigns: true
        })
    ],
    [
        'sudo',
        wrapper({
            alone: /^(?:-[nEHkSAbP]+|--(?:non-interactive|preserve-env(?:=.*)?|set-home|reset-timestamp|stdin|askpass|background|user=.+|group=.+))$/,
            taking: /^(?:-[nEHkSAbP]*[ug]|--user|--group)$/,
            assigns: true
        })
    ],
    ['doas', wrapper({ alone: /^-n$/, taking: /^-u$/ })],
    ['nohup', wrapper({})],
    ['setsid', wrapper({ alone: /^(?:-[cfw]+|--(?:ctty|fork|wait))$/ })],
    ['nice', wrapper({ alone: /^(?:-n?-?\d+|--adjustment=-?\d+)$/, taking: /^(?:-n|--adjustment)$/ })],
    ['ionice', wrapper({ alone: /^(?:-[cn]\d|-t)$/, taking: /^-[cn]$/ })],
    ['stdbuf', wrapper({ alone: /^(?:-[ioe]\w+|--(?:input|output|error)=.+)$/, taking: /^-[ioe]$/ })],
    [
        'timeout',
        wrapper({
            alone: /^(?:-v|-[sk].+|--(?:preserve-status|foreground|verbose|signal=.+|kill-after=.+))$/,
            taking: /^(?:-[sk]|--(?:signal|kill-after))$/,
            operands: 1
        })
    ],
    ['busybox', wrapper({})],
    ['toybox', wrapper({})],
    ['xargs', xargs],
    ['find', find],
    ...['sh', 'bash', 'dash', 'zsh', 'ksh', 'ash', 'rbash', 'mksh'].map((name) => [name, shell] as const)
]);

/** The dynamic loader runs the program that its arguments name. */
const LOADER = /^ld-(?:linux|musl).*\.so/;

/** Programs whose arguments name a command in a form that is not read. */
const OPAQUE: ReadonlySet<string> = new Set(
    (
        'fish csh tcsh pwsh powershell su runuser chroot chrt taskset flock watch unshare nsenter setarch script strace ' +
        'ltrace parallel systemd-run pkexec gosu fakeroot proot entr time setpriv capsh prlimit choom numactl cpulimit ' +
        'rlwrap unbuffer chronic expect caffeinate arch dbus-run-session dbus-launch at batch sg newgrp firejail bwrap ' +
        'start-stop-daemon daemonize tini dumb-init su-exec setuidgid chpst envdir softlimit valgrind perf gdb lldb ' +
        'npx bunx uvx pipx direnv ld.so'
    ).split(' ')
);
