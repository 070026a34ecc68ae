import type { Connection } from 'vscode-languageserver';

/** The messages in the client's output channel, which never interrupt the author. */
export interface Log {
    info(message: string): void;
    warn(message: string): void;
    error(message: string): void;
}

export function connectionLog(connection: Connection): Log {
    return {
        info: (message) => connection.console.info(message),
        warn: (message) => connection.console.warn(message),
        error: (message) => connection.console.error(message)
    };
}

export const SILENT: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

export function messageOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}

/** The details for the log, with the stack trace, which is never part of a message to a person. */
export function detailsOf(error: unknown): string {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Wraps an action as a listener that others depend on: its failure is logged and not propagated. */
export function guarded<A extends unknown[]>(
    log: Log,
    what: string,
    action: (...args: A) => void
): (...args: A) => void {
    return (...args) => {
        try {
            action(...args);
        } catch (error) {
            log.error(`${what} failed: ${detailsOf(error)}`);
        }
    };
}
