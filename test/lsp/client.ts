/** A client of the bundled server, which uses its standard streams like any editor. */
import type { ChildProcess, ChildProcessByStdio } from 'node:child_process';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import type {
    CodeLens,
    ConfigurationParams,
    InitializeParams,
    InitializeResult,
    MessageActionItem,
    PublishDiagnosticsParams,
    Registration,
    RegistrationParams,
    ShowMessageRequestParams
} from 'vscode-languageserver';
import type { CheckState } from '../../server/lsp/protocol.js';
import { checkStateNotification } from '../../server/lsp/protocol.js';

/** The server that `npm run build` makes. */
export const SERVER = fileURLToPath(new URL('../../dist/server.js', import.meta.url));

export class TestClient {
    readonly diagnostics: PublishDiagnosticsParams[] = [];
    readonly states: CheckState[] = [];
    /** The server's requests to the client. */
    readonly requests: string[] = [];
    readonly registrations: Registration[] = [];
    readonly messages: string[] = [];
    /** Messages that interrupt the author. */
    readonly shown: string[] = [];
    /** The choices that these messages offer to the author. */
    readonly offered: MessageActionItem[] = [];
    readonly exited: Promise<number | null>;
    settings: unknown = {};
    private readonly listeners = new Set<() => void>();

    private constructor(
        private readonly process: ChildProcess,
        readonly connection: MessageConnection
    ) {
        this.exited = new Promise((resolve) => process.on('exit', resolve));
        connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
            this.diagnostics.push(params);
            this.changed();
        });
        connection.onNotification(checkStateNotification, (state: CheckState) => {
            this.states.push(state);
            this.changed();
        });
        connection.onNotification((method, params) => {
            if (method.startsWith('window/')) {
                this.messages.push((params as { message: string }).message);
                this.changed();
            }
        });
        connection.onRequest((method, params) => {
            this.requests.push(method);
            if (method === 'client/registerCapability') {
                this.registrations.push(...(params as RegistrationParams).registrations);
            }
            if (method === 'window/showMessageRequest') {
                const { message, actions = [] } = params as ShowMessageRequestParams;
                this.shown.push(message);
                this.offered.push(...actions);
            }
            this.changed();
            return method === 'workspace/configuration'
                ? (params as ConfigurationParams).items.map(() => this.settings)
                : null;
        });
        connection.listen();
    }

    static start(...args: string[]): TestClient {
        if (!existsSync(SERVER)) {
            throw new Error('There is no dist/server.js: run "npm run build" first.');
        }
        return TestClient.of(spawn(process.execPath, [SERVER, ...args], { stdio: ['pipe', 'pipe', 'inherit'] }));
    }

    /** The client of a server that was started in another way. */
    static of(child: ChildProcessByStdio<Writable, Readable, null>): TestClient {
        return new TestClient(
            child,
            createMessageConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin))
        );
    }

    async initialize(root: string | null, options: Partial<InitializeParams> = {}): Promise<InitializeResult> {
        const result: InitializeResult = await this.connection.sendRequest('initialize', {
            processId: process.pid,
            rootUri: root,
            workspaceFolders: root === null ? null : [{ uri: root, name: 'test' }],
            capabilities: CAPABILITIES,
            ...options
        });
        await this.connection.sendNotification('initialized', {});
        return result;
    }

    async open(uri: string, text: string): Promise<void> {
        await this.connection.sendNotification('textDocument/didOpen', {
            textDocument: { uri, languageId: 'guardrail', version: 1, text }
        });
    }

    async change(uri: string, version: number, text: string): Promise<void> {
        await this.connection.sendNotification('textDocument/didChange', {
            textDocument: { uri, version },
            contentChanges: [{ text }]
        });
    }

    lenses(uri: string): Promise<CodeLens[]> {
        return this.connection.sendRequest('textDocument/codeLens', { textDocument: { uri } });
    }

    /** The latest diagnostics sent for the file. */
    latest(uri: string): PublishDiagnosticsParams | undefined {
        return this.diagnostics.filter((params) => params.uri === uri).at(-1);
    }

    /** Resolves once the condition is true; it is tested again after each message from the server. */
    until(condition: () => boolean): Promise<void> {
        return new Promise((resolve) => {
            const check = (): void => {
                if (condition()) {
                    this.listeners.delete(check);
                    resolve();
                }
            };
            this.listeners.add(check);
            check();
        });
    }

    /** Resolves once the answer is yes; the question is asked repeatedly. */
    async waitFor(question: () => Promise<boolean>): Promise<void> {
        while (!(await question())) {
            await new Promise((resolve) => setTimeout(resolve, 10));
        }
    }

    /** Resolves when the results for the version have arrived. */
    done(uri: string, version: number): Promise<void> {
        return this.until(() =>
            this.states.some((state) => state.uri === uri && state.version === version && state.state === 'done')
        );
    }

    async shutdown(): Promise<number | null> {
        await this.connection.sendRequest('shutdown');
        await this.connection.sendNotification('exit');
        return this.exited;
    }

    /** Closes the input, as when the client has disappeared. */
    closeInput(): void {
        this.process.stdin?.end();
    }

    kill(): void {
        this.connection.dispose();
        this.process.kill();
    }

    private changed(): void {
        [...this.listeners].forEach((listener) => listener());
    }
}

export const CAPABILITIES: InitializeParams['capabilities'] = {
    workspace: { configuration: true, codeLens: { refreshSupport: true } },
    textDocument: {
        publishDiagnostics: { relatedInformation: true, codeDescriptionSupport: true, versionSupport: true },
        completion: { completionItem: { snippetSupport: true, insertReplaceSupport: true } }
    }
};
