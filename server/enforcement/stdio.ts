/** The proxy between standard input and output and a server that it starts: each line is one JSON-RPC message. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { CodedError, EXIT, systemReason } from '../workspace/errors.js';
import { type Fields, isFields } from '../gateway/json.js';
import { McpProxy, type ProxyOptions } from './proxy.js';
import { MOST_BYTES, tooLarge } from './message-size.js';
import { areNumbersExact, withExactNumbers } from './exact-numbers.js';

export interface StdioOptions extends Omit<ProxyOptions, 'toClient' | 'toServer' | 'definitions' | 'secrets'> {
    /** The session of all calls: one process is one session. */
    readonly session: string;
    /** The server's program and its arguments. */
    readonly command: readonly string[];
    readonly cwd: string;
    readonly input: Readable;
    readonly output: Writable;
    /** Writes one sentence for the user to standard error. */
    readonly warn: (text: string) => void;
}

/**
 * The time in milliseconds that the server may take to end by itself after its input has ended, and again after it was
 * asked to end.
 */
const END_TIME = 2_000;

/**
 * Resolves when the client or the server has ended, with the exit code of the server. Rejects with GR996 if the server
 * cannot be started.
 */
export async function proxyStdio(options: StdioOptions): Promise<number> {
    const { session, command, cwd, input, output, warn } = options;
    const child = await started(command, cwd);
    /** The lines with numbers that would be changed, by what they contain. */
    const lines = new WeakMap<object, string>();
    const textOf = (message: Fields): string => {
        const content = contentOf(message);
        const line = content && lines.get(content.value);
        return line === undefined ? JSON.stringify(message) : withExactNumbers(message, content!.name, line);
    };
    const proxy = new McpProxy({
        ...options,
        toClient: (message) => send(output, child.stdout, textOf(message)),
        toServer: (message) => send(child.stdin, input, JSON.stringify(message))
    });
    const exited = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? EXIT.failed)));
    const onSignal = (signal: NodeJS.Signals): void => void child.kill(signal);
    process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
    const read = (line: string): void => {
        const message = parsed(line);
        if (message === undefined) {
            warn('the server wrote a line that is not a message; it is ignored');
            return;
        }
        const content = isFields(message) && !areNumbersExact(line) && contentOf(message);
        if (content) {
            lines.set(content.value, line);
        }
        proxy.fromServer(message);
    };
    eachLine(child.stdout, read, () => {
        // It is not known which call the message would have answered, so all of them are lost.
        warn(`the server is ended: ${tooLarge().message}`);
        child.kill('SIGKILL');
    });
    const fromClient = (line: string): void =>
        proxy.fromClient(parsed(line), { session, isExact: areNumbersExact(line) });
    const tooLong = new Promise<void>((resolve) => {
        eachLine(input, fromClient, () => {
            warn(`the connection of the client is ended: ${tooLarge().message}`);
            resolve();
        });
    });
    const ended = Promise.race([once(input, 'end'), tooLong]).then(() => stop(child, exited));
    const code = await Promise.race([exited, ended]);
    process.off('SIGTERM', onSignal).off('SIGINT', onSignal);
    await proxy.close();
    return code;
}

async function started(command: readonly string[], cwd: string) {
    const [program, ...args] = command;
    const child = spawn(program!, args, { cwd, stdio: ['pipe', 'pipe', 'inherit'] });
    try {
        await once(child, 'spawn');
    } catch (error) {
        throw new CodedError(
            'GR996',
            `the server ${program} cannot be started: ${systemReason(error)}`,
            'Check the command after --.',
            EXIT.failed
        );
    }
    // A server that has ended does not read any more.
    child.stdin.on('error', () => undefined);
    return child;
}

/** If the client is gone, the server is ended too, after some time to end by itself. */
async function stop(child: ChildProcess, exited: Promise<number>): Promise<number> {
    child.stdin?.end();
    const timers = (['SIGTERM', 'SIGKILL'] as const).map((signal, index) =>
        setTimeout(() => child.kill(signal), END_TIME * (index + 1))
    );
    try {
        return await exited;
    } finally {
        timers.forEach(clearTimeout);
    }
}

/** While the reader of the messages is slow, nothing is read from their writer (backpressure). */
function send(output: Writable, source: Readable, text: string): void {
    if (output.writable && !output.write(`${text}\n`) && !source.isPaused()) {
        source.pause();
        output.once('drain', () => source.resume());
    }
}

/**
 * Only a line feed ends a line; other characters that some programs treat as line ends are part of a message.
 *
 * @param onTooLong called for the first line that is larger than a message may be; nothing is read after it
 */
function eachLine(input: Readable, onLine: (line: string) => void, onTooLong: () => void): void {
    let rest: Buffer[] = [];
    let size = 0;
    input.on('data', (chunk: Buffer) => {
        let start = 0;
        size += chunk.length;
        for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
            const line = Buffer.concat([...rest, chunk.subarray(start, end)]).toString('utf8');
            rest = [];
            start = end + 1;
            size = chunk.length - start;
            if (line.trim() !== '') {
                onLine(line);
            }
        }
        if (size > MOST_BYTES) {
            input.destroy();
            onTooLong();
        } else if (start < chunk.length) {
            rest.push(chunk.subarray(start));
        }
    });
}

/** The content of a message, and the name of the field that has it. */
function contentOf(message: Fields): { readonly name: string; readonly value: object } | undefined {
    const name = ['result', 'params', 'error'].find((one) => isFields(message[one]));
    return name === undefined ? undefined : { name, value: message[name] as Fields };
}

function parsed(line: string): unknown {
    try {
        const value = JSON.parse(line) as unknown;
        // The message is serialized again, so a value that is nested too deeply for that is not accepted as a message.
        JSON.stringify(value);
        return value;
    } catch {
        return undefined;
    }
}
