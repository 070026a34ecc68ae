import type { ExecuteCommandHandler } from 'langium/lsp';
import type { Connection, InitializeParams } from 'vscode-languageserver';
import type { CodePage } from './diagnostics/shape.js';
import { explainCommand } from '../protocol.js';

/** Shows the page of a code in the editor, for the code action "Explain GR410". */
export class ExplainCommand implements ExecuteCommandHandler {
    private shows = false;

    constructor(
        private readonly connection: Connection | undefined,
        private readonly codePage: CodePage
    ) {}

    initialize({ capabilities }: InitializeParams): void {
        this.shows = capabilities.window?.showDocument?.support === true;
    }

    get commands(): string[] {
        return this.shows ? [explainCommand] : [];
    }

    /** True if there is a page, and the client can show it. */
    canExplain(code: string): boolean {
        return this.shows && this.codePage(code) !== undefined;
    }

    async executeCommand(name: string, [code]: readonly unknown[]): Promise<unknown> {
        const page = name === explainCommand && typeof code === 'string' ? this.codePage(code) : undefined;
        return page === undefined ? null : this.connection?.window.showDocument({ uri: page, takeFocus: true });
    }
}
