/**
 * This file is loaded into the measured server before it starts. It records the longest delay of its event loop and its
 * processor time. At each SIGUSR2, it writes them to the file that PROBE names, and starts again.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** The milliseconds between two samples, by which a delay is underestimated at most. */
const RESOLUTION = 5;

export interface Probed {
    readonly loopMax: number;
    readonly loopP99: number;
    /**
     * The maximum processor time of the main thread between two samples, which is a delay that other processes do not
     * affect.
     */
    readonly loopCpuMax: number;
    readonly mainCpuMs: number;
    /** The processor time, including that of the workers. */
    readonly cpuMs: number;
    readonly heapMB: number;
}

const file = process.env.PROBE;
if (file !== undefined) {
    const delays = monitorEventLoopDelay({ resolution: RESOLUTION });
    delays.enable();
    let before = process.cpuUsage();
    let [main, looked, most] = [mainCpu(), mainCpu(), 0];
    setInterval(() => {
        const now = mainCpu();
        most = Math.max(most, now - looked);
        looked = now;
    }, RESOLUTION).unref();
    process.on('SIGUSR2', () => {
        const { user, system } = process.cpuUsage(before);
        const probed: Probed = {
            loopMax: delays.max / 1e6 - RESOLUTION,
            loopP99: delays.percentile(99) / 1e6 - RESOLUTION,
            loopCpuMax: most,
            mainCpuMs: mainCpu() - main,
            cpuMs: (user + system) / 1000,
            heapMB: process.memoryUsage().heapUsed / 2 ** 20
        };
        writeFileSync(file, JSON.stringify(probed));
        delays.reset();
        before = process.cpuUsage();
        [main, looked, most] = [mainCpu(), mainCpu(), 0];
    });
}

/** The milliseconds of the main thread; only on Linux. */
function mainCpu(): number {
    try {
        return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ', 1)[0]) / 1e6;
    } catch {
        return NaN;
    }
}
