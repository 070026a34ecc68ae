/** A lock that one process holds. It ends with the process, even if the process is killed. */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { CodedError, EXIT, systemReason } from '../workspace/errors.js';

interface Holder {
    readonly pid: number;
    readonly host: string;
    /** Distinguishes a process from a later one with the same number; empty if the system does not provide this. */
    readonly started: string;
    /** Distinguishes two locks of the same process. */
    readonly nonce: string;
}

/** The advice to whoever starts a second gateway for the same conversations. */
export const ONE_HISTORY =
    'A conversation has one history: let its clients use the gateway that runs, which can serve all servers of the policy, or stop it first.';

export interface Lock {
    release(): void;
}

/** Throws GR990 if another process holds the lock, and GR992 if the file cannot be written. */
export function acquire(path: string): Lock {
    const { pid } = process;
    const own = JSON.stringify({ pid, host: hostname(), started: startOf(pid), nonce: randomUUID() } satisfies Holder);
    if (!create(path, own)) {
        takeOver(path, own);
    }
    return {
        release() {
            if (textOf(path) === own) {
                rmSync(path, { force: true });
            }
        }
    };
}

function takeOver(path: string, own: string): void {
    const found = textOf(path);
    if (found !== undefined) {
        const holder = holderIn(found);
        if (!holder || isAlive(holder)) {
            throw inUse(path, holder);
        }
        const moved = `${path}.${randomUUID()}`;
        try {
            renameSync(path, moved);
        } catch {
            throw inUse(path, undefined);
        }
        if (textOf(moved) !== found) {
            // Another process took the lock in the meantime, so its lock is restored.
            restore(moved, path);
            throw inUse(path, undefined);
        }
        rmSync(moved, { force: true });
    }
    if (!create(path, own)) {
        throw inUse(path, undefined);
    }
}

function restore(moved: string, path: string): void {
    try {
        linkSync(moved, path);
    } finally {
        rmSync(moved, { force: true });
    }
}

/** Returns false if the file already exists. */
function create(path: string, text: string): boolean {
    // The lock is first written to a temporary file, so that no other process ever reads a part of it.
    const beside = `${path}.${randomUUID()}`;
    try {
        writeFileSync(beside, text, { mode: 0o600, flag: 'wx' });
        linkSync(beside, path);
        return true;
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
            return false;
        }
        throw new CodedError(
            'GR992',
            `${path} cannot be written: ${systemReason(error)}`,
            'Check the folder, its permissions and the space on its disk.',
            EXIT.failed
        );
    } finally {
        rmSync(beside, { force: true });
    }
}

function textOf(path: string): string | undefined {
    try {
        return readFileSync(path, 'utf8');
    } catch {
        return undefined;
    }
}

function holderIn(text: string): Holder | undefined {
    try {
        const { pid, host, started, nonce } = JSON.parse(text) as Partial<Holder>;
        return typeof pid === 'number' && host !== undefined && started !== undefined && nonce !== undefined
            ? { pid, host, started, nonce }
            : undefined;
    } catch {
        return undefined;
    }
}

/** A process on another machine cannot be looked up, so it is assumed to be running. */
function isAlive({ pid, host, started }: Holder): boolean {
    if (host !== hostname()) {
        return true;
    }
    try {
        process.kill(pid, 0);
    } catch (error) {
        return (error as NodeJS.ErrnoException).code === 'EPERM';
    }
    return startOf(pid) === started;
}

/** Identifies the boot and the moment at which a process started, on Linux. */
function startOf(pid: number): string {
    try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${fields[19]}`;
    } catch {
        return '';
    }
}

function inUse(path: string, holder: Holder | undefined): CodedError {
    return new CodedError(
        'GR990',
        `${path.replace(/\.lock$/, '')} is in use by another process${holder ? `, number ${holder.pid} on ${holder.host}` : ''}`,
        `${ONE_HISTORY} If no gateway runs, delete ${path}.`
    );
}
