/**
 * The commands that a command runs because its arguments name them: `env`, `sudo`, `timeout`, `xargs`, `sh -c` and the
 * like. A form that is not listed here may run anything, so what it runs is not known.
 */
import { UNKNOWN } from '../policy/truth.js';
import { type Inside, isOneWord, knownText, NOTHING, open, type Reader, startOf, together } from './inside-commands.js';
import { BUILTINS, ofAssignment, SET_OPTION } from './shell-builtins.js';
import { lineWithin } from './shell-lines.js';
import { anyWords, canBe, type Word } from './shell-words.js';

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
    const reader = WRAPPERS.get(name) ?? RUNNERS.get(name);
    if (reader) {
        return depth < DEEPEST ? (reader(args, depth + 1) ?? open(words)) : open(words);
    }
    const builtin = BUILTINS.get(name);
    if (builtin) {
        const inside = builtin(args, depth);
        return inside ? withInner(inside, depth) : open(words);
    }
    return OPAQUE.has(name) || LOADER.test(name) || !isName(program) ? open(words) : NOTHING;
}

/** The same, with what its commands run in turn. */
function withInner(inside: Inside, depth: number): Inside {
    return together([
        inside,
        ...inside.commands.map((words) => (depth < DEEPEST ? read(words, depth + 1) : open(words)))
    ]);
}

/** Such a word is an assignment, an option of the shell itself, a job, or a folder. */
function isName(program: Word): boolean {
    return typeof program === 'object' || !/[=~]|^[%-]|^$/.test(program);
}

/** Commands that are nested more deeply are not known. */
const DEEPEST = 8;

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
    readonly alone: RegExp;
    readonly taking: RegExp;
    /** Options with their word attached. */
    readonly attached: RegExp;
    /** The number of words between the options and the command. */
    readonly operands: number;
    /** True if words such as `A=1` may come before the command. */
    readonly assigns: boolean;
}

/**
 * Reads `-[abc] -u: --user: --help A=1 WORD`: letters that can stand together, options that take a word, attached or
 * the next, others that do not, assignments, and an operand.
 */
function optionsOf(text: string): Options {
    const all = text.split(' ').filter((one) => one !== '');
    const letters = /^-\[(.*)\]$/.exec(all.find((one) => one.startsWith('-[')) ?? '')?.[1];
    const cluster = letters === undefined ? '' : `[${letters}]`;
    const taking = all.filter((one) => one.endsWith(':')).map((one) => one.slice(0, -1));
    const long = taking.filter((one) => one.startsWith('--'));
    const short = taking.filter((one) => !one.startsWith('--')).map((one) => one.slice(1));
    const attached = [...long.map((one) => `${one}=[^]*`), ...short.map((one) => `-${one}[^]+`)];
    const alone = [
        ...all.filter((one) => /^-[^[]*$/.test(one) && !one.endsWith(':')),
        ...(cluster === '' ? [] : [`-${cluster}+`]),
        ...attached
    ];
    const oneOf = (forms: readonly string[]): RegExp => new RegExp(`^(?:${forms.join('|') || '(?!)'})$`);
    return {
        alone: oneOf(alone),
        taking: oneOf([...long, ...short.map((one) => `-${cluster && `${cluster}*`}${one}`)]),
        attached: oneOf(attached),
        operands: all.filter((one) => one === 'WORD').length,
        assigns: all.includes('A=1')
    };
}

/** The words after the options. */
interface Rest {
    readonly words: readonly Word[];
    /** What runs because of the options and assignments. */
    readonly before: readonly Inside[];
    readonly options: readonly Word[];
}

/** Undefined if there is an option that is not known. */
function afterOptions(
    args: readonly Word[],
    { alone, taking, attached, operands, assigns }: Options
): Rest | undefined {
    let at = 0;
    for (; at < args.length; at++) {
        const word = startOf(args[at]!);
        if (word === undefined) {
            return undefined;
        } else if (word === '--' && typeof args[at] === 'string') {
            at++;
            break;
        } else if (taking.test(word) && typeof args[at] === 'string' && at + 1 < args.length) {
            at++;
            if (!isOneWord(args[at]!)) {
                return undefined;
            }
        } else if (!(typeof args[at] === 'string' ? alone : attached).test(word)) {
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
        const start = startOf(args[at]!) ?? '';
        if (!/^[^=/-][^=]*=/.test(start)) {
            if (typeof args[at] === 'object' && !start.includes('=')) {
                return undefined;
            }
            break;
        }
        before.push(ofAssignment(args[at]!));
    }
    const words = args.slice(at);
    // A word that looks like an option here would be read in ways that differ between systems.
    const first = words.find((word) => isOneWord(word) || startOf(word) !== undefined);
    return first !== undefined && startOf(first)?.startsWith('-') ? undefined : { words, before, options };
}

function wrapper(text = ''): Reader {
    const options = optionsOf(text);
    return (args, depth) => {
        const rest = afterOptions(args, options);
        return rest && together([...rest.before.map((one) => withInner(one, depth)), commandOf(rest.words, depth)]);
    };
}

/**
 * Shells run the text after `-c`; a script in a file, or the standard input, is not known.
 *
 * @param hasTests false if `[[` is a program for this shell, so that `[[ a || b ]]` runs `b`
 */
const shell =
    (hasTests: boolean): Reader =>
    (args, depth) => {
        let [at, hasText] = [0, false];
        for (; at < args.length; at++) {
            const word = args[at]!;
            if (typeof word === 'string' && /^-[abcefhilmnpruvxE]*[co]?$/.test(word) && word !== '-') {
                hasText ||= word.includes('c');
                at += word.endsWith('o') && SET_OPTION.test(knownText(args[at + 1]) ?? '') ? 1 : 0;
            } else if (!(typeof word === 'string' && /^--(?:login|norc|noprofile|posix|restricted)$/.test(word))) {
                break;
            }
        }
        const text = args[args[at] === '--' ? at + 1 : at];
        const isRead = hasText && text !== undefined && !/^[-+]/.test(startOf(text) ?? '');
        return isRead && (hasTests || !knownText(text)?.includes('[[')) ? linesOf([text], depth) : undefined;
    };

const XARGS = optionsOf(
    '-[0rtpx] -n: -P: -L: -s: -d: -a: -I: --null --no-run-if-empty --verbose --max-args: --max-procs: --max-lines: --max-chars: --delimiter: --arg-file:'
);

/** Options besides `-I` that take a word, or undo it. */
const XARGS_OTHERS = /^-(?:[0rtpx]*[nLsda]|-(?:max|delimiter|arg-file))/;

/** The input takes the place of the text after `-I`, or follows the words. */
const xargs: Reader = (args, depth) => {
    const rest = afterOptions(args, XARGS);
    if (!rest) {
        return undefined;
    }
    if (rest.words.length === 0) {
        return NOTHING;
    }
    const texts = rest.options.flatMap((word, at) => {
        const [, own] = /^-[0rtpx]*I([^]*)$/.exec(startOf(word) ?? '') ?? [];
        return own === undefined ? [] : [own === '' ? rest.options[at + 1] : typeof word === 'string' ? own : word];
    });
    if (!texts.every((text) => typeof text === 'string')) {
        return undefined;
    }
    const words = texts.reduce<readonly Word[]>((all, text) => all.map((word) => replaced(word, text)), rest.words);
    const isReplaced = texts.length === 1 && !rest.options.some((word) => XARGS_OTHERS.test(startOf(word) ?? ''));
    return commandOf(isReplaced ? words : [...words, anyWords('xargs')], depth);
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

const FIND_RUNS = ['-exec', '-execdir', '-ok', '-okdir'];

const find: Reader = (args, depth) => {
    const found = args.flatMap((word, at): Inside[] => {
        const rest = args.slice(at + 1);
        const end = rest.findIndex(
            (one, index) => canBe(one, ';') || (canBe(one, '+') && canBe(rest[index - 1] ?? '', '{}'))
        );
        // Without an end, nothing runs.
        const canRun = end >= 0 || (typeof word === 'object' && word.count !== 'one');
        if (!canRun || !FIND_RUNS.some((name) => canBe(word, name))) {
            return [];
        }
        if (typeof word === 'object') {
            return [open([word])];
        }
        const words = rest
            .slice(0, end)
            .map((one) => (one === '{}' && rest[end] !== ';' ? anyWords('{}') : replaced(one, '{}')));
        return [commandOf(typeof rest[end] === 'string' ? words : [...words, anyWords('find')], depth)];
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
function packages(text = ''): Reader {
    const options = optionsOf(text);
    return (args, depth) => {
        const rest = afterOptions(args, options);
        const [program, ...more] = rest?.words ?? [];
        return rest && program !== undefined
            ? commandOf([typeof program === 'string' ? program.replace(/(?<=.)@[^/]*$/, '') : program, ...more], depth)
            : undefined;
    };
}

const GIT = optionsOf(
    '-[pPvh] -C: -c: --git-dir: --work-tree: --namespace: --paginate --no-pager --bare --no-replace-objects --no-optional-locks --literal-pathspecs --version --help --html-path --exec-path'
);
const GIT_COMMAND = /^(?:core\.(?:pager|editor|sshcommand|askpass)|sequence\.editor|pager\.\w+)=/i;
const GIT_SETTING =
    /^(?:user|color|advice|init|commit|tag|push|pull|fetch|merge|rebase|log|status|safe|i18n|gc|http|protocol|core\.(?:quotepath|autocrlf|eol|abbrev|filemode|longpaths|safecrlf|ignorecase|symlinks|commentchar|whitespace|excludesfile)|diff\.(?:renames|renamelimit|noprefix|mnemonicprefix|algorithm|context|colormoved))\b(?![^=]*(?:program|cmd|driver|command|template|hook|proxy))/i;

/** `git rebase -x`, and other spellings of it. */
function canBeExec(word: Word): boolean {
    return typeof word === 'string' ? /^-(?:[^-]*x|-ex)/.test(word) : /^-|^$/.test(word.pieces[0] ?? '');
}

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
    const [subcommand, ...words] = rest.words;
    const [second] = words;
    const own: Inside = { ...NOTHING, commands: rest.options.length > 0 ? [['git', ...rest.words]] : [] };
    const canRun = (name: string, test: (word: Word) => boolean): boolean =>
        subcommand !== undefined && canBe(subcommand, name) && words.some(test);
    const runs =
        subcommand === 'bisect' && second === 'run'
            ? commandOf(words.slice(1), depth)
            : (subcommand !== undefined && !isOneWord(subcommand)) ||
                canRun('bisect', (word) => canBe(word, 'run')) ||
                canRun('submodule', (word) => canBe(word, 'foreach')) ||
                canRun('rebase', canBeExec)
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
    (more.length === 0 && isOneWord(first)) ||
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

const rows = (text: string, reader: (options: string) => Reader): (readonly [string, Reader])[] =>
    text
        .trim()
        .split('\n')
        .map((row) => row.trim().split(/: (.*)/))
        .flatMap(([names = '', options]) =>
            names.split(' ').map((name) => [name.replace(':', ''), reader(options ?? '')] as const)
        );

/** Programs and commands of shells that run the command after their options. */
const WRAPPERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
    ...rows(
        `
        env: -[iv0] - -u: -C: --ignore-environment --debug --unset: --chdir: A=1
        sudo: -[nEHkSAbPv] -u: -g: --non-interactive --preserve-env --set-home --reset-timestamp --stdin --askpass --background --user: --group: --preserve-env: A=1
        doas: -[n] -u:
        setsid: -[cfw] --ctty --fork --wait
        nice: -\\d+ -n: --adjustment:
        ionice: -[t] -c: -n:
        stdbuf: -i: -o: -e: --input: --output: --error:
        timeout gtimeout: -[v] -s: -k: --signal: --kill-after: --preserve-status --foreground --verbose WORD
        time: -[pvlaqh] -f: -o:
        exec: -[cl] -a:
        repeat: WORD
        nohup busybox toybox builtin noglob nocorrect coproc:
        `,
        wrapper
    ),
    ['xargs', xargs],
    ['find', find],
    ...['bash', 'zsh', 'ksh', 'rbash', 'mksh'].map((name) => [name, shell(true)] as const),
    ...['sh', 'dash', 'ash'].map((name) => [name, shell(false)] as const),
    ['eval', evaluated],
    ['trap', trap],
    ['alias', alias],
    ['command', (args, depth) => (/^-[vV]+$/.test(knownText(args[0]) ?? '') ? NOTHING : wrapper('-[p]')(args, depth))]
]);

const EXEC = wrapper(
    '-[itdT] -u: -w: -e: --interactive --tty --detach --privileged --rm --no-deps --user: --workdir: --env: --env-file: WORD'
);
const RUN = wrapper(
    '-[itdP] -v: -e: -u: -w: -p: -m: -h: -l: --interactive --tty --detach --rm --init --privileged --read-only --name: --volume: --env: --env-file: --user: --workdir: --network: --publish: --platform: --pull: --mount: --memory: --cpus: --restart: --hostname: --label: --add-host: --gpus: --shm-size: WORD'
);

/** Programs with a subcommand, or a package, that they run. */
const RUNNERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
    ['git', git],
    ...rows(
        `
        npx: -[yq] -p: --yes --no --no-install --quiet --prefer-offline --ignore-existing --package:
        bunx: --bun
        uvx: -[q] -p: --quiet --from: --with: --python:
        `,
        packages
    ),
    ...rows(
        `
        uv poetry pipenv pdm rye hatch: -[qv] -p: --quiet --verbose --frozen --locked --no-sync --no-project --isolated --active --all-extras --dev --with: --python: --extra: --group: --project: --directory:
        conda: -n: -p: --name: --prefix: --cwd: --no-capture-output --live-stream
        `,
        (options) => subcommands({ run: wrapper(options) })
    ),
    ['npm', subcommands({ exec: packages('-[y] --yes --no --package:'), x: packages('-[y] --yes --no --package:') })],
    ['pnpm', subcommands({ exec: packages(), dlx: packages() })],
    ['yarn', subcommands({ exec: packages(), dlx: packages() })],
    ['pipx', subcommands({ run: packages() })],
    ['bundle', subcommands({ exec: wrapper() })],
    ['docker', subcommands({ exec: EXEC, run: RUN, compose: subcommands({ exec: EXEC, run: EXEC }) })],
    ['podman', subcommands({ exec: EXEC, run: RUN })],
    ['docker-compose', subcommands({ exec: EXEC, run: EXEC })]
]);

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
