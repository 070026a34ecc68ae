/** Creates a folder on disk with policies, and a client of the bundled server that has it open. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ClientCapabilities, FileChangeType, InitializeParams, InitializeResult } from 'vscode-languageserver';
import { CAPABILITIES, TestClient } from '../client.js';

/** The folder of the examples. */
export const EXAMPLES = fileURLToPath(new URL('../../../examples/', import.meta.url));

/** A client that pulls its diagnostics, and supports all parts of a diagnostic. */
export const PULLING: ClientCapabilities = {
    ...CAPABILITIES,
    workspace: {
        ...CAPABILITIES.workspace,
        diagnostics: { refreshSupport: true },
        symbol: { resolveSupport: { properties: ['location.range'] } },
        workspaceFolders: true
    },
    textDocument: {
        ...CAPABILITIES.textDocument,
        diagnostic: {
            relatedDocumentSupport: true,
            relatedInformation: true,
            codeDescriptionSupport: true,
            dataSupport: true,
            tagSupport: { valueSet: [1, 2] }
        }
    }
};

export class Project {
    readonly root = mkdtempSync(join(tmpdir(), 'guardrail-conformance-'));
    readonly client: TestClient;

    /** A project with a copy of an example, if one is named, and these files. */
    constructor(files: { readonly [path: string]: string }, example?: string, ...args: string[]) {
        if (example) {
            cpSync(join(EXAMPLES, example), this.root, { recursive: true });
        }
        Object.entries(files).forEach(([path, text]) => this.write(path, text));
        this.client = TestClient.start(...args);
    }

    initialize(
        capabilities: ClientCapabilities = PULLING,
        options: Partial<InitializeParams> = {}
    ): Promise<InitializeResult> {
        return this.client.initialize(pathToFileURL(this.root).href, { capabilities, ...options });
    }

    uri(path: string): string {
        return pathToFileURL(join(this.root, path)).href;
    }

    write(path: string, text: string): void {
        const file = join(this.root, path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
    }

    /** Deletes the file or folder. */
    remove(path: string): void {
        rmSync(join(this.root, path), { recursive: true });
    }

    /** Notifies the server as a file watcher does. */
    watched(path: string, type: FileChangeType): Promise<void> {
        return this.client.connection.sendNotification('workspace/didChangeWatchedFiles', {
            changes: [{ uri: this.uri(path), type }]
        });
    }

    request<R>(method: string, params: unknown): Promise<R> {
        return this.client.connection.sendRequest<R>(method, params);
    }

    dispose(): void {
        this.client.kill();
        rmSync(this.root, { recursive: true, force: true });
    }
}
