/**
 * Tests when repairs are searched for, and when the search is abandoned: over a connection, as a client requests them.
 */
import { PassThrough } from 'node:stream';
import { EmptyFileSystem } from 'langium';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import type { CodeAction } from 'vscode-languageserver';
import { CancellationTokenSource, CodeActionTriggerKind } from 'vscode-languageserver';
import { createConnection } from 'vscode-languageserver/node';
import type { PolicyResult } from '../../../../server/checker/results/result.js';
import { CodePages } from '../../../../server/lsp/connection/code-pages.js';
import { createLanguageServer } from '../../../../server/lsp/module.js';
import { checkRequest } from '../../../../server/lsp/protocol.js';
import type { RepairReport } from '../../../../server/lsp/repair/host.js';
import { startLanguageServer } from '../../../../server/lsp/start.js';
import { CLIENT } from '../../support.js';

const URI = 'file:///x.guardrail';
const TEXT = 'policy A\nserver a { tool b() }\nagent x\nallow x: a.b\nclaim "c": never a.b\n';
const LATER = 'Find a rule change that makes "c" hold';
const FOUND = 'Add: deny a.b (a.b: allowed -> denied; loses something for good)';

const START = { line: 0, character: 0 };

/** The result for a policy whose claim `c`, in its fifth line, is violated. */
function violated(uri: string): PolicyResult {
    const source = { uri, start: { line: 4, character: 0 }, end: { line: 4, character: 20 } };
    return {
        policy: 'A',
        source: { uri, start: START, end: START },
        scenarios: [],
        findings: [],
        claims: [
            {
                name: 'c',
                kind: 'never',
                annotations: [],
                text: 'never a.b',
                source,
                verdict: 'violated',
                explanation: 'it is',
                basis: {
                    by: 'search',
                    states: 1,
                    transitions: 1,
                    depth: 1,
                    exhausted: false,
                    scopes: [],
                    slice: { tools: 1, rules: 1, monitors: 0 },
                    milliseconds: 1
                },
                obstacles: [],
                saysNothing: false,
                expected: false
            }
        ]
    };
}

let client: MessageConnection;
/** The errors that the server has logged, and the beginnings and ends of its searches. */
let told: string[];
/** Completes the search in progress. */
let finish: (report: RepairReport) => void;

beforeEach(async () => {
    told = [];
    const [toServer, toClient] = [new PassThrough(), new PassThrough()];
    const connection = createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient));
    const log = { info: () => undefined, warn: () => undefined, error: (message: string) => told.push(message) };
    const services = createLanguageServer({
        connection,
        ...EmptyFileSystem,
        checkerHost: {
            start: () => ({
                outcome: Promise.resolve({ kind: 'done', result: violated(URI) }),
                cancel: () => undefined
            }),
            dispose: () => Promise.resolve()
        },
        repairHost: {
            start: ({ claim }) => {
                told.push(`looks for ${claim.name}`);
                const outcome = new Promise<RepairReport>((resolve) => (finish = resolve));
                const cancel = (): void => {
                    told.push('gives up');
                    finish({ kind: 'cancelled' });
                };
                return { outcome, cancel };
            },
            dispose: () => Promise.resolve()
        },
        log
    });
    startLanguageServer({ connection, ...services, log, codePages: new CodePages(() => undefined) });
    client = createMessageConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
    client.listen();
    const workspaceEdit = { documentChanges: true, changeAnnotationSupport: {} };
    await client.sendRequest('initialize', {
        ...CLIENT,
        capabilities: { ...CLIENT.capabilities, workspace: { ...CLIENT.capabilities.workspace, workspaceEdit } }
    });
    await client.sendNotification('initialized', {});
    await client.sendNotification('textDocument/didOpen', {
        textDocument: { uri: URI, languageId: 'guardrail', version: 1, text: TEXT }
    });
    await client.sendRequest(checkRequest, { uri: URI });
});

afterEach(() => client.dispose());

const NAME = { line: 4, character: 6 };
const BODY = { line: 4, character: 18 };

async function actions(at = NAME): Promise<CodeAction[]> {
    const context = { diagnostics: [], triggerKind: CodeActionTriggerKind.Invoked };
    const params = { textDocument: { uri: URI }, range: { start: at, end: at }, context };
    return client.sendRequest<CodeAction[]>('textDocument/codeAction', params);
}

async function ask(at = NAME): Promise<string[]> {
    return (await actions(at)).map(({ title }) => title);
}

/** Waits until the server does something. */
async function until(what: string): Promise<void> {
    while (!told.includes(what)) {
        await new Promise((resolve) => setTimeout(resolve, 1));
    }
}

const found: RepairReport = {
    kind: 'done',
    result: {
        claim: 'c',
        source: { uri: URI, start: START, end: START },
        verdict: 'violated',
        tried: 1,
        repairs: [
            {
                text: 'add: deny a.b',
                edits: [{ source: { uri: URI, start: START, end: START }, text: 'deny a.b' }],
                rules: 1,
                word: 'holds',
                verdict: 'holds',
                scopes: [],
                alsoRepairs: [],
                contradicts: [],
                changes: ['a.b: allowed -> denied'],
                lost: ['x can never call a.b'],
                perhapsLost: [],
                isComplete: true
            }
        ]
    }
};

test('the answer does not wait for repairs, and has them once they are found', async () => {
    expect(await ask()).toContain(LATER);
    await until('looks for c');
    expect(await ask()).toContain(LATER);
    finish(found);
    expect(await ask()).toContain(FOUND);
    expect(told).toEqual(['looks for c']);
});

test('repairs are searched for when a claim turns violated, without a request', async () => {
    await until('looks for c');
    finish(found);
    expect(await ask()).toContain(FOUND);
});

test('the fixes of a claim are offered anywhere in it', async () => {
    expect(await ask(BODY)).toContain(LATER);
});

test('a repair is never made before the author has seen it', async () => {
    await ask();
    await until('looks for c');
    finish(found);
    const repair = (await actions()).find(({ title }) => title === FOUND)!;
    const annotations = Object.values(repair.edit!.changeAnnotations ?? {});
    expect(annotations.map(({ needsConfirmation }) => needsConfirmation)).toEqual([true]);
    expect(annotations[0]!.description).toContain('x can never call a.b');
});

test('a change of the text ends the search', async () => {
    await ask();
    await until('looks for c');
    await client.sendNotification('textDocument/didChange', {
        textDocument: { uri: URI, version: 2 },
        contentChanges: [{ text: `${TEXT}agent y\n` }]
    });
    await until('gives up');
});

test('a cancelled choice leaves the search running, and its repairs are offered later', async () => {
    const later = (await actions()).find(({ title }) => title === LATER)!;
    await until('looks for c');
    const source = new CancellationTokenSource();
    const refused = expect(client.sendRequest('codeAction/resolve', later, source.token)).rejects.toThrow();
    source.cancel();
    await refused;
    finish(found);
    await expect.poll(() => ask(), { timeout: 60_000 }).toContain(FOUND);
    expect(told).toEqual(['looks for c']);
});
