/**
 * Tests a feature with a defect: the author sees no answer, the log contains the reason, and everything else continues.
 */
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import type { DocumentSymbol } from 'vscode-languageserver';
import { createConnection } from 'vscode-languageserver/node';
import { DocumentState, EmptyFileSystem, URI as LangiumURI } from 'langium';
import { CodePages } from '../../server/lsp/connection/code-pages.js';
import { createLanguageServer } from '../../server/lsp/module.js';
import { startLanguageServer } from '../../server/lsp/start.js';
import { IDLE_HOST } from './support.js';

const URI = 'file:///x.guardrail';

let client: MessageConnection;
let services: ReturnType<typeof createLanguageServer>;
let errors: string[];

beforeEach(async () => {
    const [toServer, toClient] = [new PassThrough(), new PassThrough()];
    const connection = createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient));
    errors = [];
    const log = { info: () => undefined, warn: () => undefined, error: (message: string) => errors.push(message) };
    services = createLanguageServer({ connection, ...EmptyFileSystem, checkerHost: IDLE_HOST, log });
    startLanguageServer({ connection, ...services, log, codePages: new CodePages(() => undefined) });
    client = createMessageConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
    client.listen();
    await client.sendRequest('initialize', { processId: null, rootUri: null, capabilities: {} });
    await client.sendNotification('initialized', {});
});

afterEach(() => client.dispose());

const open = (text: string): Promise<void> =>
    client.sendNotification('textDocument/didOpen', {
        textDocument: { uri: URI, languageId: 'guardrail', version: 1, text }
    });

test('a request', async () => {
    services.guardrail.lsp.HoverProvider!.getHoverContent = () => {
        throw new Error('a defect');
    };
    await open('agent a');
    const params = { textDocument: { uri: URI }, position: { line: 0, character: 1 } };
    expect(await client.sendRequest('textDocument/hover', params)).toBeNull();
    expect(errors).toEqual([expect.stringMatching(/"hover" failed: Error: a defect/)]);
    expect(await client.sendRequest<DocumentSymbol[]>('textDocument/documentSymbol', params)).toMatchObject([
        { name: 'a' }
    ]);
});

test('what follows a build', async () => {
    services.guardrail.checking.CheckService.get = () => {
        throw new Error('a defect');
    };
    const params = { textDocument: { uri: URI }, position: { line: 0, character: 1 } };
    await open('agent a');
    await client.sendRequest('textDocument/documentSymbol', params);
    await services.shared.workspace.DocumentBuilder.waitUntil(DocumentState.Validated, LangiumURI.parse(URI));
    await client.sendNotification('textDocument/didChange', {
        textDocument: { uri: URI, version: 2 },
        contentChanges: [{ text: 'agent b' }]
    });
    expect(await client.sendRequest<DocumentSymbol[]>('textDocument/documentSymbol', params)).toMatchObject([
        { name: 'b' }
    ]);
    expect(errors).toContainEqual(expect.stringMatching(/^Publishing diagnostics failed: Error: a defect/));
});
