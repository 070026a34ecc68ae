/**
 * This file is loaded into the server by the memory test: on SIGUSR2 it collects garbage and writes the bytes in use to
 * fd 3.
 */
import { writeSync } from 'node:fs';

process.on('SIGUSR2', () => {
    globalThis.gc();
    globalThis.gc();
    const { heapUsed, external, rss } = process.memoryUsage();
    writeSync(3, `${JSON.stringify({ used: heapUsed + external, rss })}\n`);
});
