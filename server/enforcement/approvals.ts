/**
 * Receives the local user's answers to held calls, over a local socket. Each connection carries one line of JSON in
 * each direction.
 */
import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { GuardrailError } from '../gateway/errors.js';
import { CodedError } from '../workspace/errors.js';
import type { PolicyChanges } from './policy-changes.js';
import type { EnforcingGateway } from './gateway.js';
import { hashOf } from '../workspace/hash.js';
import type { LogLocation } from './open-log.js';
import { socketFolder } from './socket-folder.js';
import type { ApprovalAnswer, ApprovalRequest } from './waiting-calls.js';
import { NOT_THIS_HUMAN, whoAnswers } from './who-answers.js';

/** The maximum size of a request, which is far larger than any that Guardrail sends. */
const MOST_CHARACTERS = 10_000;

/** The socket of the gateway that writes the log. */
export function socketOf({ path, database }: LogLocation): string {
    const log = database === undefined ? path : `${database} ${path}`;
    return join(socketFolder(), `${hashOf(log).slice(0, 24)}.sock`);
}

export interface AboutGateway {
    /** The human of the policy that the local user stands for; if undefined, the user can answer only with a proof. */
    readonly human: () => string | undefined;
    /** The reason why calls may not be decided by the policy in its current files. */
    readonly problem: () => Promise<string | undefined>;
    readonly changes: PolicyChanges;
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
            const problem = await about.problem();
            const change = await about.changes.change();
            return {
                waiting: gateway.waiting(),
                ...(problem !== undefined && { problem }),
                ...(change && { change })
            };
        }
        if ('confirm' in request) {
            // Whoever runs the gateway may also restart it with another policy.
            const by = await whoAnswers(gateway, request.token, 'the user of this account');
            await about.changes.confirm(request.confirm, by);
            return {};
        }
        const { id, answer, human, digest, valid, token } = request;
        const by = await whoAnswers(gateway, token, about.human());
        if (human !== undefined && human !== (typeof by === 'string' ? by : by.human)) {
            return { reason: NOT_THIS_HUMAN };
        }
        if (typeof digest !== 'string' || (answer !== 'approve' && answer !== 'refuse')) {
            return { reason: 'the request cannot be read' };
        }
        if (!gateway.waitingCall(id)) {
            return { reason: 'the call no longer waits' };
        }
        await gateway.answer(id, answer, by, { valid, digest });
        return {};
    } catch (error) {
        const isKnown = error instanceof CodedError || error instanceof GuardrailError;
        return { reason: isKnown ? error.message : 'the request cannot be read' };
    }
}
