/**
 * The calls that wait at the running gateways of the local user, and answers to them, over local sockets. The extension
 * bundles this file, so it imports little.
 */
import { existsSync, readdirSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CodedError, EXIT, systemReason } from '../workspace/errors.js';
import { choicesAmong } from './choices.js';
import { changeName, type PolicyChange } from './policy-changes.js';
import type { HeldCall } from './held-calls.js';
import { socketFolder, socketFolderPath } from './socket-folder.js';

export type ApprovalRequest =
    | { readonly waiting: true }
    /** The digest of the changed policy that the person has read. */
    | { readonly confirm: string; readonly token?: string }
    /** `digest` identifies the arguments that the person saw; the answer does not count for any other arguments. */
    | {
          readonly id: string;
          readonly answer: 'approve' | 'refuse';
          readonly human?: string;
          readonly digest?: string;
          /** How long an approval serves other calls, if the rules leave that to the person. */
          readonly valid?: string;
          /** The signed token of the person, if the gateway wants a proof. */
          readonly token?: string;
      };

export interface ApprovalAnswer {
    /** The calls that wait for an answer. */
    readonly waiting?: readonly HeldCall[];
    /** The reason why the gateway does not enforce the policy in its current files. */
    readonly problem?: string;
    /** A changed policy that waits for a person. */
    readonly change?: PolicyChange;
    /** The reason why the answer does not count. */
    readonly reason?: string;
}

/** Milliseconds for a gateway to answer. */
const ANSWER_TIME = 5_000;

/** A waiting call, with the gateway that holds it. */
export interface WaitingCall extends HeldCall {
    /** Identifies the call among those of all gateways of the user. */
    readonly name: string;
    readonly socket: string;
    /** How long an approval may last, if the rules leave that to the person; shortest first in each rule. */
    readonly choices: readonly string[];
}

/** A changed policy that waits for a person, with the gateways that do not enforce it yet and for which it changes the same. */
export interface ChangedPolicy extends PolicyChange {
    readonly name: string;
    readonly sockets: readonly string[];
}

export interface RunningGateways {
    /** The number of gateways that run. */
    readonly gateways: number;
    /** The waiting calls, oldest first. */
    readonly waiting: readonly WaitingCall[];
    /** The reasons why gateways do not enforce the policy in its current files. */
    readonly problems: readonly string[];
    readonly changes: readonly ChangedPolicy[];
}

/** The calls that wait at the user's running gateways. */
export async function waitingCalls(): Promise<RunningGateways> {
    if (!existsSync(socketFolderPath())) {
        return { gateways: 0, waiting: [], problems: [], changes: [] };
    }
    const folder = socketFolder();
    const sockets = readdirSync(folder).filter((name) => name.endsWith('.sock'));
    const answers = await Promise.all(
        sockets.map(async (file): Promise<RunningGateways> => {
            const socket = join(folder, file);
            try {
                const { waiting = [], problem, change } = await ask(socket, { waiting: true });
                return {
                    gateways: 1,
                    waiting: waiting.map((call) => ({
                        ...call,
                        name: `${file.slice(0, 6)}-${call.id}`,
                        socket,
                        choices: choicesAmong(call.rules)
                    })),
                    problems: problem === undefined ? [] : [problem],
                    changes: change ? [{ ...change, name: changeName(change.digest), sockets: [socket] }] : []
                };
            } catch {
                // The gateway is no longer running.
                return { gateways: 0, waiting: [], problems: [], changes: [] };
            }
        })
    );
    return {
        gateways: answers.reduce((sum, { gateways }) => sum + gateways, 0),
        waiting: answers.flatMap(({ waiting }) => waiting).sort((a, b) => (a.since < b.since ? -1 : 1)),
        problems: answers.flatMap(({ problems }) => problems),
        changes: merged(answers.flatMap(({ changes }) => changes))
    };
}

/**
 * Throws GR997 if the gateway does not accept the answer.
 *
 * @param token the person's signed token, if they have one
 */
export async function answerCall(
    { socket, id, digest, name }: WaitingCall,
    answer: 'approve' | 'refuse',
    human: string | undefined,
    valid?: string,
    token?: string
): Promise<void> {
    const request = {
        id,
        answer,
        digest,
        ...(human !== undefined && { human }),
        ...(valid !== undefined && { valid }),
        ...(token !== undefined && { token })
    };
    await send(socket, request, name);
}

/** Throws GR997 if a gateway does not go over to the policy. */
export async function confirmChange({ sockets, digest, name }: ChangedPolicy, token?: string): Promise<void> {
    for (const socket of sockets) {
        await send(socket, { confirm: digest, ...(token !== undefined && { token }) }, name);
    }
}

/** What is the same to a person once: every server of a client may have a gateway with the policy. */
function merged(changes: readonly ChangedPolicy[]): ChangedPolicy[] {
    const distinct = new Map<string, ChangedPolicy>();
    for (const change of changes) {
        const key = JSON.stringify([change.digest, change.difference]);
        const sockets = [...(distinct.get(key)?.sockets ?? []), ...change.sockets];
        distinct.set(key, { ...change, sockets });
    }
    return [...distinct.values()];
}

/** Throws GR997 if the answer to what has the name does not count. */
async function send(socket: string, request: ApprovalRequest, name: string): Promise<void> {
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
