import * as vscode from 'vscode';
import {
    LanguageClient,
    type LanguageClientOptions,
    type ServerOptions,
    TransportKind
} from 'vscode-languageclient/node';

/** The language server is a Node process. */
export function newClient(extension: vscode.Uri, options: LanguageClientOptions): LanguageClient {
    const module = vscode.Uri.joinPath(extension, 'dist', 'server.js').fsPath;
    const serverOptions: ServerOptions = {
        run: { module, transport: TransportKind.ipc },
        debug: { module, transport: TransportKind.ipc, options: { execArgv: ['--nolazy', '--inspect=6019'] } }
    };
    return new QuietLanguageClient('guardrail', 'Guardrail', serverOptions, options);
}

/** Logs what the library would show as a pop-up: `LanguageServer` reports it once, with the next steps. */
class QuietLanguageClient extends LanguageClient {
    override error(message: string, data?: unknown): void {
        super.error(message, data, false);
    }
}
