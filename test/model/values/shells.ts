/** Runs real shells, to compare the reading of shell lines with them. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canBe, canBeText, type Word } from '../../../server/model/values/shell-words.js';
import { PROGRAMS } from './shell-grammar.js';

/** Programs that run others. Nothing else can be found by its name. */
const WRAPPERS = ['sh', 'bash', 'env', 'nice', 'nohup', 'timeout', 'stdbuf', 'setsid', 'xargs', 'find'];

/** For each line, the commands that the shell ran, with their words, in the order in which they recorded them. */
export function run(shell: readonly string[], lines: readonly string[]): string[][][] {
    const folder = mkdtempSync(join(tmpdir(), 'guardrail-shell-'));
    try {
        const [programs, work, script, logs] = ['programs', 'work', 'script', 'logs'].map((name) => join(folder, name));
        mkdirSync(programs!);
        mkdirSync(work!);
        mkdirSync(logs!);
        for (const program of PROGRAMS) {
            const path = join(programs!, program);
            writeFileSync(path, `#!/bin/sh\nprintf '%s\\0' "$(($# + 1))" ${program} "$@" >&9\n`);
            chmodSync(path, 0o755);
        }
        for (const name of WRAPPERS) {
            const path = pathOf(name);
            if (path !== '') {
                symlinkSync(path, join(programs!, name));
            }
        }
        writeFileSync(
            script!,
            [PREAMBLE, ...lines.map((line, index) => runLine(line, join(logs!, String(index)))), 'exit 0'].join('\n')
        );
        const [program = '', ...args] = shell;
        // Variables of the machine that runs the tests would be values that the lines do not determine.
        const env = { HOME: '/home/x', PATH: programs!, LC_ALL: 'C.UTF-8' };
        const options = { cwd: work!, env, encoding: 'utf8', timeout: 300_000 } as const;
        const { status, stderr } = spawnSync(pathOf(program), [...args, script!], options);
        if (status !== 0) {
            throw new Error(`${program} ended with ${status}: ${stderr}`);
        }
        return lines.map((_, index) => readLog(readFileSync(join(logs!, String(index)), 'utf8')));
    } finally {
        rmSync(folder, { recursive: true });
    }
}

function pathOf(program: string): string {
    return spawnSync('/bin/sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).stdout.trim();
}

/** Programs that are not found are recorded by bash and zsh. Functions are faster than programs. */
const PREAMBLE = [
    `note() { printf '%s\\0' "$#" "$@" >&9; }`,
    ...PROGRAMS.map((program) => `${program}() { note ${program} "$@"; }`),
    'command_not_found_handle() { note "$@"; }',
    'command_not_found_handler() { note "$@"; }',
    'FUNCNEST=5'
].join('\n');

/** The descriptor stays open in all that the line runs, and a process may go on in the background. */
const runLine = (line: string, log: string): string =>
    `( ulimit -t 1; eval ' ${line.replaceAll("'", `'\\''`)}'; wait ) 9>>'${log}' </dev/null >/dev/null 2>&1`;

function readLog(log: string): string[][] {
    const texts = log.split('\0');
    const commands: string[][] = [];
    for (let at = 0; at < texts.length - 1;) {
        const words = texts.slice(at + 1, at + 1 + Number(texts[at]));
        // A line can call the function for programs that are not found, without one.
        if (words.length > 0) {
            commands.push(words);
        }
        at += 1 + words.length;
    }
    return commands;
}

/** True if the words can be those that ran; an open word can be none or several. */
export function fits(words: readonly Word[], ran: readonly string[]): boolean {
    const [word, ...rest] = words;
    if (word === undefined) {
        return ran.length === 0;
    }
    if (typeof word === 'string' || word.count === 'one') {
        return ran.length > 0 && canBe(word, ran[0]!) && fits(rest, ran.slice(1));
    }
    return ran
        .concat('')
        .some(
            (_, count) =>
                (word.count === 'any'
                    ? canBeText(word.pieces, ran.slice(0, count).join(' ')) || count === 0
                    : ran.slice(0, count).every((one) => canBeText(word.pieces, one))) && fits(rest, ran.slice(count))
        );
}
