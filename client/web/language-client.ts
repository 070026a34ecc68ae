import * as vscode from 'vscode';
import {
    BrowserMessageReader,
    BrowserMessageWriter,
    LanguageClient,
    type LanguageClientOptions,
    type MessageTransports
} from 'vscode-languageclient/browser';
import { isReady, moduleWorker } from '../../server/threads/web/module-worker.js';

/** The language server is a worker of the browser. */
export function newClient(extension: vscode.Uri, options: LanguageClientOptions): LanguageClient {
    const server = vscode.Uri.joinPath(extension, 'dist', 'web-server.js').toString(true);
    return new QuietLanguageClient('guardrail', 'Guardrail', () => connect(server), options);
}

/** The library knows a worker by its class, which is not that of the workers that an extension makes. */
async function connect(server: string): Promise<MessageTransports> {
    const worker = await startWorker(server);
    return { reader: new BrowserMessageReader(worker), writer: new BrowserMessageWriter(worker) };
}

/** Resolves when the worker listens. */
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

/** Logs what the library would pop up: `LanguageServer` says it once, with what to do. */
class QuietLanguageClient extends LanguageClient {
    override error(message: string, data?: unknown): void {
        super.error(message, data, false);
    }
}
