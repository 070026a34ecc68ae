/** Tests that for any incomplete text, no feature fails. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ResponseError } from 'vscode-languageserver';
import { selectionRanges } from '../../server/lsp/features/selection-ranges.js';
import { runs } from '../support/depth.js';
import { POLICY, TOOLS } from './fixture.js';
import type { Opened } from './support.js';
import { CURSOR, open } from './support.js';

const TEXT = TOOLS + POLICY.replace('import "./tools.guardrail"\n', '').replace(/^[^]*?policy Mail\n/, '');
/** A text with every form of the language once. */
const WHOLE = readFileSync(new URL('../language/fixtures/whole.guardrail', import.meta.url), 'utf8');

async function callAll(marked: string): Promise<unknown[]> {
    const { services, shared, document, params } = await open(marked);
    const { lsp } = services;
    const { textDocument } = params;
    // Langium turns a defect in a validation or a scope into a message for the author.
    const defect = document.diagnostics?.find(({ message }) => /error occurred/i.test(JSON.stringify(message)));
    if (defect) {
        throw new Error(JSON.stringify(defect.message));
    }
    selectionRanges(document, [params.position]);
    return Promise.all([
        lsp.CompletionProvider!.getCompletion(document, params),
        lsp.HoverProvider!.getHoverContent(document, params),
        lsp.DefinitionProvider!.getDefinition(document, params),
        lsp.ReferencesProvider!.findReferences(document, { ...params, context: { includeDeclaration: true } }),
        lsp.DocumentHighlightProvider!.getDocumentHighlight(document, params),
        lsp.DocumentSymbolProvider!.getSymbols(document, { textDocument }),
        prepareRename(lsp, document, params),
        lsp.FoldingRangeProvider!.getFoldingRanges(document, { textDocument }),
        lsp.SemanticTokenProvider!.semanticHighlight(document, { textDocument }),
        lsp.CodeLensProvider!.provideCodeLens(document, { textDocument }),
        lsp.SignatureHelp!.provideSignatureHelp(document, params),
        lsp.DeclarationProvider!.getDeclaration(document, params),
        lsp.TypeProvider!.getTypeDefinition(document, params),
        lsp.ImplementationProvider!.getImplementation(document, params),
        lsp.InlayHintProvider!.getInlayHints(document, { textDocument, range: EVERYTHING }),
        lsp.DocumentLinkProvider!.getDocumentLinks(document, { textDocument }),
        hierarchy(lsp, document, params),
        Promise.resolve(shared.lsp.WorkspaceSymbolProvider!.getSymbols({ query: 'a' }))
    ]);
}

test('the text with every form has no error', async () => {
    const { document } = await open(WHOLE);
    const errors = document.diagnostics?.filter(({ severity }) => severity === 1).map(({ message }) => message);
    expect(errors).toEqual([]);
});

const EVERYTHING = { start: { line: 0, character: 0 }, end: { line: 1e6, character: 0 } };

async function hierarchy(
    { CallHierarchyProvider: calls }: Opened['services']['lsp'],
    document: Opened['document'],
    params: Opened['params']
): Promise<unknown[]> {
    const items = (await calls!.prepareCallHierarchy(document, params)) ?? [];
    const answers: unknown[] = [];
    for (const item of items) {
        answers.push(await calls!.incomingCalls({ item }), await calls!.outgoingCalls({ item }));
    }
    return answers;
}

/** The answer to a request, where a refusal counts as an answer. */
async function prepareRename(
    lsp: Opened['services']['lsp'],
    document: Opened['document'],
    params: Opened['params']
): Promise<unknown> {
    try {
        return await lsp.RenameProvider!.prepareRename(document, params);
    } catch (error) {
        if (error instanceof ResponseError) {
            return undefined;
        }
        throw error;
    }
}

describe.each([
    ['a policy', TEXT, 8],
    ['every form', WHOLE, 8]
])('%s', (_text, text, least) => {
    const step = stepOf(text, runs(text.length / 26, least));
    const places = Array.from({ length: Math.floor(text.length / step) }, (_, index) => (index + 1) * step);

    test.each([
        ['at the end', (at: number) => text.slice(0, at) + CURSOR],
        ['before the next line', (at: number) => text.slice(0, at) + CURSOR + text.slice(text.indexOf('\n', at))],
        ['in the middle of it all', (at: number) => text.slice(0, at) + CURSOR + text.slice(at)]
    ])('a text that stops %s gets answers', async (_place, mark) => {
        const failed: string[] = [];
        for (const at of places) {
            await callAll(mark(at)).catch((error: unknown) => failed.push(`${at}: ${String(error)}`));
        }
        expect(failed).toEqual([]);
    });
});

/**
 * The distance between two places, so that there are about `count` of them: a number coprime to the lengths of lines.
 */
function stepOf(text: string, count: number): number {
    const step = Math.floor(text.length / count);
    return [401, 211, 151, 101, 53, 29, 13].find((prime) => prime <= step) ?? 13;
}
