/** Checks properties that every text must have. */
import type { LangiumDocument } from 'langium';
import type { RenameProvider } from 'langium/lsp';
import type { TextDocumentPositionParams } from 'vscode-languageserver';
import { ResponseError } from 'vscode-languageserver';
import { isPolicyFile } from '../../../language/generated/ast.js';
import { lower } from '../../../language/lower/index.js';
import type { Editor } from './corpus.js';

/** Placeholders in a message for a missing value. */
const NO_TEXT = /\bundefined\b|\bNaN\b|\[object /;
/** Texts that an author must never see. */
const DEFECT =
    /rror occurred|\b(Type|Range|Reference|Syntax)Error\b|Cannot read|is not a function|\n\s+at |undefined|NaN/;

/** The problems with the diagnostics of a document, for any text. */
export function defectsOf(document: LangiumDocument): string[] {
    const { textDocument, diagnostics = [] } = document;
    const length = textDocument.getText().length;
    return diagnostics
        .filter(({ code, message, range: { start, end } }) => {
            const text = typeof message === 'string' ? message : message.value;
            const [from, to] = [textDocument.offsetAt(start), textDocument.offsetAt(end)];
            const isPlace = [start.line, start.character, end.line, end.character].every((it) => it >= 0);
            return (
                DEFECT.test(quotesRemoved(text)) ||
                !/^GR\d{3}$/.test(String(code)) ||
                !isPlace ||
                from > to ||
                to > length
            );
        })
        .map(({ code, message, range }) => `${code} ${JSON.stringify(range)} ${JSON.stringify(message)}`);
}

/** Messages quote what the author wrote. */
function quotesRemoved(message: string): string {
    return message.replace(/`[^`]*`|"(?:[^"\\]|\\.)*"/g, '');
}

/** Lowers a policy without errors to a model. */
export function lowered({ server }: Editor, { parseResult, diagnostics = [] }: LangiumDocument): void {
    const file = parseResult.value;
    if (isPolicyFile(file) && file.policy && !diagnostics.some(({ severity }) => severity === ERROR)) {
        lower(file, server.guardrail);
    }
}

const ERROR = 1;

/** Asks every feature of the editor at one place of the text. None of them may fail. */
export async function askAll({ server }: Editor, document: LangiumDocument, offset: number): Promise<void> {
    const { lsp } = server.guardrail;
    const textDocument = { uri: document.uri.toString() };
    const params = { textDocument, position: document.textDocument.positionAt(offset) };
    const answers = [
        await lsp.DocumentSymbolProvider!.getSymbols(document, { textDocument }),
        await lsp.FoldingRangeProvider!.getFoldingRanges(document, { textDocument }),
        await lsp.SemanticTokenProvider!.semanticHighlight(document, { textDocument }),
        await lsp.CodeLensProvider!.provideCodeLens(document, { textDocument }),
        await lsp.CompletionProvider!.getCompletion(document, params),
        await lsp.HoverProvider!.getHoverContent(document, params),
        await lsp.DefinitionProvider!.getDefinition(document, params),
        await lsp.ReferencesProvider!.findReferences(document, { ...params, context: { includeDeclaration: true } }),
        await lsp.DocumentHighlightProvider!.getDocumentHighlight(document, params)
    ];
    const shown = JSON.stringify(answers);
    if (NO_TEXT.test(shown) && !NO_TEXT.test(document.textDocument.getText())) {
        throw new Error(`An answer shows ${shown.slice(Math.max(0, shown.search(NO_TEXT) - 100)).slice(0, 200)}`);
    }
    await rename(lsp.RenameProvider!, document, params);
}

/** A rename that is not possible is refused, with a message for the author. */
async function rename(
    provider: RenameProvider,
    document: LangiumDocument,
    params: TextDocumentPositionParams
): Promise<void> {
    try {
        if (await provider.prepareRename(document, params)) {
            await provider.rename(document, { ...params, newName: 'renamed' });
        }
    } catch (error) {
        if (!(error instanceof ResponseError)) {
            throw error;
        }
    }
}
