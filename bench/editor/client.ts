/** A client of the bundled server that records when responses arrive. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import type { PublishDiagnosticsParams } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { CheckState } from '../../server/lsp/protocol.js';
import { checkStateNotification } from '../../server/lsp/protocol.js';
import type { Probed } from './probe.js';

const here = dirname(fileURLToPath(import.meta.url));

/** A replacement in the text of an open file. */
export interface Edit {
    readonly at: number;
    readonly remove?: number;
    readonly insert: string;
}

export class EditorClient {
    readonly started = performance.now();
    private readonly documents = new Map<string, TextDocument>();
    private readonly waiting = new Set<() => void>();
    /** For each file, the version of its last diagnostics, and of its last complete results. */
    private readonly diagnosed = new Map<string, number>();
    private readonly checked = new Map<string, number>();
    readonly told = new Set<string>();

    private constructor(
        private readonly child: ChildProcess,
        private readonly connection: MessageConnection,
        private readonly probeFile: string
    ) {
        connection.onNotification('textDocument/publishDiagnostics', ({ uri, version }: PublishDiagnosticsParams) => {
            this.told.add(uri);
            this.diagnosed.set(uri, version ?? 0);
            this.wake();
        });
        connection.onNotification(checkStateNotification, ({ uri, version, state }: CheckState) => {
            if (state === 'done') {
                this.checked.set(uri, version);
                this.wake();
            }
        });
        connection.onRequest((method, params: unknown) =>
            method === 'workspace/configuration' ? (params as { items: unknown[] }).items.map(() => ({})) : null
        );
        connection.listen();
    }

    static start(server: string): EditorClient {
        const probeFile = join(here, `probe-${process.pid}.json`);
        const child = spawn(
            process.execPath,
            ['--import', pathToFileURL(join(here, 'probe.mjs')).href, server, '--stdio'],
            { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, PROBE: probeFile } }
        );
        return new EditorClient(
            child,
            createMessageConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin)),
            probeFile
        );
    }

    async initialize(root: string): Promise<void> {
        await this.connection.sendRequest('initialize', {
            processId: process.pid,
            rootUri: root,
            workspaceFolders: [{ uri: root, name: 'bench' }],
            capabilities: {
                workspace: { configuration: true, codeLens: { refreshSupport: true } },
                textDocument: {
                    publishDiagnostics: { relatedInformation: true, versionSupport: true },
                    completion: { completionItem: { snippetSupport: true } }
                }
            }
        });
        await this.connection.sendNotification('initialized', {});
    }

    async open(uri: string, text: string): Promise<void> {
        this.documents.set(uri, TextDocument.create(uri, 'guardrail', 1, text));
        await this.connection.sendNotification('textDocument/didOpen', {
            textDocument: { uri, languageId: 'guardrail', version: 1, text }
        });
    }

    text(uri: string): string {
        return this.documents.get(uri)!.getText();
    }

    /** Sends one change as an editor does. */
    async edit(uri: string, { at, remove = 0, insert }: Edit): Promise<void> {
        const document = this.documents.get(uri)!;
        const change = {
            range: { start: document.positionAt(at), end: document.positionAt(at + remove) },
            text: insert
        };
        const version = document.version + 1;
        this.documents.set(uri, TextDocument.update(document, [change], version));
        await this.connection.sendNotification('textDocument/didChange', {
            textDocument: { uri, version },
            contentChanges: [change]
        });
    }

    async request(method: string, uri: string, at: number, more: object = {}): Promise<unknown> {
        const position = this.documents.get(uri)!.positionAt(at);
        return this.connection.sendRequest(method, { textDocument: { uri }, position, ...more });
    }

    /** The milliseconds until the current text of the file has its diagnostics. */
    diagnostics(uri: string): Promise<number> {
        return this.until(() => (this.diagnosed.get(uri) ?? -1) >= this.documents.get(uri)!.version);
    }

    /** The milliseconds until the current text of the policy has all its results. */
    results(uri: string): Promise<number> {
        return this.until(() => (this.checked.get(uri) ?? -1) >= this.documents.get(uri)!.version);
    }

    async until(isSo: () => boolean): Promise<number> {
        const started = performance.now();
        await new Promise<void>((resolve) => {
            const look = (): void => {
                if (isSo()) {
                    this.waiting.delete(look);
                    resolve();
                }
            };
            this.waiting.add(look);
            look();
        });
        return performance.now() - started;
    }

    /** The load of the server since the last report. */
    async probe(): Promise<Probed> {
        rmSync(this.probeFile, { force: true });
        this.child.kill('SIGUSR2');
        while (!existsSync(this.probeFile) || readFileSync(this.probeFile, 'utf8') === '') {
            await new Promise((resolve) => setTimeout(resolve, 20));
        }
        return JSON.parse(readFileSync(this.probeFile, 'utf8')) as Probed;
    }

    async stop(): Promise<void> {
        await this.connection.sendRequest('shutdown');
        await this.connection.sendNotification('exit');
        this.connection.dispose();
        rmSync(this.probeFile, { force: true });
    }

    private wake(): void {
        [...this.waiting].forEach((look) => look());
    }
}
