/** The folder with the local sockets of gateways. Hooks load this file at each call, so it imports little. */
import { mkdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CodedError } from '../workspace/errors.js';

/**
 * The folder with the sockets of this user's gateways. Throws GR995 if other users can enter it, because they could
 * answer in place of the user.
 */
export function socketFolder(): string {
    const folder = socketFolderPath();
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { uid, mode } = statSync(folder);
    if (uid !== process.getuid?.() || (mode & 0o077) !== 0) {
        throw new CodedError(
            'GR995',
            `${folder} belongs to another user, or other users can enter it`,
            'Whoever can connect there can approve calls. Make it private, or set XDG_RUNTIME_DIR.'
        );
    }
    return folder;
}

/** The path of that folder, whether or not it exists. */
export function socketFolderPath(): string {
    return join(process.env['XDG_RUNTIME_DIR'] ?? tmpdir(), `guardrail-${process.getuid?.() ?? ''}`);
}
