/** Opens the log of a gateway, wherever it is kept. */
import { FileLog } from './file-log.js';
import type { OpenedLog, ReadPlace } from './log.js';

export interface LogLocation {
    /** The file of the log, or its name in the database. */
    readonly path: string;
    /** The address of the PostgreSQL database that contains the log. */
    readonly database?: string;
}

/** Rejects like `FileLog.open` or `PostgresLog.open`. */
export async function openLog({ path, database }: LogLocation, read: ReadPlace): Promise<OpenedLog> {
    if (database === undefined) {
        return FileLog.open(path, read);
    }
    // Most gateways do without the library.
    const { PostgresLog } = await import('./postgres-log.js');
    return PostgresLog.open({ url: database, log: path }, read);
}
