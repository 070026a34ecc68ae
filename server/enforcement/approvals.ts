/**
 * Receives the local user's answers to held calls, over a local socket. Each connection carries one line of JSON in
 * each direction.
 */
import { readdirSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { GuardrailError } from '../gateway/errors.js';
import { CodedError, EXIT, systemReason } from '../workspace/errors.js';
import type { EnforcingGateway, HeldCall } from './gateway.js';
import { hashOf } from '../workspace/hash.js';
import { socketFolder } from './socket-folder.js';

export type ApprovalRequest =
    | { readonly waiting: true }
    /** `digest` identifies the arguments that the person saw; the answer does not count for any other arguments. */
    | {
          readonly id: string;
          readonly answer: 'approve' | 'refuse';
          readonly human?: string;
          readonly digest?: string;
      };

export interface ApprovalAnswer {
    /** The calls that wait for an answer. */
    readonly waiting?: readonly HeldCall[];
    /** The reason why the gateway does not enforce the policy in its current files. */
    readonly problem?: string;
    /** The reason why the answer does not count. */
    readonly reason?: string;
}

/** Milliseconds for a gateway to answer. */
const ANSWER_TIME = 5_000;
/** The maximum size of a request, which is far larger than any that Guardrail sends. */
const MOST_CHARACTERS = 10_000;

/** The socket of the gateway that writes the log. */
export function socketOf(log: string): string {
    return join(socketFolder(), `${hashOf(log).slice(0, 24)}.sock`);
}

export interface AboutGateway {
    /** The human of the policy that the local user stands for; if undefined, nobody can approve. */
    readonly human: () => string | undefined;
    /** The reason why the gateway does not enforce the policy in its current files. */
    readonly problem: () => string | undefined;
}

/**
 * Answers requests until it is closed. The process must hold the lock of the log, because a socket that another process
 * left behind is removed.
 */
export async function serveApprovals(path: string, gateway: EnforcingGateway, about: AboutGateway): Promise<Server> {
    rmSync(path, { force: true });
    const server = createServer((socket) => {
        socket.on('error', () => socket.destroy());
        let size = 0;
        socket.on('data', (chunk) => (size += chunk.length) > MOST_CHARACTERS && socket.destroy());
        createInterface({ input: socket }).once('line', (line) => {
            void answerTo(line, gateway, about).then((answer) => socket.end(`${JSON.stringify(answer)}\n`));
        });
    });
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
    // An open socket alone does not keep the process alive.
    return server.unref();
}

/** Never rejects. */
async function answerTo(line: string, gateway: EnforcingGateway, about: AboutGateway): Promise<ApprovalAnswer> {
    try {
        const request = JSON.parse(line) as ApprovalRequest;
        if ('waiting' in request) {
            const problem = about.problem();
            return { waiting: gateway.waiting(), ...(problem !== undefined && { problem }) };
        }
        const own = about.human();
        const { id, answer, human = own, digest } = request;
        if (own === undefined || human !== own) {
            return { reason: 'the gateway was not started with --approver for this human, and nobody else may answer' };
        }
        if (digest !== undefined && gateway.waitingCall(id)?.digest !== digest) {
            return { reason: 'the call is not the one that was shown' };
        }
        await gateway.answer(id, answer === 'approve' ? 'approve' : 'refuse', own);
        return {};
    } catch (error) {
        const isKnown = error instanceof CodedError || error instanceof GuardrailError;
        return { reason: isKnown ? error.message : 'the request cannot be read' };
    }
}

/** A waiting call, with the gateway that holds it. */
export interface WaitingCall extends HeldCall {
    /** Identifies the call among those of all gateways of the user. */
    readonly name: string;
    readonly socket: string;
}

export interface RunningGateways {
    /** The waiting calls, oldest first. */
    readonly waiting: readonly WaitingCall[];
    /** The reasons why gateways do not enforce the policy in its current files. */
    readonly problems: readonly string[];
}

/** The calls that wait at the user's running gateways. */
export async function waitingCalls(): Promise<RunningGateways> {
    const folder = socketFolder();
    const sockets = readdirSync(folder).filter((name) => name.endsWith('.sock'));
    const answers = await Promise.all(
        sockets.map(async (file): Promise<RunningGateways> => {
            const socket = join(folder, file);
            try {
                const { waiting = [], problem } = await ask(socket, { waiting: true });
                return {
                    waiting: waiting.map((call) => ({ ...call, name: `${file.slice(0, 6)}-${call.id}`, socket })),
                    problems: problem === undefined ? [] : [problem]
                };
            } catch {
                // The gateway is no longer running.
                return { waiting: [], problems: [] };
            }
        })
    );
    return {
        waiting: answers.flatMap(({ waiting }) => waiting).sort((a, b) => (a.since < b.since ? -1 : 1)),
        problems: answers.flatMap(({ problems }) => problems)
    };
}

/** Throws GR997 if the gateway does not accept the answer. */
export async function answerCall(
    { socket, id, digest, name }: WaitingCall,
    answer: 'approve' | 'refuse',
    human: string | undefined
): Promise<void> {
    const request = { id, answer, digest, ...(human !== undefined && { human }) };
    const { reason } = await ask(socket, request).catch((error: unknown) => ({
        reason: `its gateway does not answer: ${systemReason(error)}`
    }));
    if (reason !== undefined) {
        throw new CodedError(
            'GR997',
            `the answer to ${name} does not count: ${reason}`,
            '`guardrail approvals` lists the calls that wait.',
            EXIT.violated
        );
    }
}

function ask(path: string, request: ApprovalRequest): Promise<ApprovalAnswer> {
    return new Promise((resolve, reject) => {
        const socket = createConnection(path, () => socket.write(`${JSON.stringify(request)}\n`));
        socket.setTimeout(ANSWER_TIME, () => socket.destroy(new Error('it takes too long')));
        socket.once('error', reject);
        socket.once('close', () => reject(new Error('it ended')));
        createInterface({ input: socket })
            .once('line', (line) => {
                try {
                    resolve(JSON.parse(line) as ApprovalAnswer);
                } catch (error) {
                    reject(error instanceof Error ? error : new Error(String(error)));
                }
                socket.end();
            })
            .on('error', reject);
    });
}
