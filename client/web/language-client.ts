import * as vscode from 'vscode';
import {
    BrowserMessageReader,
    BrowserMessageWriter,
    LanguageClient,
    type LanguageClientOptions,
    type MessageTransports
} from 'vscode-languageclient/browser';
import { isReady, moduleWorker } from '../../server/threads/web/module-worker.js';

/** The language server is a browser worker. */
export function newClient(extension: vscode.Uri, options: LanguageClientOptions): LanguageClient {
    const server = vscode.Uri.joinPath(extension, 'dist', 'web-server.js').toString(true);
    return new QuietLanguageClient('guardrail', 'Guardrail', () => connect(server), options);
}

/** The library recognizes a worker by its class, which differs from that of the workers that an extension creates. */
async function connect(server: string): Promise<MessageTransports> {
    const worker = await startWorker(server);
    return { reader: new BrowserMessageReader(worker), writer: new BrowserMessageWriter(worker) };
}

/** Resolves when the worker is listening. */
function startWorker(address: string): Promise<Worker> {
    const worker = moduleWorker(address);
    return new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => {
            if (isReady(data)) {
                worker.onmessage = null;
                worker.onerror = null;
                resolve(worker);
            }
        };
        worker.onerror = ({ message }) => {
            worker.terminate();
            reject(new Error(message || `${address} could not be loaded`));
        };
    });
}

/** Logs what the library would show as a pop-up: `LanguageServer` reports it once, with the next steps. */
class QuietLanguageClient extends LanguageClient {
    override error(message: string, data?: unknown): void {
        super.error(message, data, false);
    }
}
