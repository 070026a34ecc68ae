/** Runs SPIN's search of a member: the generated verifier, compiled once. */
import { dirname } from 'node:path';
import { fileWith, run } from '../processes.js';
import type { Member } from './model.js';
import { promelaText } from './promela.js';

export type Order = 'BFS' | 'DFS';

export interface SpinResult {
    readonly states: number;
    readonly transitions: number;
    readonly milliseconds: number;
    /** The memory, as the verifier reports it. */
    readonly megabytes: number;
    /** True if an assertion was violated. */
    readonly broken: boolean;
}

/** Generates and compiles the verifier, and returns the path of the program. */
export function compileSpin(name: string, member: Member, order: Order): string {
    const file = fileWith(`${name}-${order}/member.pml`, promelaText(member));
    const cwd = dirname(file);
    run('spin', ['-a', 'member.pml'], cwd);
    const flags = ['-O2', '-w', '-DSAFETY', ...(order === 'BFS' ? ['-DBFS'] : [])];
    run('gcc', [...flags, '-o', 'pan', 'pan.c'], cwd);
    return `${cwd}/pan`;
}

/** The verifier's own times are in hundredths of a second, so the wall clock is used. */
export function runSpin(program: string): SpinResult {
    const started = performance.now();
    const printed = run(program, ['-w20', '-m1000000'], dirname(program));
    const milliseconds = performance.now() - started;
    const figure = (pattern: RegExp): number => Number(pattern.exec(printed)?.[1] ?? NaN);
    return {
        states: figure(/^\s*(\d+) states, stored/m),
        transitions: figure(/^\s*(\d+) transitions/m),
        milliseconds,
        megabytes: figure(/^\s*([\d.]+)\s+total actual memory usage/m),
        broken: !/errors: 0$/m.test(printed)
    };
}
