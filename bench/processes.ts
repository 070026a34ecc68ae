/** Runs programs to be measured, each in a separate process. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { VerdictTimes } from './verdict.js';

/** The folder of the bundled programs, and their inputs. */
const folder = dirname(fileURLToPath(import.meta.url));

/** Runs a program to completion, and throws with its output if it fails. */
export function run(command: string, args: readonly string[], cwd = folder): string {
    const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 28 });
    if (error || status !== 0) {
        throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? `exit ${status}`}\n${stdout}${stderr}`);
    }
    return stdout;
}

/** Writes a text to a file for a program to read, and returns its path. */
export function fileWith(name: string, text: string): string {
    const path = join(folder, 'members', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
}

/** Computes the verdicts of a policy in a fresh process. */
export function verdictsOf(file: string, rounds: number, claim?: string): VerdictTimes {
    const args = [join(folder, 'verdict.mjs'), file, String(rounds), ...(claim === undefined ? [] : [claim])];
    return JSON.parse(run(process.execPath, args)) as VerdictTimes;
}

export function hasProgram(name: string): boolean {
    return (process.env.PATH ?? '').split(delimiter).some((path) => existsSync(join(path, name)));
}

export function median(values: readonly number[]): number {
    const sorted = [...values].sort((a, b) => a - b);
    const middle = sorted.length >> 1;
    return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
