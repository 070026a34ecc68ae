/**
 * `guardrail hook CLIENT`: passes an event of a client to the resident gateway, and answers with the exit status. It is
 * a separate bundle, because a client waits for it at each call. An installed hook runs it only if hook.sh cannot answer.
 *
 * Exit status 2 is the only answer that makes every client block a call (docs/hooks.md). Without an answer, the
 * client's own permissions apply; nothing that the client would ask about is approved.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type EnforceFlagValues, wordsOf } from '../gateway/enforce-flags.js';
import { asksPermission } from './client-event.js';
import { ANSWER, FLAGS_OF_HOOKS, hookCommand, hookSocket, requestBody } from './protocol.js';

/** The time for everything except waiting for people. */
const MOST_SECONDS = 55;
/** The time in total. Clients give a hook 120 seconds, so that they never decide in its place. */
const TOTAL_SECONDS = 115;
/** The time that a gateway may take to verify a policy when it starts, also on a busy machine. */
const START_SECONDS = 50;
/** The time after which the start of a gateway is tried again if the log was in use. */
const AGAIN_MS = 200;
const BLOCK = 2;
const ELSEWHERE = Symbol('another gateway answers');

// This file also implements `guardrail hook`.
await hook(process.argv.slice(process.argv[2] === 'hook' ? 3 : 2));

async function hook(args: readonly string[]): Promise<void> {
    let event = '';
    try {
        const { client, flags } = hookCommand(args);
        if (client === undefined) {
            block('Guardrail: usage: guardrail hook CLIENT --policy FILE');
        }
        const seconds = Math.min(Number(flags.wait) + MOST_SECONDS, TOTAL_SECONDS);
        setTimeout(() => block('Guardrail did not answer in time.'), seconds * 1000).unref();
        event = await text(process.stdin);
        const words = [client, '--policy', resolve(flags.policy), ...wordsOf(flags, ['policy'])];
        const body = requestBody(words, event, fileURLToPath(import.meta.url));
        let reason = await ask(await connected(flags), body);
        while (reason === ELSEWHERE) {
            // A gateway of another build has ended.
            reason = await ask(await connected(flags), body);
        }
        if (reason !== undefined) {
            block(reason);
        }
        // Cursor expects JSON.
        if (client === 'cursor') {
            process.stdout.write('{}\n');
        }
        process.exitCode = 0;
    } catch (error) {
        const reason = `Guardrail: ${error instanceof Error ? error.message : String(error)}`;
        if (asksPermission(event)) {
            block(reason);
        }
        process.stderr.write(`${reason}\n`);
        process.exitCode = 1;
    }
}

function block(reason: string): never {
    process.stderr.write(`${reason}\n`);
    process.exit(BLOCK);
}

/** The reason why the call must not be made; undefined if the gateway does not object. */
async function ask(socket: Socket, body: string): Promise<string | typeof ELSEWHERE | undefined> {
    const sent = request({ method: 'POST', createConnection: () => socket });
    sent.end(body);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const reason = await text(response);
    switch (response.statusCode) {
        case ANSWER.passes:
            return undefined;
        case ANSWER.blocked:
            return reason;
        case ANSWER.elsewhere:
            return ELSEWHERE;
        default:
            throw new Error('the gateway did not answer');
    }
}

/** Opens a connection to the resident gateway of the policy, which is started if it is not running. */
async function connected(flags: EnforceFlagValues): Promise<Socket> {
    const { policy } = flags;
    const path = hookSocket(policy);
    const running = await tryConnect(path);
    if (running) {
        return running;
    }
    const cli = fileURLToPath(new URL('cli.js', import.meta.url));
    const words = wordsOf(flags, FLAGS_OF_HOOKS);
    const start = (): StartedGateway => started([cli, 'hook', 'serve', '--policy', policy, ...words]);
    let gateway = start();
    const until = Date.now() + START_SECONDS * 1000;
    while (Date.now() < until) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        const socket = await tryConnect(path);
        if (socket) {
            gateway.leave();
            return socket;
        }
        if (gateway.isEnded()) {
            if (!gateway.errors().includes('GR990')) {
                break;
            }
            // Another hook may have started a gateway at the same moment, or a gateway that was killed has not quite
            // ended.
            await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
            gateway = start();
        }
    }
    const errors = gateway.errors();
    throw new Error(errors === '' ? 'the gateway has not started yet: make the call again' : errors);
}

interface StartedGateway {
    readonly errors: () => string;
    readonly isEnded: () => boolean;
    /** The gateway keeps running after the hook has ended. */
    readonly leave: () => void;
}

function started(args: readonly string[]): StartedGateway {
    const gateway = spawn(process.execPath, args, { detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    let isEnded = false;
    gateway.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    gateway.on('close', () => (isEnded = true));
    gateway.on('error', () => (isEnded = true));
    return {
        errors: () => errors.trim(),
        isEnded: () => isEnded,
        leave: () => {
            gateway.stderr.destroy();
            gateway.unref();
        }
    };
}

function tryConnect(path: string): Promise<Socket | undefined> {
    return new Promise((resolve) => {
        const socket = connect(path);
        socket.once('connect', () => resolve(socket));
        socket.once('error', () => resolve(undefined));
    });
}
