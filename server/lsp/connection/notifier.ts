/** Shows messages that interrupt the author because they have no place in a file. */
import type { LanguageServer } from 'langium/lsp';
import type { Connection } from 'vscode-languageserver';
import { detailsOf, type Log } from './log.js';
import { type InitializationOptions, showLogNotification } from '../protocol.js';

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
