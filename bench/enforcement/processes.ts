/** Figures that Linux has about a running process. */
import { readFileSync } from 'node:fs';

/** The time that calls take, and the processor time that a program spends on them. */
export interface Measured {
    /** The milliseconds of each call, for the client. */
    readonly times: readonly number[];
    /** The milliseconds of processor time of the program for a call, which other programs hardly affect. */
    readonly processor: number;
}

/** Milliseconds of a clock tick of `/proc`, which is 100 Hz on all common systems. */
const TICK = 10;

/** The memory in bytes that the process has in RAM. */
export function residentMemoryOf(pid: number): number {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}

/** The processor time in milliseconds that the process has used. */
export function processorTimeOf(pid: number): number {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK;
}
