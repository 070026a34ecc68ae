/**
 * The messages between a hook and the resident gateway, which are HTTP on a local socket, so that a shell can send them
 * (hook.sh). The body of a request is the hook's command line after `hook`, then `--program` with the path of its program,
 * each word followed by a NUL or by the control character 1F, and then the event as the client wrote it. The status of the
 * response is the answer.
 */
import { createHash } from 'node:crypto';
import { readFileSync, realpathSync } from 'node:fs';
import { request } from 'node:http';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { socketFolder } from '../../../enforcement/socket-folder.js';
import { type EnforceFlagValues, PARSED_FLAGS } from '../gateway/enforce-flags.js';

export const ANSWER = {
    /** The gateway does not object. */
    passes: 204,
    /** The call must not be made; the body is the reason. */
    blocked: 403,
    /**
     * This gateway does not answer: the path now leads to another policy, or the hook is of another build, for which the
     * gateway has ended.
     */
    elsewhere: 409
} as const;

/** Options that each hook has for itself; a gateway has the others in common. */
export const FLAGS_OF_HOOKS = ['policy', 'agent', 'wait'] as const;

export interface HookCommand {
    /** Undefined if the command line does not name one. */
    readonly client: string | undefined;
    readonly flags: EnforceFlagValues;
    /** The path of the hook's program; only in requests. */
    readonly program: string | undefined;
}

/** Throws for words that `guardrail hook` does not have. */
export function hookCommand(words: readonly string[]): HookCommand {
    const { values, positionals } = parseArgs({
        args: [...words],
        allowPositionals: true,
        options: { ...PARSED_FLAGS, program: { type: 'string' } }
    });
    const { program, ...flags } = values;
    return { client: positionals[0], flags: flags as unknown as EnforceFlagValues, program };
}

/** @param program the path of the hook's program */
export function requestBody(words: readonly string[], event: string, program: string): string {
    return [...words, '--program', program, event].join('\0');
}

/** Ends the resident gateway of a policy. Resolves with false if none of this user runs. */
export async function endGateway(policy: string): Promise<boolean> {
    // A gateway ends at a hook of another build, and this one is of none.
    const body = requestBody(['uninstalled', '--policy', policy], '', '');
    return new Promise((resolve) => {
        try {
            const sent = request({ method: 'POST', socketPath: hookSocket(policy), timeout: END_MS });
            sent.once('response', (response) => {
                response.resume();
                resolve(response.statusCode === ANSWER.elsewhere);
            });
            sent.once('timeout', () => sent.destroy());
            sent.once('error', () => resolve(false));
            sent.end(body);
        } catch {
            // The policy is gone, and with it the name of the socket.
            resolve(false);
        }
    });
}

export function requestOf(body: string): { readonly words: readonly string[]; readonly event: string } {
    const separator = SEPARATORS.find((one) => body.includes(one)) ?? '';
    const parts = body.split(separator);
    const eventAt = parts.indexOf('--program') + 2;
    // Everything after the program is the event, so an event cannot add options to the hook.
    return { event: parts.slice(eventAt).join(separator), words: parts.slice(0, eventAt) };
}

/** The time that a gateway has to end. */
const END_MS = 5_000;

/** A shell cannot send a NUL, and JSON has neither. */
const SEPARATORS = ['\0', '\u001F'] as const;

/**
 * Identifies the build of a program in its folder, whatever version it says it is: the start of the resident gateway
 * names all of its code by digests. Undefined if the program is gone.
 */
export function buildOf(program: string): string | undefined {
    try {
        return readFileSync(join(dirname(realpathSync(program)), 'serve-hooks.js'), 'utf8');
    } catch {
        return undefined;
    }
}

/** The local socket for the hooks of a policy. Throws GR995 if other users can enter its folder. */
export function hookSocket(policy: string): string {
    return join(socketFolder(), socketName(policy));
}

/** Throws an error of Node's `fs` if there is no such file. */
export function socketName(policy: string): string {
    const name = createHash('sha256')
        .update(realpathSync(resolve(policy)))
        .digest('hex')
        .slice(0, 24);
    return `${name}.hooks`;
}
