/** Runs the real SPIN: takes a model and returns its verifier's output. */
import { execFileSync, type ExecFileSyncOptionsWithStringEncoding } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installDebianPackages, onPath, SetupError } from '../../scripts/debian.mjs';

export interface SpinResult {
    readonly errors: number;
    /** The number of states stored. */
    readonly states: number;
}

/** Installs SPIN and a C compiler if possible; undefined if both are available, otherwise what is missing. */
export function missingForSpin(): string | undefined {
    try {
        installDebianPackages([
            ...(onPath('spin') ? [] : ['spin']),
            ...(onPath('cc') || onPath('gcc') ? [] : ['gcc', 'libc6-dev'])
        ]);
        return undefined;
    } catch (error) {
        if (error instanceof SetupError) {
            return error.message;
        }
        throw error;
    }
}

/** Explores the model breadth first, to the end or to the first error. */
export function runSpin(model: string): SpinResult {
    const cwd = mkdtempSync(join(tmpdir(), 'guardrail-spin-'));
    try {
        writeFileSync(join(cwd, 'model.pml'), model);
        const quiet: ExecFileSyncOptionsWithStringEncoding = {
            cwd,
            encoding: 'utf8',
            stdio: ['ignore', 'pipe', 'pipe']
        };
        // SPIN does not count variables that are only written, unless told to (-o2).
        execFileSync('spin', ['-a', '-o2', 'model.pml'], quiet);
        execFileSync(onPath('cc') ? 'cc' : 'gcc', ['-w', '-O0', '-DSAFETY', '-DBFS', '-o', 'pan', 'pan.c'], quiet);
        const output = execFileSync(join(cwd, 'pan'), ['-m1000000'], quiet);
        if (
            /max search depth too small|out of memory|Search not completed/.test(
                output.replace(/assertion violated[^]*/, '')
            )
        ) {
            throw new Error(`SPIN did not explore the whole model:\n${output}`);
        }
        return { errors: figure(output, /errors: (\d+)/), states: figure(output, /(\d+) states, stored/) };
    } finally {
        rmSync(cwd, { recursive: true, force: true });
    }
}

function figure(output: string, pattern: RegExp): number {
    const found = pattern.exec(output)?.[1];
    if (found === undefined) {
        throw new Error(`SPIN printed nothing like ${pattern}:\n${output}`);
    }
    return Number(found);
}
