/** Tests the bundled server as an editor sees it: requests, answers and notifications over its standard streams. */
import { fork } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import type {
    Diagnostic,
    DidChangeWatchedFilesRegistrationOptions,
    Hover,
    InitializeResult
} from 'vscode-languageserver';
import { CancellationTokenSource, DiagnosticSeverity, LSPErrorCodes, WatchKind } from 'vscode-languageserver';
import type { PolicyResult } from '../../server/lsp/protocol.js';
import { checkRequest } from '../../server/lsp/protocol.js';
import { CAPABILITIES, SERVER, TestClient } from './client.js';

const EXAMPLE = fileURLToPath(new URL('../../examples/mail-assistant/', import.meta.url));
const HOLDS = readFileSync(join(EXAMPLE, 'mail.guardrail'), 'utf8');
/** With this change only posting is held, so the mailbox can leave through `web.fetch`. */
const VIOLATED = HOLDS.replace('external tools when carries private', 'web.post');
const CLAIM = '"mail leaves only through a person"';
/** The remaining message once the claim holds: a second session may post what the first one read. */
const ALSO_ACROSS_SESSIONS = ['GR598'];

let folder: string;
let client: TestClient;
let uri: string;

beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'guardrail-lsp-'));
    cpSync(join(EXAMPLE, 'tools'), join(folder, 'tools'), { recursive: true });
    writeFileSync(join(folder, 'mail.guardrail'), HOLDS);
    uri = pathToFileURL(join(folder, 'mail.guardrail')).href;
    client = TestClient.start('--stdio');
});

afterEach(() => {
    client.kill();
    rmSync(folder, { recursive: true });
});

const fileUri = (path: string): string => pathToFileURL(join(folder, path)).href;
const codes = (diagnostics: readonly Diagnostic[] | undefined): unknown[] =>
    (diagnostics ?? []).map(({ code }) => code);

test('the example has the rule that the tests remove', () => {
    expect(VIOLATED).not.toBe(HOLDS);
});

describe('the claims of an open policy', () => {
    test('are checked after each change: the diagnostic appears and disappears', async () => {
        await client.initialize(pathToFileURL(folder).href);
        await client.open(uri, VIOLATED);
        await client.done(uri, 1);
        const [violated] = client.latest(uri)!.diagnostics.filter(({ code }) => code === 'GR590');
        expect(violated).toMatchObject({
            severity: 1,
            source: 'guardrail',
            range: { start: { line: VIOLATED.split(CLAIM)[0]!.split('\n').length - 1 } }
        });
        expect(violated!.relatedInformation!.map(({ message }) => message)).toEqual([
            expect.stringMatching(/^1\. assistant calls mail\.read/),
            expect.stringMatching(/^2\. assistant calls web\.fetch/)
        ]);
        const page = violated!.codeDescription!.href;
        expect(existsSync(fileURLToPath(page))).toBe(true);

        await client.change(uri, 2, HOLDS);
        await client.done(uri, 2);
        const { version, diagnostics } = client.latest(uri)!;
        expect(version).toBe(2);
        expect(codes(diagnostics)).toEqual(ALSO_ACROSS_SESSIONS);
    });

    test('have lenses, which the client is told to refresh', async () => {
        await client.initialize(pathToFileURL(folder).href);
        await client.open(uri, VIOLATED);
        await client.done(uri, 1);
        await client.until(() => client.requests.includes('workspace/codeLens/refresh'));
        const lenses = await client.lenses(uri);
        expect(lenses.map(({ command }) => command!.title)).toContain('✗ violated · show session');
        const show = lenses.find(({ command }) => command!.title === '✗ violated · show session')!;
        expect(show.command).toMatchObject({
            command: 'guardrail.showSession',
            arguments: [{ uri, kind: 'claim', name: CLAIM.slice(1, -1) }]
        });
    });

    test('are shown as those of the text before, while the text has an error', async () => {
        await client.initialize(pathToFileURL(folder).href);
        await client.open(uri, VIOLATED);
        await client.done(uri, 1);
        await client.change(uri, 2, `${VIOLATED}\ndeny nobody.knows`);
        await client.until(() => client.latest(uri)?.version === 2);
        const { diagnostics } = client.latest(uri)!;
        expect(codes(diagnostics)).toEqual(['GR201', 'GR590', 'GR501']);
        const isOld = diagnostics.map(({ message }) => JSON.stringify(message).includes('(before the last change)'));
        expect(isOld).toEqual([false, true, true]);
        await client.until(() => client.states.at(-1)?.state === 'invalid');
    });

    test('are answered on request', async () => {
        await client.initialize(pathToFileURL(folder).href);
        await client.open(uri, VIOLATED);
        const result = await client.connection.sendRequest<PolicyResult>(checkRequest, { uri });
        expect(result.claims.map(({ name, verdict }) => [name, verdict])).toContainEqual([
            CLAIM.slice(1, -1),
            'violated'
        ]);
        expect(await client.connection.sendRequest(checkRequest, { uri: fileUri('tools/mail.guardrail') })).toBeNull();
    });

    test('wait for the next save if checking on type is off', async () => {
        client.settings = { check: { onType: false } };
        await client.initialize(pathToFileURL(folder).href);
        await client.until(() => client.requests.includes('workspace/configuration'));
        await client.open(uri, VIOLATED);
        await client.until(() => client.latest(uri)?.version === 1);
        await client.connection.sendNotification('textDocument/didSave', { textDocument: { uri } });
        await client.done(uri, 1);
        expect(codes(client.latest(uri)!.diagnostics)).toContain('GR590');
    });
});

describe('files that are not open', () => {
    test('have diagnostics of the language and of the checker', async () => {
        writeFileSync(join(folder, 'broken.guardrail'), 'allow nobody: any tool');
        writeFileSync(join(folder, 'leaky.guardrail'), VIOLATED);
        await client.initialize(pathToFileURL(folder).href);
        await client.until(() => codes(client.latest(fileUri('leaky.guardrail'))?.diagnostics).includes('GR590'));
        expect(codes(client.latest(fileUri('broken.guardrail'))?.diagnostics)).toContain('GR204');
    });

    test('that a policy imports cause a new check when they change', async () => {
        await client.initialize(pathToFileURL(folder).href);
        await client.open(uri, VIOLATED);
        await client.done(uri, 1);
        const tools = join(folder, 'tools', 'mail.guardrail');
        writeFileSync(
            tools,
            readFileSync(tools, 'utf8').replace('tool fetch(url: string) external', 'tool fetch(url: string)')
        );
        await client.connection.sendNotification('workspace/didChangeWatchedFiles', {
            changes: [{ uri: pathToFileURL(tools).href, type: 2 }]
        });
        await client.until(() => !codes(client.latest(uri)?.diagnostics).includes('GR590'));
    });

    test('are read from disk once their editor is closed without saving', async () => {
        await client.initialize(pathToFileURL(folder).href);
        await client.open(uri, VIOLATED);
        await client.done(uri, 1);
        expect(codes(client.latest(uri)!.diagnostics)).toContain('GR590');
        await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
        await client.until(() => isDeepStrictEqual(codes(client.latest(uri)!.diagnostics), ALSO_ACROSS_SESSIONS));
    });

    test('have no diagnostics once they are deleted', async () => {
        writeFileSync(join(folder, 'broken.guardrail'), 'allow nobody: any tool');
        await client.initialize(pathToFileURL(folder).href);
        const broken = fileUri('broken.guardrail');
        await client.until(() => codes(client.latest(broken)?.diagnostics).includes('GR204'));
        rmSync(join(folder, 'broken.guardrail'));
        await client.connection.sendNotification('workspace/didChangeWatchedFiles', {
            changes: [{ uri: broken, type: 3 }]
        });
        await client.until(() => client.latest(broken)?.diagnostics.length === 0);
    });

    test('are watched: policies, packages, and deletions', async () => {
        await client.initialize(null, {
            capabilities: {
                ...CAPABILITIES,
                workspace: { ...CAPABILITIES.workspace, didChangeWatchedFiles: { dynamicRegistration: true } }
            }
        });
        await client.until(() =>
            client.registrations.some(({ method }) => method === 'workspace/didChangeWatchedFiles')
        );
        const { registerOptions } = client.registrations.find(
            ({ method }) => method === 'workspace/didChangeWatchedFiles'
        )!;
        expect((registerOptions as DidChangeWatchedFilesRegistrationOptions).watchers).toEqual([
            { globPattern: '**/*.guardrail' },
            { globPattern: '**/package.json' },
            { globPattern: '**/guardrail.config.json' },
            { globPattern: '**/guardrail.code-snippets' },
            // A package or folder is reported by its name alone, regardless of its size.
            { globPattern: '**/node_modules/*', kind: WatchKind.Create | WatchKind.Delete },
            { globPattern: '**/node_modules/@*/*', kind: WatchKind.Create | WatchKind.Delete },
            { globPattern: '**/*', kind: WatchKind.Delete }
        ]);
    });
});

describe('bad input', () => {
    test('gets its code, and the rest still works', async () => {
        await client.initialize(pathToFileURL(folder).href);
        for (const [name, text, code] of [
            ['empty', '', 'GR105'],
            ['binary', 'policy\0\u0001\u0002', 'GR101'],
            ['far-too-long', `// ${'x'.repeat(5_000_000)}`, 'GR101'],
            ['missing-import', 'policy P\nimport "./nowhere.guardrail"', 'GR210'],
            ['import-of-itself', 'policy P\nimport "./import-of-itself.guardrail"', 'GR211']
        ] as const) {
            const odd = fileUri(`${name}.guardrail`);
            await client.open(odd, text);
            await client.until(() => codes(client.latest(odd)?.diagnostics).includes(code));
        }
        // A text that its author has only begun is not an error yet; one with nothing but a comment is.
        const severities = (): unknown => client.latest(fileUri('empty.guardrail'))!.diagnostics.map((d) => d.severity);
        expect(severities()).toEqual([DiagnosticSeverity.Hint]);
        await client.change(fileUri('empty.guardrail'), 2, '// to be written');
        await client.until(() => isDeepStrictEqual(severities(), [DiagnosticSeverity.Error]));
        await client.open(uri, HOLDS);
        await client.done(uri, 1);
        const hover = await client.connection.sendRequest<Hover>('textDocument/hover', {
            textDocument: { uri },
            position: { line: HOLDS.split('allow')[0]!.split('\n').length - 1, character: 2 }
        });
        expect(JSON.stringify(hover.contents)).toContain('denied');
    });

    test('an unsaved text works like a file', async () => {
        await client.initialize(null);
        await client.open('untitled:Untitled-1.guardrail', 'label private');
        await client.until(() => client.latest('untitled:Untitled-1.guardrail') !== undefined);
        expect(client.latest('untitled:Untitled-1.guardrail')!.diagnostics).toEqual([]);
    });

    test('closing a text without a name does not affect other files', async () => {
        await client.initialize(pathToFileURL(folder).href);
        const untitled = 'untitled:Untitled-1';
        await client.open(untitled, 'label private');
        await client.open(uri, HOLDS);
        await client.done(uri, 1);
        // Both happen at once: the change is followed while the closed text is still cached.
        await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri: untitled } });
        await client.change(uri, 2, `${HOLDS}\ndeny nowhere.missing\n`);
        await client.until(() => codes(client.latest(uri)?.diagnostics).includes('GR201'));
        expect(client.messages.filter((line) => /could not be followed/.test(line))).toEqual([]);
    });

    test('a request for a nonexistent file is refused, and the server survives', async () => {
        await client.initialize(pathToFileURL(folder).href);
        await expect(
            client.connection.sendRequest('textDocument/hover', {
                textDocument: { uri: fileUri('nowhere.guardrail') },
                position: { line: 0, character: 0 }
            })
        ).rejects.toThrow();
        await client.open(uri, HOLDS);
        await client.done(uri, 1);
    });
});

describe('the protocol', () => {
    test('the server announces its capabilities', async () => {
        const { capabilities } = await client.initialize(null);
        expect(capabilities).toMatchObject({
            hoverProvider: true,
            definitionProvider: true,
            referencesProvider: true,
            documentSymbolProvider: true,
            documentHighlightProvider: true,
            foldingRangeProvider: true,
            completionProvider: { triggerCharacters: ['.', '"', '/', '(', '@', ' '] },
            renameProvider: { prepareProvider: true },
            codeLensProvider: {},
            semanticTokensProvider: { full: { delta: true }, range: true },
            textDocumentSync: { openClose: true, change: 2, save: true }
        });
    });

    test('a cancelled request is answered with an error', async () => {
        await client.initialize(pathToFileURL(folder).href);
        await client.open(uri, HOLDS);
        const source = new CancellationTokenSource();
        const answer = client.connection.sendRequest(
            'textDocument/semanticTokens/full',
            { textDocument: { uri } },
            source.token
        );
        source.cancel();
        await expect(answer).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
    });

    test('a client without related information gets the steps in the message', async () => {
        await client.initialize(pathToFileURL(folder).href, { capabilities: {} });
        await client.open(uri, VIOLATED);
        await client.done(uri, 1);
        const violated = client.latest(uri)!.diagnostics.find(({ code }) => code === 'GR590');
        expect(violated?.relatedInformation).toBeUndefined();
        expect(violated?.codeDescription).toBeUndefined();
        expect(violated?.message).toMatch(
            /^".*" is violated: .*\n1\. assistant calls mail\.read.*\n2\. assistant calls web\.fetch/
        );
    });

    test('the built-in declarations can be read', async () => {
        await client.initialize(pathToFileURL(folder).href);
        await client.open(uri, HOLDS);
        await client.done(uri, 1);
        expect(
            await client.connection.sendRequest('workspace/textDocumentContent', {
                uri: 'guardrail:/builtin.guardrail'
            })
        ).toMatchObject({ text: expect.stringContaining('trait external') as string });
    });

    test('shutdown, then exit, ends with 0', async () => {
        await client.initialize(pathToFileURL(folder).href);
        await client.open(uri, VIOLATED);
        await client.done(uri, 1);
        expect(await client.shutdown()).toBe(0);
    });

    test('exit without shutdown ends with 1', async () => {
        await client.initialize(null);
        await client.connection.sendNotification('exit');
        expect(await client.exited).toBe(1);
    });
});

describe('over Node IPC', () => {
    let child: ReturnType<typeof fork>;

    beforeAll(() => {
        child = fork(SERVER, ['--node-ipc']);
    });
    afterAll(() => {
        child.kill();
    });

    test('the server answers too', async () => {
        const connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
        connection.listen();
        const result = await connection.sendRequest<InitializeResult>('initialize', {
            processId: null,
            rootUri: null,
            capabilities: {}
        });
        expect(result.capabilities.hoverProvider).toBe(true);
        connection.dispose();
    });
});
