import { type Connection, ErrorCodes, Message, type MessageStrategy, ResponseError } from 'vscode-languageserver';
import type { LanguageServer } from 'langium/lsp';
import { detailsOf, type Log } from './log.js';
import { type InitializationOptions, showLogNotification } from '../protocol.js';

type HandleMessage = MessageStrategy['handleMessage'];

/** A name that represents a refused request, because only a handler can answer it, and a strategy cannot. */
const REFUSED = 'guardrail/refused';

interface Refusal {
    readonly code: number;
    readonly message: string;
}

/**
 * Refuses messages that come too early or too late, as the protocol requires. Before `initialize` a request gets
 * `ServerNotInitialized`; after `shutdown`, and for a second `initialize`, it gets `InvalidRequest`. A notification is
 * dropped, unless it is `exit`.
 */
export class Lifecycle implements MessageStrategy {
    private phase: 'before' | 'running' | 'after' = 'before';

    connect(connection: Connection): void {
        connection.onRequest(REFUSED, ({ code, message }: Refusal) => new ResponseError(code, message));
    }

    readonly handleMessage: HandleMessage = (message, next) => {
        if (Message.isRequest(message)) {
            const refusal = this.refusalOf(message.method);
            return next(refusal ? { ...message, method: REFUSED, params: refusal } : message);
        }
        if (Message.isNotification(message) && this.phase !== 'running' && message.method !== 'exit') {
            return;
        }
        return next(message);
    };

    private refusalOf(method: string): Refusal | undefined {
        const isInitialize = method === 'initialize';
        if (this.phase === 'before' && !isInitialize) {
            return { code: ErrorCodes.ServerNotInitialized, message: `"${method}" came before "initialize".` };
        }
        if (this.phase === 'after') {
            return { code: ErrorCodes.InvalidRequest, message: `"${method}" came after "shutdown".` };
        }
        if (this.phase === 'running' && isInitialize) {
            return { code: ErrorCodes.InvalidRequest, message: 'The server is initialized already.' };
        }
        this.phase = method === 'shutdown' ? 'after' : 'running';
        return undefined;
    }
}

/** Shows messages that interrupt the author because they have no place in a file. */
const SHOW_LOG = { title: 'Show Log' };

/** Reports a failure, with the log one click away if the client can show it. */
export function notifier(connection: Connection, server: LanguageServer, log: Log): (message: string) => void {
    let showsLog = false;
    server.onInitialize(({ initializationOptions }) => {
        showsLog = (initializationOptions as InitializationOptions | undefined)?.showsLog === true;
    });
    const tell = async (message: string): Promise<void> => {
        const choice = await connection.window.showWarningMessage(message, ...(showsLog ? [SHOW_LOG] : []));
        if (choice) {
            await connection.sendNotification(showLogNotification);
        }
    };
    return (message) => void tell(message).catch((error: unknown) => log.warn(`Telling failed: ${detailsOf(error)}`));
}
