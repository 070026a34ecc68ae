import * as vscode from 'vscode';
import {
    BrowserMessageReader,
    BrowserMessageWriter,
    LanguageClient,
    type LanguageClientOptions,
    type MessageTransports
} from 'vscode-languageclient/browser';
import { readyMessage } from '../../server/lsp/protocol.js';

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

/**
 * The files of an extension have another origin than the extension host, and a browser makes no worker of such a file; but a
 * script of our own may import it. What is sent before it listens would be lost.
 */
function startWorker(address: string): Promise<Worker> {
    const script = `import(${JSON.stringify(address)}).catch((error) => setTimeout(() => { throw error; }));`;
    const worker = new Worker(URL.createObjectURL(new Blob([script], { type: 'text/javascript' })));
    return new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => {
            if (data === readyMessage) {
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
