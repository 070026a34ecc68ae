/** Runs a real PostgreSQL, which is installed from Debian's packages if possible. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { installDebianPackages, SetupError } from '../../scripts/debian.mjs';

export interface Postgres {
    /** The address of its database, with a password. */
    readonly url: string;
    /** Runs a statement over a connection of its own, and returns the rows. */
    readonly query: (text: string, values?: readonly unknown[]) => Promise<Record<string, unknown>[]>;
    /** Ends all connections, and starts again. */
    readonly restart: () => Promise<void>;
    readonly stop: () => Promise<void>;
}

/** Debian has a folder of programs for each version, and does not put it on the path. */
const DEBIAN = '/usr/lib/postgresql';
/** The user "nobody": PostgreSQL refuses to run as root. */
const NOBODY = { uid: 65_534, gid: 65_534 };

/** Installs PostgreSQL if possible; undefined if it is available, otherwise what is missing. */
export function missingForPostgres(): string | undefined {
    try {
        installDebianPackages(programs() === undefined ? ['postgresql'] : []);
        return programs() === undefined ? 'postgresql' : undefined;
    } catch (error) {
        if (error instanceof SetupError) {
            return error.message;
        }
        throw error;
    }
}

export async function startPostgres(): Promise<Postgres> {
    const user = process.getuid?.() === 0 ? NOBODY : undefined;
    const there = mkdtempSync(join(tmpdir(), 'guardrail-postgres-'));
    if (user) {
        chownSync(there, user.uid, user.gid);
    }
    const folder = programs()!;
    const data = join(there, 'data');
    const options = { ...user, cwd: there, env: { ...process.env, LC_ALL: 'C.UTF-8' } };
    const init = ['-D', data, '-U', 'guardrail', '-A', 'trust', '-E', 'UTF8', '--no-sync'];
    execFileSync(join(folder, 'initdb'), init, { ...options, stdio: 'ignore' });
    const port = await freePort();
    const url = `postgres://guardrail:pass%20word@127.0.0.1:${port}/postgres`;
    const args = ['-D', data, '-p', String(port), '-k', there, '-c', 'listen_addresses=127.0.0.1'];
    let server: ChildProcess;
    const start = async (): Promise<void> => {
        server = spawn(join(folder, 'postgres'), args, { ...options, stdio: 'ignore' });
        for (;;) {
            try {
                await query('SELECT 1');
                return;
            } catch (error) {
                if (server.exitCode !== null) {
                    throw error;
                }
                await sleep(50);
            }
        }
    };
    const stop = async (): Promise<void> => {
        server.kill('SIGINT');
        await once(server, 'close');
    };
    const query: Postgres['query'] = async (text, values = []) => {
        const client = new pg.Client({ connectionString: url });
        client.on('error', () => undefined);
        await client.connect();
        try {
            return (await client.query<Record<string, unknown>>(text, [...values])).rows;
        } finally {
            await client.end();
        }
    };
    await start();
    return {
        url,
        query,
        async restart() {
            await stop();
            await start();
        },
        async stop() {
            await stop();
            rmSync(there, { recursive: true, force: true });
        }
    };
}

function programs(): string | undefined {
    const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).map((version) => join(DEBIAN, version, 'bin')) : [];
    return [...versions, ...(process.env['PATH'] ?? '').split(delimiter)].find((folder) =>
        ['initdb', 'postgres'].every((program) => existsSync(join(folder, program)))
    );
}

async function freePort(): Promise<number> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    return port;
}
