/** Programs that serve HTTP, and times of calls to them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Measured, processorTimeOf } from './processes.js';

export interface HttpProgram {
    readonly url: string;
    readonly pid: number;
    readonly end: () => Promise<void>;
}

/** Starts a program that prints `at` and its address to standard error. */
export async function started([command, ...args]: readonly string[], cwd: string): Promise<HttpProgram> {
    const child = spawn(command!, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
    const url = await new Promise<string>((resolve, reject) => {
        let errors = '';
        child.stderr.on('data', (chunk: Buffer) => {
            errors += chunk.toString();
            const [, address] = /\bat (http\S+)\n/.exec(errors) ?? [];
            if (address !== undefined) {
                resolve(address);
            }
        });
        child.once('close', () => reject(new Error(`the program ended: ${errors}`)));
    });
    return {
        url,
        pid: child.pid!,
        async end() {
            child.kill('SIGTERM');
            await once(child, 'close');
        }
    };
}

export interface HttpCall {
    readonly url: string;
    readonly name: string;
    readonly headers?: Readonly<Record<string, string>>;
}

/** Makes `calls` calls, one after the other, after some that are not counted. */
export async function timesOverHttp({ url, pid }: HttpProgram, warmUp: number, calls: number): Promise<Measured> {
    const some = (length: number): HttpCall[] => Array.from({ length }, () => ({ url, name: 'read' }));
    await httpTimes(some(warmUp));
    const before = processorTimeOf(pid);
    const times = await httpTimes(some(calls));
    return { times, processor: (processorTimeOf(pid) - before) / calls };
}

/** Makes the calls one after the other, and returns the milliseconds of each. Rejects if one has no result. */
export async function httpTimes(calls: readonly HttpCall[]): Promise<number[]> {
    const times: number[] = [];
    for (const [id, { url, name, headers = {} }] of calls.entries()) {
        const began = performance.now();
        const response = await fetch(url, {
            method: 'POST',
            headers: {
                'content-type': 'application/json',
                accept: 'application/json, text/event-stream',
                'mcp-protocol-version': '2026-07-28',
                'mcp-method': 'tools/call',
                'mcp-name': name,
                ...headers
            },
            body: JSON.stringify(message(id, name))
        });
        const text = await response.text();
        times.push(performance.now() - began);
        if (!text.includes('"result"')) {
            throw new Error(`call ${id} has no result: ${text}`);
        }
    }
    return times;
}

function message(id: number, name: string): object {
    const _meta = {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1' },
        'io.modelcontextprotocol/clientCapabilities': {}
    };
    const args = name === 'send' ? { to: 'bob@acme.example' } : { folder: 'inbox' };
    return { jsonrpc: '2.0', id, method: 'tools/call', params: { _meta, name, arguments: args } };
}
