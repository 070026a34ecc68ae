/** Where the hooks of a client are, and the record of each installation in the user's state folder. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { CodedError, systemReason } from '../../../workspace/errors.js';
import { CLIENTS, type HookClient, type SystemFile } from './clients.js';

/** The configuration that has the hooks: of a folder, of the user for all folders, or of the machine's administrator. */
export const SCOPES = ['project', 'user', 'managed'] as const;
export type Scope = (typeof SCOPES)[number];

/** The data that `uninstall` needs to restore a file. */
export interface Edit {
    readonly file: string;
    /** The original text; null if the file did not exist. */
    readonly before: string | null;
    /** The text that `install` wrote. */
    readonly after: string;
}

/** What `install` did to the file that has the hooks, and to another that names it. */
export interface Installation extends Edit {
    readonly namedIn?: Edit;
    readonly command: string;
    /** The path of the policy; like the fields after it, absent in records of earlier versions. */
    readonly policy?: string;
    readonly client?: string;
    readonly scope?: Scope;
    /** The folder in which the hooks were installed. */
    readonly folder?: string;
}

/** Throws GR902 for a name that no client has. */
export function clientOf(name: string): HookClient {
    const client = Object.hasOwn(CLIENTS, name) ? CLIENTS[name] : undefined;
    if (!client) {
        throw new CodedError(
            'GR902',
            `there is no client "${name}"`,
            `The clients are ${Object.keys(CLIENTS).join(', ')}.`
        );
    }
    return client;
}

/** The path of the file that has the client's hooks; undefined if the client has no such file. */
export function hookFile(client: HookClient, scope: Scope, cwd: string): string | undefined {
    const { file, managed } = client;
    switch (scope) {
        case 'project':
            return join(cwd, file.project);
        case 'user':
            return homePath(client, file.user);
        case 'managed':
            return managed && systemPath(managed.file);
    }
}

/** The path of a file in the home folder, or where the client's variable has moved it. */
export function homePath({ moved }: HookClient, file: string): string {
    const other = moved && process.env[moved.variable];
    return other && file.startsWith(moved.folder)
        ? join(other, file.slice(moved.folder.length))
        : join(homedir(), file);
}

/** The path of a file of the system, below `DESTDIR` if an image of a system is being made. */
export function systemPath(file: SystemFile): string {
    return join(process.env['DESTDIR'] ?? '/', ofPlatform(file));
}

export function ofPlatform({ linux, darwin }: SystemFile): string {
    return process.platform === 'darwin' ? darwin : linux;
}

export function installationAt(file: string): Installation | undefined {
    const text = textOf(recordOf(file));
    return text === undefined ? undefined : (JSON.parse(text) as Installation);
}

/** All that this user has installed. */
export function installations(): readonly Installation[] {
    try {
        return readdirSync(recordFolder()).map(
            (name) => JSON.parse(readFileSync(join(recordFolder(), name), 'utf8')) as Installation
        );
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
            return [];
        }
        throw error;
    }
}

export function record(installation: Installation): void {
    const path = recordOf(installation.file);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, JSON.stringify(installation), { mode: 0o600 });
}

export function forget(file: string): void {
    rmSync(recordOf(file));
}

/** The text of a file; undefined if there is none. Throws GR987 for a file that cannot be read. */
export function textOf(file: string): string | undefined {
    try {
        return readFileSync(file, 'utf8');
    } catch (error) {
        if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) {
            return undefined;
        }
        throw new CodedError('GR987', `${file} cannot be read: ${systemReason(error)}`, 'Check its permissions.');
    }
}

function recordOf(file: string): string {
    return join(recordFolder(), `${createHash('sha256').update(file).digest('hex').slice(0, 24)}.json`);
}

function recordFolder(): string {
    const state = process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local/state');
    return join(state, 'guardrail/installed');
}
