/** The folder that contains the logs of gateways. Only its owner may read or write it. */
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { CodedError, EXIT, systemReason } from '../workspace/errors.js';

/** Creates the folder if it does not exist. Throws GR995 for a folder that other users can enter. */
export function privateFolder(path: string): string {
    try {
        create(path);
        const { mode, uid } = statSync(path);
        const isOwn = process.getuid === undefined || uid === process.getuid();
        if (isOwn && (process.platform === 'win32' || (mode & 0o077) === 0)) {
            return path;
        }
    } catch (error) {
        throw new CodedError(
            'GR992',
            `${path} cannot be used: ${systemReason(error)}`,
            'Name another folder with --state.',
            EXIT.failed
        );
    }
    throw new CodedError(
        'GR995',
        `${path} belongs to another user, or other users can read it`,
        'Its logs contain arguments and results, and whoever can write there can approve calls. Make it private: chmod 700.'
    );
}

/** Node's own `recursive` says of a read-only file system that the folder does not exist. */
function create(path: string): void {
    try {
        mkdirSync(path, { mode: 0o700 });
    } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'ENOENT' && dirname(path) !== path) {
            create(dirname(path));
            create(path);
        } else if (code !== 'EEXIST' || !statSync(path).isDirectory()) {
            throw error;
        }
    }
}
