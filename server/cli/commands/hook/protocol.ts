/** The messages between a hook and the resident gateway: one line of JSON in each direction on a connection. */
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { socketFolder } from '../../../enforcement/socket-folder.js';

export interface HookRequest {
    readonly client: string;
    /** The agent of the policy that the client stands for; if absent, its only agent. */
    readonly agent?: string;
    /** The event as the client wrote it. */
    readonly event: string;
}

export interface HookAnswer {
    readonly answered: true;
    /** The reason why the call must not be made; if absent, the gateway does not object. */
    readonly reason?: string;
}

/** The local socket for the hooks of a policy. Throws GR995 if other users can enter its folder. */
export function hookSocket(policy: string): string {
    const name = createHash('sha256')
        .update(realpathSync(resolve(policy)))
        .digest('hex')
        .slice(0, 24);
    return join(socketFolder(), `${name}.hooks`);
}
