/** Whatever has been typed so far, no feature fails. */
import { describe, expect, test } from 'vitest';
import { POLICY, TOOLS } from './fixture.js';
import { CURSOR, open } from './support.js';

const TEXT = TOOLS + POLICY.replace('import "./tools.guardrail"\n', '').replace(/^[^]*?policy Mail\n/, '');
/** A number with no common factor with the lengths of lines, so that all kinds of places come up. */
const STEP = 7;

const places = Array.from({ length: Math.floor(TEXT.length / STEP) }, (_, index) => (index + 1) * STEP);

async function callAll(marked: string): Promise<unknown[]> {
    const { services, document, params } = await open(marked);
    const { lsp } = services;
    const { textDocument } = params;
    // Langium turns a defect in a validation or a scope into a message for the author.
    const defect = document.diagnostics?.find(({ message }) => /error occurred/i.test(JSON.stringify(message)));
    if (defect) {
        throw new Error(JSON.stringify(defect.message));
    }
    return Promise.all([
        lsp.CompletionProvider!.getCompletion(document, params),
        lsp.HoverProvider!.getHoverContent(document, params),
        lsp.DefinitionProvider!.getDefinition(document, params),
        lsp.ReferencesProvider!.findReferences(document, { ...params, context: { includeDeclaration: true } }),
        lsp.DocumentHighlightProvider!.getDocumentHighlight(document, params),
        lsp.DocumentSymbolProvider!.getSymbols(document, { textDocument }),
        lsp.FoldingRangeProvider!.getFoldingRanges(document, { textDocument }),
        lsp.SemanticTokenProvider!.semanticHighlight(document, { textDocument }),
        lsp.CodeLensProvider!.provideCodeLens(document, { textDocument })
    ]);
}

describe.each([
    ['at the end', (at: number) => TEXT.slice(0, at) + CURSOR],
    ['before the next line', (at: number) => TEXT.slice(0, at) + CURSOR + TEXT.slice(TEXT.indexOf('\n', at))],
    ['in the middle of it all', (at: number) => TEXT.slice(0, at) + CURSOR + TEXT.slice(at)]
])('a text that stops %s', (_, mark) => {
    test('has answers', async () => {
        const failed: string[] = [];
        for (const at of places) {
            await callAll(mark(at)).catch((error: unknown) => failed.push(`${at}: ${String(error)}`));
        }
        expect(failed).toEqual([]);
    });
});
