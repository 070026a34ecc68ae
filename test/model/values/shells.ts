/** Runs real shells, to compare the reading of shell lines with them. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The only available programs; each records the words it was called with. */
export const PROGRAMS = ['a', 'b', 'ab', 'ba'];

/** For each line, the commands that the shell ran, with their words, in the order in which they recorded them. */
export function run(shell: readonly string[], lines: readonly string[]): string[][][] {
    const folder = mkdtempSync(join(tmpdir(), 'guardrail-shell-'));
    try {
        const script = join(folder, 'script');
        writeFileSync(script, [PREAMBLE, ...lines.map(runLine), 'exit 0'].join('\n'));
        const [program = '', ...args] = shell;
        const env = { ...process.env, LOG: join(folder, 'log'), HOME: '/home/x', PATH: '/nowhere' };
        const path = spawnSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).stdout.trim();
        const { status, stderr } = spawnSync(path, [...args, script], {
            cwd: folder,
            env,
            encoding: 'utf8',
            timeout: 60_000
        });
        if (status !== 0) {
            throw new Error(`${program} ended with ${status}: ${stderr}`);
        }
        return readLog(readFileSync(join(folder, 'log'), 'utf8'));
    } finally {
        rmSync(folder, { recursive: true });
    }
}

const PREAMBLE = [
    `note() { ( PATH=/usr/bin:/bin; printf '%s\\0' "$#" "$@" >>"$LOG" ); }`,
    ...PROGRAMS.map((program) => `${program}() { note ${program} "$@"; }`),
    // bash and zsh report programs that they do not find
    'command_not_found_handle() { note "$@"; }',
    'command_not_found_handler() { note "$@"; }'
].join('\n');

const runLine = (line: string): string =>
    `note; ( eval ' ${line.replaceAll("'", `'\\''`)}'; wait ) </dev/null >/dev/null 2>&1`;

function readLog(log: string): string[][][] {
    const texts = log.split('\0');
    const lines: string[][][] = [];
    for (let at = 0; at < texts.length - 1;) {
        const count = Number(texts[at]);
        const words = texts.slice(at + 1, at + 1 + count);
        at += 1 + count;
        if (count === 0) {
            lines.push([]);
        } else {
            lines[lines.length - 1]!.push(words);
        }
    }
    return lines;
}
