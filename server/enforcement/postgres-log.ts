/**
 * A log in a PostgreSQL database, for gateways on several machines. One gateway at a time writes a log: it holds an
 * advisory lock of the database, which ends with its connection.
 */
import pg from 'pg';
import { CodedError, EXIT, systemReason } from '../workspace/errors.js';
import { hashOf } from '../workspace/hash.js';
import { ONE_HISTORY } from './lock.js';
import {
    type Content,
    contentOf,
    type Line,
    Log,
    type OpenedLog,
    type Place,
    type ReadPlace,
    START,
    unwritable
} from './log.js';

/** Milliseconds to connect to the database. */
const CONNECT_TIME = 10_000;
/** Milliseconds for a statement. After a time-out it is unknown whether lines were stored, so nothing more is written. */
const STATEMENT_TIME = 30_000;
/** Milliseconds to wait for the lock of a log. */
const LOCK_TIME = 5_000;
const LOCK_NOT_AVAILABLE = '55P03';
/** SQLSTATE of a table that another gateway creates at the same time (class 23 and 42). */
const EXISTS = ['23505', '42P07'];

const TABLES = {
    guardrail_log: 'log text, number bigint, line text NOT NULL, PRIMARY KEY (log, number)',
    guardrail_checkpoint: 'log text PRIMARY KEY, state bytea NOT NULL'
};

/** A log of a database: its address, and a name that no other log of the database has. */
export interface DatabaseLog {
    readonly url: string;
    readonly log: string;
}

export class PostgresLog extends Log {
    private isClosed = false;

    private constructor(
        name: string,
        content: Content,
        private readonly client: pg.Client,
        private readonly log: string,
        private stored: number
    ) {
        super(name, content);
        client.on('error', (error) => this.fail(error));
        client.on('end', () => this.isClosed || this.fail('the connection to the database ended'));
    }

    /**
     * The log and its existing lines. Rejects with GR990 if another gateway uses the log, GR991 if a line was altered,
     * dropped or moved, and GR992 if the database cannot be used.
     */
    static async open({ url, log }: DatabaseLog, read: ReadPlace): Promise<OpenedLog> {
        const name = `${withoutPassword(url)} ${log}`;
        const client = clientOf(url, name);
        // An error between statements would otherwise end the process.
        const ignore = (): void => undefined;
        client.on('error', ignore);
        try {
            await client.connect();
            await lock(client, log, name);
            await createTables(client);
            // A commit that is not on disk could be lost with a decision that was already released.
            await client.query('SET synchronous_commit = on');
            const from = await placeOfCheckpoint(client, log, read);
            const content = contentOf(await stored(client, log, name, from), name, from);
            return { log: new PostgresLog(name, content, client, log, content.end.length), content };
        } catch (error) {
            await client.end().catch(ignore);
            throw error instanceof CodedError ? error : unwritable(name, reasonOf(error));
        }
    }

    async lines(): Promise<readonly Line[]> {
        return contentOf(await stored(this.client, this.log, this.name), this.name).lines;
    }

    async keep(checkpoint: Buffer): Promise<void> {
        await this.client.query(
            'INSERT INTO guardrail_checkpoint VALUES ($1, $2) ON CONFLICT (log) DO UPDATE SET state = EXCLUDED.state',
            [this.log, checkpoint]
        );
    }

    protected async store(lines: readonly string[]): Promise<void> {
        const numbers = lines.map((_, index) => this.stored + index);
        try {
            // One statement is one transaction. The primary key refuses a second writer, even without the lock.
            await this.client.query(
                'INSERT INTO guardrail_log (log, number, line) SELECT $1, * FROM unnest($2::bigint[], $3::text[])',
                [this.log, numbers, lines]
            );
        } catch (error) {
            throw new Error(reasonOf(error), { cause: error });
        }
        this.stored += lines.length;
    }

    protected async release(): Promise<void> {
        this.isClosed = true;
        await this.client.end().catch(() => undefined);
    }
}

/** Throws GR992 for an address that cannot be used, such as one with a certificate that is not there. */
function clientOf(url: string, name: string): pg.Client {
    try {
        return new pg.Client({
            connectionString: url,
            application_name: 'guardrail',
            connectionTimeoutMillis: CONNECT_TIME,
            query_timeout: STATEMENT_TIME,
            keepAlive: true
        });
    } catch (error) {
        throw unwritable(name, reasonOf(error));
    }
}

/**
 * Takes the lock of the log for as long as the connection lasts. It waits a little, because the database may not have
 * noticed yet that the last gateway was killed. Throws GR990 if another connection holds it.
 */
async function lock(client: pg.Client, log: string, name: string): Promise<void> {
    const key = BigInt.asIntN(64, BigInt(`0x${hashOf(`guardrail ${log}`).slice(0, 16)}`));
    try {
        await client.query(`SET lock_timeout = ${LOCK_TIME}`);
        await client.query('SELECT pg_advisory_lock($1)', [String(key)]);
    } catch (error) {
        if ((error as pg.DatabaseError).code !== LOCK_NOT_AVAILABLE) {
            throw error;
        }
        throw new CodedError('GR990', `${name} is in use by another gateway`, ONE_HISTORY);
    }
}

/** A user who may not create tables can use existing ones. */
async function createTables(client: pg.Client): Promise<void> {
    for (const [name, columns] of Object.entries(TABLES)) {
        const { rows } = await client.query<{ exists: boolean }>('SELECT to_regclass($1) IS NOT NULL AS exists', [
            name
        ]);
        if (!rows[0]?.exists) {
            try {
                await client.query(`CREATE TABLE ${name} (${columns})`);
            } catch (error) {
                if (!EXISTS.includes((error as pg.DatabaseError).code ?? '')) {
                    throw error;
                }
            }
        }
    }
}

/** The place of the checkpoint, if the line before it is the one that the checkpoint knows. */
async function placeOfCheckpoint(client: pg.Client, log: string, read: ReadPlace): Promise<Place | undefined> {
    const { rows } = await client.query<{ state: Buffer }>('SELECT state FROM guardrail_checkpoint WHERE log = $1', [
        log
    ]);
    const place = rows[0] && read(rows[0].state);
    const before =
        place &&
        (await client.query<{ line: string }>('SELECT line FROM guardrail_log WHERE log = $1 AND number = $2', [
            log,
            place.length - 1
        ]));
    return before && hashOf(before.rows[0]?.line ?? '') === place.last ? place : undefined;
}

/** The lines of the log in their order, from a place on. Throws GR991 if one is missing. */
async function stored(client: pg.Client, log: string, name: string, { length } = START): Promise<string[]> {
    const { rows } = await client.query<{ number: string; line: string }>(
        'SELECT number, line FROM guardrail_log WHERE log = $1 AND number >= $2 ORDER BY number',
        [log, length]
    );
    const gap = rows.findIndex(({ number }, index) => Number(number) !== length + index);
    if (gap >= 0) {
        throw new CodedError(
            'GR991',
            `${name}:${length + gap + 1} does not follow the line before it: a line was altered, dropped or moved`,
            'Keep the log for an investigation, and start with another one.',
            EXIT.invalid
        );
    }
    return rows.map(({ line }) => line);
}

/** The address for messages. */
function withoutPassword(text: string): string {
    try {
        const url = new URL(text);
        url.password = '';
        url.search = '';
        return url.href;
    } catch {
        return 'the database';
    }
}

/** For errors of the database, only their sentence; their codes would mean little to most readers. */
function reasonOf(error: unknown): string {
    return error instanceof pg.DatabaseError ? error.message : systemReason(error);
}
