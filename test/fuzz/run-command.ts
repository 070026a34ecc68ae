/** Runs the command on a project, and defines what must never happen. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLI } from '../cli/guardrail.js';
import { type Content, makeProject, putEntries, snapshot } from './project.js';

export interface Command {
    readonly args: readonly string[];
    /** The files of the project that the command may write, by prefix. */
    readonly writes?: readonly string[];
    /** The file of the project that is passed as standard input. */
    readonly input?: string;
    /** True if standard input stays open until the command pauses, as that of a client does. */
    readonly isInputOpen?: boolean;
    /** True if standard output is JSON, or empty. */
    readonly isJson?: boolean;
}

export interface CommandCase {
    readonly files: Readonly<Record<string, Content>>;
    /** The commands that are run first; their results do not matter. */
    readonly before?: readonly Command[];
    /** The command that follows these; `*` in a name is the only entry of a folder. */
    readonly command: Command;
    /** True if it is run a second time, and must give the same result. */
    readonly isTwice: boolean;
}

/** The problem; undefined if there is none. */
export type Finding = string | undefined;

/** An additional check of a command's result. */
export type Check = (outcome: Outcome, command: Command, project: string) => Finding;

export interface Outcome {
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
    /** The reason why the command was terminated; undefined if it ended on its own. */
    readonly killed: string | undefined;
}

export interface Judgement {
    readonly finding: Finding;
    /** The location of the project, if something was found there; the caller removes it. */
    readonly folder: string;
}

/** Creates the project, runs the command there, and removes it unless something is found. */
export async function judge({ files, before = [], command, isTwice }: CommandCase, check?: Check): Promise<Judgement> {
    const root = mkdtempSync(join(tmpdir(), 'guardrail-fuzz-'));
    const project = makeProject(root, files);
    for (const first of before) {
        await run(first, project, files);
    }
    putEntries(project, files);
    const first = await judgeOnce(root, project, command, files);
    let finding = first.finding ?? check?.(first.outcome, command, project);
    if (finding === undefined && isTwice && !command.writes) {
        const second = await judgeOnce(root, project, command, files);
        finding = second.finding ?? differenceOf(first.outcome, second.outcome);
        const longer = withMoreTime(command);
        if (finding !== undefined && longer !== command && second.finding === undefined) {
            // A result that the other run missed by a second may be found with more time.
            const [one, other] = [await run(longer, project, files), await run(longer, project, files)];
            finding = differenceOf(one, other);
        }
    }
    if (finding === undefined) {
        rmSync(root, { recursive: true, force: true });
    }
    return { finding, folder: root };
}

function withMoreTime(command: Command): Command {
    const at = command.args.indexOf('--timeout') + 1;
    return at > 0 && command.args[at] === '1'
        ? { ...command, args: command.args.map((arg, index) => (index === at ? String(MORE_SECONDS) : arg)) }
        : command;
}

async function judgeOnce(
    root: string,
    project: string,
    command: Command,
    files: CommandCase['files']
): Promise<{ outcome: Outcome; finding: Finding }> {
    const before = snapshot(root);
    const outcome = await run(command, project, files);
    return { outcome, finding: whatIsWrong(outcome, command) ?? whatWasWritten(before, snapshot(root), command) };
}

const STACK = /\n\s+at .*[(\s/][\w.-]+\.[cm]?[jt]s:\d+/;
const RAW_ERROR =
    /\b(Type|Range|Reference|Syntax|Assertion)Error\b|Cannot read propert|is not a function|is not iterable|Maximum call stack|Invalid string length|heap out of memory|\[object Object\]|UnhandledPromise/;
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;
/** Exit code 4 is for a gateway whose log or server failed. */
const EXIT_CODES = [0, 1, 2, 3, 4];

function whatIsWrong({ code, stdout, stderr, killed }: Outcome, { args, isJson }: Command): Finding {
    if (killed !== undefined) {
        return killed;
    }
    // Only the start of a long report is shown.
    const all = stderr + stdout;
    if (code === null || !EXIT_CODES.includes(code)) {
        return `exit code ${code}: ${all.slice(0, 2000)}`;
    }
    const wrong = [/GR901|checker itself failed/, STACK, RAW_ERROR].find((pattern) => pattern.test(all));
    if (wrong) {
        return `it prints ${wrong.exec(all)![0]}: ${all.slice(0, 2000)}`;
    }
    if (code === 2 && !/GR\d{3}/.test(all) && !UNCODED.has(args[0]!)) {
        return `exit code 2 without a code: ${all.slice(0, 500)}`;
    }
    if (UNSEEN.test(stderr) || (!isJson && !VERBATIM.has(args[0]!) && UNSEEN.test(stdout))) {
        return `it prints a character that cannot be seen: ${JSON.stringify(all).slice(0, 1000)}`;
    }
    if (isJson && stdout !== '' && !isJsonText(stdout)) {
        return `it prints what is not JSON: ${stdout.slice(0, 500)}`;
    }
    return undefined;
}

/** Commands that name the invalid step, or the command that shows each error. */
const UNCODED = new Set(['simulate', 'coverage']);

/** Commands whose output is a text from the input, or a protocol. */
const VERBATIM = new Set(['fmt', 'export', 'mcp', 'lsp', 'gateway']);

/** Expects that inputs stay unchanged, and that nothing is written except the requested output, and nothing outside. */
function whatWasWritten(before: Map<string, string>, after: Map<string, string>, { writes = [] }: Command): Finding {
    const names = [...new Set([...before.keys(), ...after.keys()])].filter(
        (name) => before.get(name) !== after.get(name)
    );
    const own = [...writes, ...CONFIGURED].map((name) => `project/${name}`);
    const wrong = names.find(
        (name) => name.endsWith('.tmp') || !own.some((one) => name.startsWith(one) || one.startsWith(`${name}/`))
    );
    return wrong && `it writes ${wrong}`;
}

/** The locations of the cache, and of the outputs in the configuration. */
const CONFIGURED = ['node_modules/.cache', '.guardrail-cache', '.kept', 'out'];

function differenceOf(one: Outcome, other: Outcome): Finding {
    const texts = [one, other].map(({ code, stdout, stderr }) =>
        // Columns are as wide as the times in them, so blanks are removed too.
        `${code}\n${stdout}\n${stderr}`.replace(TIMES, '').replace(/ {2,}/g, ' ')
    );
    return texts[0] === texts[1] || texts.some((text) => /undecided|time/.test(text))
        ? undefined
        : `two runs differ: ${texts.map((text) => text.slice(0, 1000)).join('\n---\n')}`;
}

/** Matches durations, and notes that the second run used the cache. */
const TIMES =
    /[\d.]+ (ms|s|seconds)\b|"(milliseconds|ms|fromCache|time)": ?[\d.]+| · \d+ from the cache|time="[\d.]+"/g;

function isJsonText(text: string): boolean {
    try {
        JSON.parse(text);
        return true;
    } catch {
        return false;
    }
}

/**
 * The seconds of processor time, which is independent of other load on the machine, beyond which the command is
 * considered hanging.
 */
const BASE_SECONDS = 30;
/**
 * The seconds for each claim, whose own `--timeout` is one second; with more time, a run that takes as long remains
 * undecided.
 */
const CLAIM_SECONDS = 2;
const MORE_SECONDS = 20;
/** The minimum speed at which input must be read: a client may send hundreds of megabytes. */
const BYTES_PER_SECOND = 5_000_000;
/** The seconds for each check that a message requests. */
const REQUEST_SECONDS = 1;
/** The maximum seconds of clock time without processor time (a command that waits uses none), and in all. */
const MOST_IDLE_SECONDS = 30;
const MOST_SECONDS = 240;
const MOST_MEMORY_MB = 1800;
const LOOK_EVERY_MS = 250;
/** The time in which a command must start, and the time without processor use after which it counts as idle. */
const START_MS = 500;
const PAUSE_MS = 750;

function run(
    { args, input, isInputOpen = false }: Command,
    cwd: string,
    files: CommandCase['files']
): Promise<Outcome> {
    const seconds = args.includes(String(MORE_SECONDS)) ? MORE_SECONDS : 1;
    const claims = Object.values(files).reduce((sum, { text = '' }) => sum + text.split(/\bclaim\b/).length - 1, 3);
    const bytes = input === undefined ? undefined : readInput(join(cwd, input));
    const requests = bytes === undefined ? 0 : occurrences(bytes, 'guardrail_check');
    return new Promise((resolve) => {
        const child = spawn(process.execPath, [CLI, ...args], {
            cwd,
            env: { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', HOME: cwd }
        });
        let [stdout, stderr, killed] = ['', '', undefined as string | undefined];
        child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
        child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
        child.stdin.on('error', () => undefined);
        if (isInputOpen) {
            child.stdin.write(bytes ?? '');
        } else {
            child.stdin.end(bytes);
        }
        const began = Date.now();
        let busy = { seconds: 0, at: began };
        const watch = setInterval(() => {
            const used = usageOf(child.pid!);
            const now = Date.now();
            if (used.seconds !== busy.seconds) {
                busy = { seconds: used.seconds, at: now };
            }
            if (isInputOpen && now - Math.max(busy.at, began + START_MS) > PAUSE_MS) {
                child.stdin.end();
            }
            const limit =
                BASE_SECONDS +
                CLAIM_SECONDS * seconds * claims +
                REQUEST_SECONDS * requests +
                (bytes?.length ?? 0) / BYTES_PER_SECOND;
            if (used.seconds > limit || now - began > (MOST_SECONDS + REQUEST_SECONDS * requests) * 1000) {
                killed = `it hangs: ${used.seconds} seconds of processor time, at most ${limit}`;
            } else if (now - busy.at > MOST_IDLE_SECONDS * 1000) {
                killed = `it waits: ${MOST_IDLE_SECONDS} seconds without processor time`;
            } else if (used.memory > MOST_MEMORY_MB) {
                killed = `it takes ${used.memory} MB of memory`;
            }
            if (killed !== undefined) {
                child.kill('SIGKILL');
            }
        }, LOOK_EVERY_MS);
        child.on('close', (code) => {
            clearInterval(watch);
            resolve({ code, stdout, stderr, killed });
        });
    });
}

function occurrences(bytes: Buffer, word: string): number {
    let count = 0;
    for (let at = bytes.indexOf(word); at >= 0; at = bytes.indexOf(word, at + word.length)) {
        count++;
    }
    return count;
}

function readInput(path: string): Buffer | undefined {
    try {
        return readFileSync(path);
    } catch {
        return undefined;
    }
}

/** The usage of a process and its threads; unknown if there is no `/proc`, or once the process has ended. */
function usageOf(pid: number): { readonly seconds: number; readonly memory: number } {
    try {
        const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
            .replace(/^.*\) /, '')
            .split(' ');
        const memory = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0;
        return { seconds: (Number(fields[11]) + Number(fields[12])) / 100, memory: Math.round(Number(memory) / 1024) };
    } catch {
        return { seconds: 0, memory: 0 };
    }
}

/**
 * Expects that the log report covers each line: it is an event, or it is reported. No call may be let through that does
 * not fit the inventory, by a count that is independent of the product.
 */
export const checkReplay: Check = ({ code, stdout }, { args }, project) => {
    if (stdout === '') {
        return undefined;
    }
    const { decisions, unreadable, unfit, calls, events, traceFormat } = JSON.parse(stdout) as ReplayReport;
    const { allowed, held, denied } = decisions;
    const decided = [allowed, held, ...Object.values(denied)].reduce((sum, count) => sum + count, 0);
    if (decided !== calls || events < calls) {
        return `of ${events} events and ${calls} calls ${decided} were decided`;
    }
    if ((code === 0 || code === 1) && (unreadable.count > 0 || unfit.count > 0 || calls === 0)) {
        return `exit code ${code}, though the log was not read whole: ${JSON.stringify({ unreadable, unfit, calls })}`;
    }
    const log = args[args.indexOf('--trace') + 1]!;
    if (traceFormat !== 'jsonl' || !log.endsWith('.jsonl')) {
        return undefined;
    }
    // Lines can be counted here only in this format: a line that is a document contains several.
    const lines = (readInput(join(project, log)) ?? Buffer.alloc(0))
        .toString('utf8')
        .replace(/^\uFEFF/, '')
        .split('\n')
        .filter((line) => line.trim() !== '');
    if (events + unreadable.count < lines.length) {
        return `of ${lines.length} lines ${events} are events, and ${unreadable.count} were reported`;
    }
    const fit = lines.filter(isFitCall).length;
    return allowed + held > fit
        ? `${allowed + held} calls are allowed or held, and ${fit} fit the inventory`
        : undefined;
};

interface ReplayReport {
    readonly traceFormat?: string;
    readonly events: number;
    readonly calls: number;
    readonly unreadable: { readonly count: number };
    readonly unfit: { readonly count: number };
    readonly decisions: {
        readonly allowed: number;
        readonly held: number;
        readonly denied: Readonly<Record<string, number>>;
    };
}

const PARAMS: Readonly<Record<string, Readonly<Record<string, boolean>>>> = {
    read: { folder: true },
    send: { to: true, body: false },
    fetch: { url: true }
};

/**
 * True if a line is a call of a tool of the mail policy with arguments of the declared types, or the answer that shows
 * that such a call was released.
 */
function isFitCall(line: string): boolean {
    try {
        const { type, tool, args } = JSON.parse(line) as {
            type: unknown;
            tool: unknown;
            args: Record<string, unknown>;
        };
        if (type === 'result' || type === 'error' || type === 'lost') {
            return true;
        }
        const params = PARAMS[/[a-z]+$/.exec(String(tool))?.[0] ?? ''];
        return (
            type === 'call' &&
            params !== undefined &&
            Object.entries(params).every(([name, isNeeded]) =>
                typeof args[name] === 'string' ? true : !isNeeded && (args[name] === undefined || args[name] === null)
            ) &&
            Object.keys(args).every((name) => name in params)
        );
    } catch {
        return false;
    }
}

/**
 * Expects that each call which reached the server is one that the mail policy allows, by rules that are independent of
 * the product: the call fits the inventory, and nothing is sent after mail was read, since nobody approves.
 */
export const checkReceived: Check = (_, __, project) => {
    const received = (readInput(join(project, RECEIVED))?.toString('utf8') ?? '')
        .split('\n')
        .filter((line) => line !== '');
    const wrong = received.find((line) => !isFitCall(line));
    if (wrong !== undefined) {
        return `the server received a call that does not fit the inventory: ${wrong.slice(0, 500)}`;
    }
    const tools = received.map((line) => (JSON.parse(line) as { readonly tool: string }).tool);
    const read = tools.indexOf('read');
    return read >= 0 && tools.includes('send', read)
        ? `the server received a call of send after one of read: ${received.join(' ').slice(0, 1000)}`
        : undefined;
};

/** The calls that the server of the gateway received. */
export const RECEIVED = 'received.jsonl';
