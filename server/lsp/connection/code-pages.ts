import type { InitializeParams } from 'vscode-languageserver';
import type { CodePage } from '../features/diagnostics/shape.js';
import type { InitializationOptions } from '../protocol.js';

/** The location of a code's page: the one that the client shows, or else the one that the server finds. */
export class CodePages {
    private folder: string | undefined;

    constructor(private readonly ofServer: CodePage) {}

    initialize({ initializationOptions }: InitializeParams): void {
        const folder = (initializationOptions as InitializationOptions | undefined)?.codePages;
        this.folder = typeof folder === 'string' ? folder : undefined;
    }

    readonly of: CodePage = (code) =>
        this.folder === undefined || !/^GR\d{3}$/.test(code) ? this.ofServer(code) : `${this.folder}${code}.md`;
}
