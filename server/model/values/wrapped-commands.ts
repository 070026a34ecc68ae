/**
 * The commands that a command runs because its arguments name them: `env`, `sudo`, `timeout`, `xargs`, `sh -c` and the
 * like. A form that is not listed here may run anything, so what it runs is not known.
 */
import type { Truth } from '../policy/truth.js';
import { FALSE, or, UNKNOWN } from '../policy/truth.js';
import { commandsOfVariable, lineWithin } from './shell-lines.js';
import { canBe, type Word } from './shell-words.js';

export interface Inside {
    /** The words of each command, outermost first. */
    readonly commands: readonly (readonly Word[])[];
    /** The part of the line that may run any other program, as written; undefined if there is none. */
    readonly unread: string | undefined;
    /** The redirections in the texts that it runs as lines. */
    readonly redirects: Truth;
}

/** The commands that run inside a command, which is not one of them. */
export function insideOf(words: readonly Word[]): Inside {
    let inside = insides.get(words);
    if (!inside) {
        inside = read(words, 0);
        insides.set(words, inside);
    }
    return inside;
}

const insides = new WeakMap<readonly Word[], Inside>();

/** The name of a program, in the spelling that file systems without case find it by; undefined if it can be any. */
export function nameOf(program: Word | undefined): string | undefined {
    const text = typeof program === 'object' ? program.count === 'one' && program.pieces.at(-1) : program;
    if (typeof text !== 'string' || (typeof program === 'object' && !text.includes('/'))) {
        return undefined;
    }
    return text.slice(text.lastIndexOf('/') + 1).toLowerCase();
}

function read(words: readonly Word[], depth: number): Inside {
    const [program, ...args] = words;
    const name = nameOf(program);
    if (program === undefined || name === undefined) {
        return open(program === undefined ? [] : [program]);
    }
    const reader = WRAPPERS.get(name) ?? RUNNERS.get(name) ?? BUILTINS.get(name);
    if (reader) {
        return depth < DEEPEST ? (reader(args, depth + 1) ?? open(words)) : open(words);
    }
    return OPAQUE.has(name) || LOADER.test(name) || !isName(program) ? open(words) : NOTHING;
}

/** Such a word is an assignment, an option of the shell itself, a job, or a folder. */
function isName(program: Word): boolean {
    return typeof program === 'object' || !/[=~]|^[%-]|^$/.test(program);
}

const NOTHING: Inside = { commands: [], unread: undefined, redirects: FALSE };

function open(words: readonly Word[], redirects: Truth = FALSE): Inside {
    const text = words.map((word) => (typeof word === 'string' ? word : word.source)).join(' ');
    return { commands: [], unread: text.length > 80 ? `${text.slice(0, 79)}…` : text, redirects };
}

function together(all: readonly Inside[]): Inside {
    return {
        commands: all.flatMap(({ commands }) => commands),
        unread: all.find(({ unread }) => unread !== undefined)?.unread,
        redirects: all.reduce<Truth>((value, { redirects }) => or(value, redirects), FALSE)
    };
}

/** Commands that are nested more deeply are not known. */
const DEEPEST = 8;

/** Undefined if the arguments do not show what runs. */
type Reader = (args: readonly Word[], depth: number) => Inside | undefined;

function commandOf(words: readonly Word[], depth: number): Inside {
    if (words.length === 0) {
        return NOTHING;
    }
    const inner = read(words, depth);
    return { ...inner, commands: [words, ...inner.commands] };
}

/** The commands of texts that are read as lines. */
function linesOf(texts: readonly (Word | undefined)[], depth: number): Inside {
    return together(
        texts.map((text) => {
            if (typeof text !== 'string') {
                return open(text ? [text] : [], UNKNOWN);
            }
            const line = lineWithin(text);
            return together([
                { ...NOTHING, redirects: line.redirects },
                ...line.commands.map((words) => commandOf(words, depth))
            ]);
        })
    );
}

/** The options before the command: those of one word, and those that take the next word. Any other is not known. */
interface Options {
    readonly alone?: RegExp;
    readonly taking?: RegExp;
    /** The number of words between the options and the command. */
    readonly operands?: number;
    /** True if words such as `A=1` may come before the command. */
    readonly assigns?: boolean;
}

/** The words after the options. */
interface Rest {
    readonly words: readonly Word[];
    /** What runs because of the options and assignments. */
    readonly before: readonly Inside[];
    readonly options: readonly Word[];
}

/** Undefined if there is an option that is not known. */
function afterOptions(args: readonly Word[], { alone, taking, operands = 0, assigns }: Options): Rest | undefined {
    let at = 0;
    for (; at < args.length; at++) {
        const word = startOf(args[at]!);
        if (word === undefined) {
            return undefined;
        } else if (word === '--') {
            at++;
            break;
        } else if (taking?.test(word) && typeof args[at] === 'string' && at + 1 < args.length) {
            at++;
            if (!isOneWord(args[at]!)) {
                return undefined;
            }
        } else if (!alone?.test(word)) {
            if (word.startsWith('-')) {
                return undefined;
            }
            break;
        }
    }
    const options = args.slice(0, at);
    const before: Inside[] = [];
    if (!args.slice(at, at + operands).every(isOneWord)) {
        return undefined;
    }
    at += operands;
    for (; assigns && at < args.length; at++) {
        const [, name] = /^([^=/-][^=]*)=/.exec(startOf(args[at]!) ?? '') ?? [];
        if (name === undefined) {
            break;
        }
        before.push(ofAssignment(args[at]!));
    }
    const words = args.slice(at);
    // A word that looks like an option here would be read in ways that differ between systems.
    return words[0] !== undefined && startOf(words[0])?.startsWith('-') ? undefined : { words, before, options };
}

/** The known beginning of a word; undefined if there is none. */
function startOf(word: Word): string | undefined {
    return typeof word === 'string'
        ? word
        : word.count !== 'any' && word.pieces.length > 1
          ? word.pieces[0]
          : undefined;
}

function isOneWord(word: Word): boolean {
    return typeof word === 'string' || word.count === 'one';
}

/** What runs because of a word such as `A=1`, or because the variable is set to any value. */
function ofAssignment(word: Word): Inside {
    const source = typeof word === 'string' ? word : word.source;
    const [, name, value] = /^([^=+]*)(?:\+?=([^]*))?$/.exec(startOf(word) ?? source)!;
    const known = typeof word === 'string' ? value : undefined;
    return together(commandsOfVariable(name!, known, source).map((words) => commandOf(words, DEEPEST)));
}

function wrapper(options: Options = {}): Reader {
    return (args, depth) => {
        const rest = afterOptions(args, options);
        return rest && together([...rest.before, commandOf(rest.words, depth)]);
    };
}

/** Shells run the text after `-c`; a script in a file, or the standard input, is not known. */
const shell: Reader = (args, depth) => {
    let [at, hasText] = [0, false];
    for (; at < args.length; at++) {
        const word = args[at]!;
        if (typeof word === 'string' && /^-[abcefhilmnpruvxE]*[co]?$/.test(word) && word !== '-') {
            hasText ||= word.includes('c');
            at += word.endsWith('o') && SET_OPTION.test(String(args[at + 1])) ? 1 : 0;
        } else if (!(typeof word === 'string' && /^--(?:login|norc|noprofile|posix|restricted)$/.test(word))) {
            break;
        }
    }
    const text = args[args[at] === '--' ? at + 1 : at];
    return !hasText || text === undefined || /^[-+]/.test(startOf(text) ?? '') ? undefined : linesOf([text], depth);
};

/** Options of `set -o` that change which commands fail, not which run. */
const SET_OPTION =
    /^(?:pipefail|errexit|errtrace|nounset|xtrace|verbose|noclobber|noglob|allexport|functrace|notify|noexec)$/;

const XARGS: Options = {
    alone: /^(?:-[0rtpx]+|-[nPLs]\d+|-[dI].+|--null|--no-run-if-empty|--verbose|--(?:max-args|max-procs|max-lines|max-chars|delimiter)=.+)$/,
    taking: /^(?:-[nPLsdaI]|--(?:max-args|max-procs|max-lines|max-chars|delimiter|arg-file))$/
};

/** The input takes the place of the text after `-I`, or follows the words. */
const xargs: Reader = (args, depth) => {
    const rest = afterOptions(args, XARGS);
    if (!rest) {
        return undefined;
    }
    const texts = rest.options.map((word, at) => (word === '-I' ? rest.options[at + 1] : String(word)));
    const text = texts.find((one, at) => rest.options[at] === '-I' || /^-I./.test(String(one)));
    const input: Word = { source: 'xargs', pieces: [undefined], count: 'any' };
    if (rest.words.length === 0) {
        return NOTHING;
    }
    return commandOf(
        text === undefined
            ? [...rest.words, input]
            : rest.words.map((word) => replaced(word, String(text).replace(/^-I/, ''))),
        depth
    );
};

/** The word with any text in the place of another. */
function replaced(word: Word, text: string): Word {
    const [source, pieces, count] =
        typeof word === 'string' ? [word, [word], 'one' as const] : [word.source, word.pieces, word.count];
    const rest = pieces.flatMap(
        (piece) => piece?.split(text).flatMap((one, index) => (index === 0 ? [one] : [undefined, one])) ?? [undefined]
    );
    return rest.length === pieces.length ? word : { source, pieces: rest.filter((piece) => piece !== ''), count };
}

const find: Reader = (args, depth) => {
    const found = args.flatMap((word, at): Inside[] => {
        if (typeof word === 'object' && word.count !== 'one' && canBe(word, '-exec')) {
            return [open([word])];
        }
        if (typeof word === 'object' || !/^-(?:exec|ok)(?:dir)?$/.test(word)) {
            return [];
        }
        const end = args.findIndex(
            (other, index) => index > at && (other === ';' || (other === '+' && args[index - 1] === '{}'))
        );
        const words = args.slice(at + 1, end < 0 ? args.length : end);
        return [
            commandOf(
                words.map((one) => replaced(one, '{}')),
                depth
            )
        ];
    });
    return together(found);
};

/** Programs with a subcommand that runs a command; other subcommands run none. */
function subcommands(readers: Readonly<Record<string, Reader>>): Reader {
    return (args, depth) => {
        const [first, ...rest] = args;
        const reader = typeof first === 'string' && Object.hasOwn(readers, first) ? readers[first] : undefined;
        if (reader) {
            return reader(rest, depth);
        }
        // An option before the subcommand may take the next word.
        return typeof first === 'string' && !first.startsWith('-')
            ? NOTHING
            : args.some((word) => Object.keys(readers).some((name) => canBe(word, name)))
              ? undefined
              : NOTHING;
    };
}

/** A package is run by the name of its program, without its version. */
function packages(options: Options): Reader {
    return (args, depth) => {
        const rest = afterOptions(args, options);
        const [program, ...more] = rest?.words ?? [];
        return rest && program !== undefined
            ? commandOf([typeof program === 'string' ? program.replace(/(?<=.)@[^/]*$/, '') : program, ...more], depth)
            : undefined;
    };
}

const GIT: Options = {
    alone: /^(?:-p|-P|--paginate|--no-pager|--bare|--no-replace-objects|--no-optional-locks|--literal-pathspecs|--git-dir=.+|--work-tree=.+|--namespace=.+|--version|--help|-v|-h|--html-path|--exec-path)$/,
    taking: /^(?:-C|-c|--git-dir|--work-tree|--namespace)$/
};
const GIT_COMMAND = /^(?:core\.(?:pager|editor|sshcommand|askpass)|sequence\.editor|pager\.\w+)=/i;
const GIT_SETTING =
    /^(?:user|color|advice|init|commit|tag|push|pull|fetch|merge|rebase|log|status|safe|i18n|gc|http|protocol|core\.(?:quotepath|autocrlf|eol|abbrev|filemode|longpaths|safecrlf|ignorecase|symlinks|commentchar|whitespace|excludesfile)|diff\.(?:renames|renamelimit|noprefix|mnemonicprefix|algorithm|context|colormoved))\b(?![^=]*(?:program|cmd|driver|command|template|hook|proxy))/i;

/** `git -C folder push` runs `git push`, and some settings name programs. */
const git: Reader = (args, depth) => {
    const rest = afterOptions(args, GIT);
    if (!rest) {
        return undefined;
    }
    const settings = rest.options.filter((_, index) => rest.options[index - 1] === '-c');
    const before = settings.map((setting) => {
        const start = startOf(setting) ?? '';
        if (GIT_COMMAND.test(start)) {
            return linesOf([typeof setting === 'string' ? setting.slice(setting.indexOf('=') + 1) : setting], depth);
        }
        return GIT_SETTING.test(start) ? NOTHING : open([setting]);
    });
    const [subcommand, second, ...words] = rest.words;
    const own: Inside = { ...NOTHING, commands: rest.options.length > 0 ? [['git', ...rest.words]] : [] };
    const runs =
        subcommand === 'bisect' && second === 'run'
            ? commandOf(words, depth)
            : (subcommand === 'submodule' && rest.words.includes('foreach')) ||
                (subcommand === 'rebase' && rest.words.some((word) => /^(?:-x|--exec)/.test(startOf(word) ?? '')))
              ? open(['git', ...rest.words])
              : NOTHING;
    return together([own, ...before, runs]);
};

/** Commands of the shell whose arguments are read as lines. */
const evaluated: Reader = (args, depth) =>
    args.length === 0
        ? NOTHING
        : args.every((word) => typeof word === 'string')
          ? linesOf([args.join(' ')], depth)
          : open(['eval', ...args], UNKNOWN);

const trap: Reader = ([first, ...more], depth) =>
    first === undefined ||
    more.length === 0 ||
    first === '-' ||
    first === '' ||
    (typeof first === 'string' && first.startsWith('-'))
        ? NOTHING
        : linesOf([first], depth);

const alias: Reader = (args, depth) =>
    linesOf(
        args
            .filter((word) => typeof word === 'object' || word.includes('='))
            .map((word) => (typeof word === 'object' ? word : word.slice(word.indexOf('=') + 1))),
        depth
    );

/** A command of the shell whose arguments can hide others, unless the test is true of all. */
function unless(test: (word: Word, index: number, args: readonly Word[]) => boolean): Reader {
    return (args) => (args.every(test) ? NOTHING : undefined);
}

/** Commands that get names of variables, in which an index can contain commands. Some options take the next word. */
function names(options: RegExp, { taking = /(?!)/, isSetting = false } = {}): Reader {
    return (args) => {
        const words = args.filter((_, index) => !taking.test(startOf(args[index - 1] ?? '') ?? ''));
        const isRead = words.every((word) => {
            const start = startOf(word) ?? '';
            return start.startsWith('-') ? options.test(start) : /^[A-Za-z_]\w*(?:\+?=|$)/.test(start);
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

/** Programs and commands of shells that run the command after their options. */
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
            alone: /^(?:-[nEHkSAbPv]+|--(?:non-interactive|preserve-env(?:=.*)?|set-home|reset-timestamp|stdin|askpass|background|user=.+|group=.+))$/,
            taking: /^(?:-[nEHkSAbP]*[ug]|--user|--group)$/,
            assigns: true
        })
    ],
    ['doas', wrapper({ alone: /^-n$/, taking: /^-u$/ })],
    ['nohup', wrapper()],
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
    ['gtimeout', wrapper({ taking: /^(?:-[sk])$/, operands: 1 })],
    ['time', wrapper({ alone: /^-[pvlaqh]+$/, taking: /^-[fo]$/ })],
    ['busybox', wrapper()],
    ['toybox', wrapper()],
    ['xargs', xargs],
    ['find', find],
    ...['sh', 'bash', 'dash', 'zsh', 'ksh', 'ash', 'rbash', 'mksh'].map((name) => [name, shell] as const),
    [
        'command',
        (args, depth) => (/^-[vV]+$/.test(String(args[0])) ? NOTHING : wrapper({ alone: /^-p$/ })(args, depth))
    ],
    ['exec', wrapper({ alone: /^-[cl]+$/, taking: /^-a$/ })],
    ['builtin', wrapper()],
    ['noglob', wrapper()],
    ['nocorrect', wrapper()],
    ['repeat', wrapper({ operands: 1 })],
    ['coproc', wrapper()]
]);

/** Commands of shells whose arguments can name or contain others. */
const BUILTINS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
    ['eval', evaluated],
    ['trap', trap],
    ['alias', alias],
    [
        'set',
        unless(
            (word, index, args) =>
                typeof word === 'string' &&
                (/^[-+][abefhmnuvxBCET]*o?$/.test(word) ||
                    (index > 0 && /o$/.test(String(args[index - 1])) && SET_OPTION.test(word)) ||
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

/** Programs with a subcommand, or a package, that they run. */
const RUNNERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
    ['git', git],
    [
        'npx',
        packages({
            alone: /^(?:-y|-q|--yes|--no|--no-install|--quiet|--prefer-offline|--ignore-existing|--package=.+)$/,
            taking: /^(?:-p|--package)$/
        })
    ],
    ['bunx', packages({ alone: /^--bun$/ })],
    [
        'uvx',
        packages({
            alone: /^(?:-q|--quiet|--from=.+|--with=.+|--python=.+)$/,
            taking: /^(?:--from|--with|--python|-p)$/
        })
    ],
    ['pipx', subcommands({ run: packages({}) })],
    [
        'npm',
        subcommands({
            exec: packages({ alone: /^(?:-y|--yes|--no|--package=.+)$/ }),
            x: packages({ alone: /^(?:-y|--yes|--no)$/ })
        })
    ],
    ['pnpm', subcommands({ exec: packages({}), dlx: packages({}) })],
    ['yarn', subcommands({ exec: packages({}), dlx: packages({}) })],
    ['bundle', subcommands({ exec: wrapper() })],
    ...['uv', 'poetry', 'pipenv', 'pdm', 'rye', 'hatch'].map(
        (name) =>
            [
                name,
                subcommands({
                    run: wrapper({
                        alone: /^(?:-q|-v|--quiet|--verbose|--frozen|--locked|--no-sync|--no-project|--isolated|--active|--all-extras|--dev|--(?:with|python|extra|group|project|directory)=.+)$/,
                        taking: /^(?:--(?:with|python|extra|group|project|directory)|-p)$/
                    })
                })
            ] as const
    ),
    [
        'conda',
        subcommands({
            run: wrapper({
                alone: /^(?:--no-capture-output|--live-stream)$/,
                taking: /^(?:-n|-p|--name|--prefix|--cwd)$/
            })
        })
    ],
    [
        'docker',
        subcommands({
            exec: containerExec(),
            run: containerRun(),
            compose: subcommands({ exec: containerExec(), run: containerExec() })
        })
    ],
    ['podman', subcommands({ exec: containerExec(), run: containerRun() })],
    ['docker-compose', subcommands({ exec: containerExec(), run: containerExec() })]
]);

function containerExec(): Reader {
    return wrapper({
        alone: /^(?:-[itdT]+|--(?:interactive|tty|detach|privileged|rm|no-deps)|--(?:user|workdir|env|env-file)=.+)$/,
        taking: /^(?:-[uwe]|--(?:user|workdir|env|env-file))$/,
        operands: 1
    });
}

function containerRun(): Reader {
    return wrapper({
        alone: /^(?:-[itdP]+|--(?:interactive|tty|detach|rm|init|privileged|read-only)|--(?:name|volume|env|env-file|user|workdir|network|publish|platform|pull|mount|memory|cpus|restart|hostname|label|add-host|gpus|shm-size)=.+)$/,
        taking: /^(?:-[veuwpmhl]|--(?:name|volume|env|env-file|user|workdir|network|publish|platform|pull|mount|memory|cpus|restart|hostname|label|add-host|gpus|shm-size))$/,
        operands: 1
    });
}

/** The dynamic loader runs the program that its arguments name. */
const LOADER = /^ld-(?:linux|musl).*\.so/;

/** Programs and commands of shells whose arguments name a command in a form that is not read. */
const OPAQUE: ReadonlySet<string> = new Set(
    (
        'fish csh tcsh pwsh powershell su runuser chroot chrt taskset flock watch unshare nsenter setarch script strace ' +
        'ltrace parallel systemd-run pkexec gosu fakeroot proot entr setpriv capsh prlimit choom numactl cpulimit ' +
        'rlwrap unbuffer chronic expect caffeinate arch dbus-run-session dbus-launch at batch sg newgrp firejail bwrap ' +
        'start-stop-daemon daemonize tini dumb-init su-exec setuidgid chpst envdir softlimit valgrind perf gdb lldb ' +
        'direnv ld.so ' +
        'source . let enable autoload integer float nameref vared setopt unsetopt emulate bind bindkey complete compgen ' +
        'fc functions unfunction zmodload zle sched bg fg foreach end select function'
    ).split(' ')
);
