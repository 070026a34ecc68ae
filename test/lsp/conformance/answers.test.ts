/**
 * Tests that the server answers everything that it announces: for every example, at a sample of positions, without an
 * error.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { globSync } from 'tinyglobby';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Position, Range, ServerCapabilities } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { partOf, runs } from '../../support/depth.js';
import { TestClient } from '../client.js';
import { EXAMPLES, PULLING } from './project.js';

/** The number of positions in each file. */
const SAMPLE = runs(5);

interface At {
    readonly textDocument: { readonly uri: string };
    readonly position: Position;
    readonly range: Range;
}

type Ask = (method: string, params: object) => Promise<unknown>;

/** The requests that each capability promises; a request that depends on an earlier answer uses its first item. */
const REQUESTS: { readonly [capability in keyof ServerCapabilities]?: (ask: Ask, at: At) => Promise<unknown> } = {
    hoverProvider: (ask, at) => ask('textDocument/hover', at),
    completionProvider: async (ask, at) => {
        const answer = (await ask('textDocument/completion', at)) as { items: unknown[] } | unknown[] | null;
        const [item] = Array.isArray(answer) ? answer : (answer?.items ?? []);
        await follow(ask, 'completionProvider', 'completionItem/resolve', item);
    },
    signatureHelpProvider: (ask, at) => ask('textDocument/signatureHelp', at),
    definitionProvider: (ask, at) => ask('textDocument/definition', at),
    declarationProvider: (ask, at) => ask('textDocument/declaration', at),
    typeDefinitionProvider: (ask, at) => ask('textDocument/typeDefinition', at),
    implementationProvider: (ask, at) => ask('textDocument/implementation', at),
    referencesProvider: (ask, at) => ask('textDocument/references', { ...at, context: { includeDeclaration: true } }),
    documentHighlightProvider: (ask, at) => ask('textDocument/documentHighlight', at),
    documentSymbolProvider: (ask, at) => ask('textDocument/documentSymbol', at),
    foldingRangeProvider: (ask, at) => ask('textDocument/foldingRange', at),
    selectionRangeProvider: (ask, at) => ask('textDocument/selectionRange', { ...at, positions: [at.position] }),
    codeLensProvider: async (ask, at) => {
        const [lens] = ((await ask('textDocument/codeLens', at)) ?? []) as unknown[];
        await follow(ask, 'codeLensProvider', 'codeLens/resolve', lens);
    },
    documentLinkProvider: async (ask, at) => {
        const [link] = ((await ask('textDocument/documentLink', at)) ?? []) as unknown[];
        await follow(ask, 'documentLinkProvider', 'documentLink/resolve', link);
    },
    inlayHintProvider: async (ask, at) => {
        const [hint] = ((await ask('textDocument/inlayHint', at)) ?? []) as unknown[];
        await follow(ask, 'inlayHintProvider', 'inlayHint/resolve', hint);
    },
    codeActionProvider: async (ask, at) => {
        const params = { ...at, context: { diagnostics: [] } };
        const [action] = ((await ask('textDocument/codeAction', params)) ?? []) as unknown[];
        await follow(ask, 'codeActionProvider', 'codeAction/resolve', action);
    },
    callHierarchyProvider: async (ask, at) => {
        const [item] = ((await ask('textDocument/prepareCallHierarchy', at)) ?? []) as unknown[];
        if (item) {
            await ask('callHierarchy/incomingCalls', { item });
            await ask('callHierarchy/outgoingCalls', { item });
        }
    },
    typeHierarchyProvider: async (ask, at) => {
        const [item] = ((await ask('textDocument/prepareTypeHierarchy', at)) ?? []) as unknown[];
        if (item) {
            await ask('typeHierarchy/supertypes', { item });
            await ask('typeHierarchy/subtypes', { item });
        }
    },
    renameProvider: async (ask, at) => {
        if (await ask('textDocument/prepareRename', at).catch(refusedRename)) {
            await ask('textDocument/rename', { ...at, newName: 'fresh_name' }).catch(refusedRename);
        }
    },
    linkedEditingRangeProvider: (ask, at) => ask('textDocument/linkedEditingRange', at),
    documentFormattingProvider: (ask, at) => ask('textDocument/formatting', { ...at, options: OPTIONS }),
    documentRangeFormattingProvider: (ask, at) => ask('textDocument/rangeFormatting', { ...at, options: OPTIONS }),
    documentOnTypeFormattingProvider: (ask, at) =>
        ask('textDocument/onTypeFormatting', { ...at, ch: '}', options: OPTIONS }),
    semanticTokensProvider: async (ask, at) => {
        const full = (await ask('textDocument/semanticTokens/full', at)) as { resultId: string; data: number[] };
        await ask('textDocument/semanticTokens/range', at);
        const delta = await ask('textDocument/semanticTokens/full/delta', { ...at, previousResultId: full.resultId });
        expect(delta).toMatchObject({ edits: [] });
    },
    diagnosticProvider: (ask, at) => ask('textDocument/diagnostic', at),
    workspaceSymbolProvider: async (ask, at) => {
        const query = at.textDocument.uri.slice(-12, -10);
        const [symbol] = ((await ask('workspace/symbol', { query })) ?? []) as unknown[];
        await follow(ask, 'workspaceSymbolProvider', 'workspaceSymbol/resolve', symbol);
    }
};

/** The capabilities that are announced without a request for a position, and tested elsewhere. */
const ELSEWHERE = new Set(['positionEncoding', 'textDocumentSync', 'workspace', 'executeCommandProvider']);

const OPTIONS = { tabSize: 2, insertSpaces: true };

let client: TestClient;
let capabilities: ServerCapabilities;

beforeAll(async () => {
    client = TestClient.start();
    client.settings = { check: { onType: false } };
    ({ capabilities } = await client.initialize(pathToFileURL(EXAMPLES).href, { capabilities: PULLING }));
});
afterAll(() => client.kill());

async function follow(
    ask: Ask,
    capability:
        | 'codeLensProvider'
        | 'completionProvider'
        | 'codeActionProvider'
        | 'documentLinkProvider'
        | 'inlayHintProvider'
        | 'workspaceSymbolProvider',
    method: string,
    item: unknown
): Promise<void> {
    const options = capabilities[capability];
    if (item && typeof options === 'object' && 'resolveProvider' in options && options.resolveProvider) {
        await ask(method, item);
    }
}

/** A rename that is not possible is refused with a sentence. */
function refusedRename(error: { code: number; message: string }): undefined {
    expect(error.code).toBe(-32803);
    expect(error.message).toMatch(/\.$/);
}

test('there is a request here for every capability', () => {
    const announced = Object.entries(capabilities).filter(([, value]) => value !== undefined && value !== false);
    const unknown = announced.map(([name]) => name).filter((name) => !(name in REQUESTS) && !ELSEWHERE.has(name));
    expect(unknown).toEqual([]);
});

describe('every request is answered', () => {
    test.each(partOf(globSync('**/*.guardrail', { cwd: EXAMPLES }).sort(), 40))('%s', async (path) => {
        const text = readFileSync(join(EXAMPLES, path), 'utf8');
        const uri = pathToFileURL(join(EXAMPLES, path)).href;
        const document = TextDocument.create(uri, 'guardrail', 1, text);
        await client.open(uri, text);
        const logged = client.messages.length;
        const ask: Ask = async (method, params) => {
            const answer = await client.connection.sendRequest(method, params);
            rangesIn(answer).forEach((range) =>
                expect(isInOrder(range), `${method}: ${JSON.stringify(range)}`).toBe(true)
            );
            return answer;
        };
        for (const offset of sample(text)) {
            const position = document.positionAt(offset);
            const end = document.positionAt(Math.min(text.length, offset + 200));
            const at: At = { textDocument: { uri }, position, range: { start: position, end } };
            await Promise.all(
                Object.entries(REQUESTS)
                    .filter(([capability]) => capabilities[capability as keyof ServerCapabilities])
                    .map(([, request]) => request(ask, at))
            );
        }
        await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
        expect(client.messages.slice(logged)).toEqual([]);
    });
});

/** A sample of places, which are different in different files and the same in each run. */
function sample(text: string): number[] {
    return Array.from({ length: SAMPLE }, (_, index) => (index * 7919 + text.length * 31) % (text.length + 1));
}

function rangesIn(value: unknown): Range[] {
    if (typeof value !== 'object' || value === null) {
        return [];
    }
    const isRange = 'start' in value && 'end' in value && typeof value.start === 'object';
    return isRange ? [value as Range] : Object.values(value).flatMap(rangesIn);
}

function isInOrder({ start, end }: Range): boolean {
    return start.line < end.line || (start.line === end.line && start.character <= end.character);
}
