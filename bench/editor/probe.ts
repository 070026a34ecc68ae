/**
 * Loaded into the measured server before it starts: how long its event loop was ever held up, and the processor time of the
 * process with its workers. Written to the file that PROBE names at each SIGUSR2, and then anew.
 */
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Milliseconds between two looks; a delay is longer than it is by as much at most. */
const RESOLUTION = 5;

export interface Probed {
    readonly loopMax: number;
    readonly loopP99: number;
    readonly cpuMs: number;
    readonly heapMB: number;
}

const file = process.env.PROBE;
if (file !== undefined) {
    const delays = monitorEventLoopDelay({ resolution: RESOLUTION });
    delays.enable();
    let before = process.cpuUsage();
    process.on('SIGUSR2', () => {
        const { user, system } = process.cpuUsage(before);
        const probed: Probed = {
            loopMax: delays.max / 1e6 - RESOLUTION,
            loopP99: delays.percentile(99) / 1e6 - RESOLUTION,
            cpuMs: (user + system) / 1000,
            heapMB: process.memoryUsage().heapUsed / 2 ** 20
        };
        writeFileSync(file, JSON.stringify(probed));
        delays.reset();
        before = process.cpuUsage();
    });
}
