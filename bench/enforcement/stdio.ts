/** Times of calls to a server over standard input and output. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type Measured, processorTimeOf } from './processes.js';

/** Makes `calls` calls, one after the other, after some that are not counted. */
export async function timesOverStdio(
    [command, ...args]: readonly string[],
    cwd: string,
    warmUp: number,
    calls: number
): Promise<Measured> {
    const child = spawn(command!, args, { cwd, stdio: ['pipe', 'pipe', 'ignore'] });
    const answers = createInterface({ input: child.stdout });
    const times: number[] = [];
    let before = 0;
    for (let id = 0; id < warmUp + calls; id++) {
        if (id === warmUp) {
            before = processorTimeOf(child.pid!);
        }
        const began = performance.now();
        const params = { name: 'read', arguments: { folder: 'inbox' } };
        child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params })}\n`);
        await once(answers, 'line');
        if (id >= warmUp) {
            times.push(performance.now() - began);
        }
    }
    const processor = processorTimeOf(child.pid!) - before;
    child.stdin.end();
    await once(child, 'close');
    return { times, processor: processor / calls };
}
