/** The variables of a shell line: which values the line determines, and which variables name programs. */
import type { Assignment, Command, Script, Statement, SyntaxNode, WordPart } from 'unbash';
import { forEachChild } from 'unbash';
import type { Values, Word } from './shell-words.js';

/**
 * Whether other programs run when a variable is set: `any`, as with `PATH`, or the `command` that is its value, as with
 * `GIT_PAGER`. Programs that are found after those of `PATH` take the place of none.
 */
export function variableKind(name: string, source: string): 'any' | 'command' | undefined {
    if (HARMLESS.test(source)) {
        return undefined;
    }
    return ANY_PROGRAM.test(name) ? 'any' : COMMAND.test(name) ? 'command' : undefined;
}

const ANY_PROGRAM =
    /^(?:PATH|path|LD_.*|DYLD_.*|BASH_.*|ENV|ZDOTDIR|PS[0-9]|PROMPT_COMMAND|precmd_functions|SHELLOPTS|BASHOPTS|GIT_(?:EXEC_PATH|CONFIG.*|TEMPLATE_DIR|DIR|COMMON_DIR)|NODE_OPTIONS|PYTHON(?:STARTUP|HOME)|PERL5.*|RUBY(?:OPT|LIB)|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|NPM_CONFIG_.*(?:SHELL|SCRIPT|GLOBALCONFIG|USERCONFIG|PREFIX).*|npm_config_.*(?:shell|script|globalconfig|userconfig|prefix).*|LESSOPEN|LESSCLOSE|GCONV_PATH|TERMINFO.*|TERMCAP)$/;

const HARMLESS =
    /^(?:PATH\+=:[^$`]*|PATH=["']?\$(?:PATH|\{PATH\})["']?(?::[^$`]*)?|NODE_OPTIONS=["']?(?:--(?:max[-_]old[-_]space[-_]size=\d+|experimental-vm-modules|no-(?:warnings|deprecation)|openssl-legacy-provider|trace-\w+) ?)*["']?)$/;

const COMMAND =
    /^(?:(?:.*_)?(?:PAGER|EDITOR|ASKPASS|SSH_COMMAND|PROXY_COMMAND)|GIT_(?:SSH|EXTERNAL_DIFF)|VISUAL|BROWSER|SHELL|RSYNC_RSH|CVS_RSH|RUSTC_WRAPPER|FZF_.*|EXINIT|VIMINIT)$/;

/** Names that shells set by themselves, or read in a way of their own. */
const SPECIAL =
    /^(?:_|BASH.*|COMP.*|DIRSTACK|E?UID|EPOCH.*|FUNCNAME|GROUPS|HIST.*|HOST.*|IFS|LINENO|MAPFILE|(?:OLD)?PWD|OPT.*|P?PID.*|PIPESTATUS|PS\d|S?RANDOM|REPLY|SECONDS|SHELL.*|SHLVL|PATH|argv|aliases|builtins|c?d?path|commands|fignore|fpath|functions|history|manpath|mailpath|module_path|options|parameters|pipestatus|prompt|psvar|status|terminfo|widgets|TTY.*|USERNAME)$/;

/** Variables that always have a value, which is one word unless the line assigns it. */
const ONE_WORD = /^(?:HOME|PWD|[?#$])$/;

/** Commands that assign variables that their text or another file names; these are not followed. */
const CODE = /(?<![\w./-])(?:eval|source|\.|trap|alias|emulate|autoload)(?![\w./-])/;
const SETTERS =
    /(?<![\w./-])(?:read|mapfile|readarray|getopts|declare|typeset|local|integer|float|nameref|let|unset|printf|wait|coproc)(?![\w./-])/;

/** How the words of a line are read; it changes no other command. */
const SPLIT_OF_READ = /\bIFS=\S*\s+(?=read\b|mapfile\b|readarray\b)/g;

/** A number, a variable, or a variable's length; with `[i]`, an element of a list. */
const OPERAND =
    /^["']?(?:-?\d[\w#]*|\$[#?$!]|\$?\{?#?([A-Za-z_]\w*)(?:\[(?:[@*]|\$?\{?([A-Za-z_]\w*)\}?|\d+)\])?\}?)["']?$/;
const OWN_NUMBERS =
    /^(?:RANDOM|SRANDOM|SECONDS|LINENO|UID|EUID|PPID|SHLVL|BASHPID|EPOCHSECONDS|OPTIND|COLUMNS|LINES|BASH_REMATCH|PIPESTATUS)$/;

/** True if a text that the shell computes as a number cannot run commands. */
export function isNumeric(text: string, variables: Values): boolean {
    const parts = text.split(/[-+*/%<>=!&|^?:,()~\s]+/).filter((part) => part !== '');
    return parts.every((part) => {
        const found = OPERAND.exec(part);
        return found !== null && found.slice(1).every((name) => name === undefined || variables.isNumber(name));
    });
}

/** The values of the variables at the place that is being read. */
export class Variables implements Values {
    private values = new Map<string, string>();
    /** Variables that are not only assigned by statements of the line itself. */
    private readonly loose = new Set<string>();
    private readonly assigned = new Set<string>();
    /** Variables that may have a value that is neither a number nor a plain text. */
    private readonly texts = new Set<string>();
    /** False if commands of the line assign variables, or split values, in ways that are not followed. */
    private readonly isFollowed: boolean;
    private readonly isSplit: boolean;
    private readonly hasCode: boolean;

    constructor(script: Script, text: string) {
        const bare = text.replace(/\\\n|["'\\]/g, '');
        this.hasCode = CODE.test(bare);
        this.isSplit = /\bIFS\b/.test(bare.replaceAll(SPLIT_OF_READ, ''));
        this.isFollowed = !this.hasCode && !this.isSplit && !SETTERS.test(bare);
        if (/=|\(\(|\b(?:for|select|read|mapfile|readarray|getopts)\b/.test(bare)) {
            const inOrder = new Set<SyntaxNode>(script.commands.flatMap((statement) => firstCommand(statement)));
            this.survey(script, inOrder);
        }
    }

    get(name: string): string | undefined {
        return this.values.get(name);
    }

    isOneWord(name: string): boolean {
        return ONE_WORD.test(name) && !this.hasCode && !this.isSplit && !this.assigned.has(name);
    }

    /** True if the value of the variable can only be a number or a text without substitutions. */
    isNumber(name: string): boolean {
        return !this.hasCode && !this.texts.has(name) && (this.assigned.has(name) || OWN_NUMBERS.test(name));
    }

    /** Reads something that runs at another time. */
    suspended(read: () => void): void {
        const { values } = this;
        this.values = new Map();
        read();
        this.values = values;
    }

    assign({ name, append, index }: Assignment, value: Word | undefined, { name: program }: Command): void {
        const isKept = !program || KEEPING.test(program.text);
        if (isKept && this.isFollowed && !append && !index && typeof value === 'string' && this.canFollow(name)) {
            this.values.set(name, value);
        } else {
            this.values.delete(name);
        }
    }

    private canFollow(name: string): boolean {
        return !this.loose.has(name) && !SPECIAL.test(name);
    }

    private survey(node: SyntaxNode, inOrder: ReadonlySet<SyntaxNode>): void {
        switch (node.type) {
            case 'Command': {
                const { name, prefix, suffix } = node;
                const owner = name ? (KEEPING.test(name.text) ? suffix : []) : prefix;
                [...prefix, ...suffix].forEach((item) => {
                    if (item.type === 'Assignment') {
                        const isOwn = inOrder.has(node) && owner.includes(item) && !item.append && !item.index;
                        this.note(item.name, isOwn, item.value.type === 'Word' && isNumeral(item.value));
                    }
                });
                const words = [name, ...suffix].map((word) => (word?.type === 'Word' ? word.value : ''));
                if (words.some((word) => SETTERS.test(word))) {
                    const names = words.flatMap((word) => word.match(/[A-Za-z_]\w*/g) ?? []);
                    names.forEach((name) => this.note(name, false, false));
                }
                break;
            }
            case 'For':
                this.note(node.name.value, false, node.wordlist?.every(isNumeral) ?? false);
                break;
            case 'Select':
                this.note(node.name.value, false, false);
                break;
            case 'ArithmeticWord':
                (node.value.match(/[A-Za-z_]\w*/g) ?? []).forEach((name) => this.loose.add(name));
                break;
            case 'ArithmeticBinary':
                if (/^(?:[^=<>!]|<<|>>)?=$/.test(node.operator) && node.left.type === 'ArithmeticWord') {
                    this.note(node.left.value, false, true);
                }
                break;
            case 'ParameterExpansion':
                if (node.operation?.type === 'Default' && node.operation.operator.endsWith('=')) {
                    this.note(node.parameter, false, false);
                }
                break;
            case 'FileDescriptorVariable':
                this.note(node.name, false, true);
                break;
            default:
                break;
        }
        forEachChild(node, (child) => this.survey(child, inOrder));
    }

    private note(name: string, isInOrder: boolean, isNumberOrPlain: boolean): void {
        this.assigned.add(name);
        if (!isInOrder) {
            this.loose.add(name);
        }
        if (!isNumberOrPlain) {
            this.texts.add(name);
        }
    }
}

/** True if the word can only be a number, or nothing. */
function isNumeral({
    text,
    parts
}: {
    readonly text: string;
    readonly parts?: readonly WordPart[] | undefined;
}): boolean {
    const [part] = parts ?? [];
    const [inner] = part?.type === 'DoubleQuoted' ? part.parts : [part];
    return NUMERAL.test(text) || (parts?.length === 1 && inner?.type === 'ArithmeticExpansion');
}

const NUMERAL = /^(["']?)(?:-?\d*|\$[?#$!]|\$\{#\w+(?:\[[@*]\])?\}|\{-?\d+\.\.-?\d+(?:\.\.\d+)?\})\1$/;

/** The commands that keep their assignments. */
const KEEPING = /^(?:export|readonly)$/;

/** The command of a statement that always runs, right after the statement before it. */
function firstCommand({ command, background }: Statement): SyntaxNode[] {
    if (background) {
        return [];
    }
    const first = command.type === 'AndOr' ? command.commands[0]! : command;
    return first.type === 'Command' ? [first] : [];
}
