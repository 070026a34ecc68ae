/** Answers small queries about documents. */
import type { LangiumDocument } from 'langium';
import { DiagnosticSeverity } from 'vscode-languageserver';
import { NormalizedTextDocuments } from 'langium/lsp';
import { TextDocument, type TextDocumentContentChangeEvent } from 'vscode-languageserver-textdocument';

/** True if a validated document has errors of lexing, parsing, linking or validation. */
export function hasErrors(document: LangiumDocument): boolean {
    return (document.diagnostics ?? []).some((diagnostic) => diagnostic.severity === DiagnosticSeverity.Error);
}

/** Stores the texts of the open files, as in their editors. */
export function openTexts(): NormalizedTextDocuments<TextDocument> {
    return new NormalizedTextDocuments({ create: TextDocument.create.bind(TextDocument), update });
}

/**
 * Counts the lines again after each change if the text has a carriage return. The library adds up the lines of the
 * existing and the inserted text, and counts two where a `\r` meets a `\n`, so every later change would be applied to
 * the wrong line.
 */
function update(document: TextDocument, changes: TextDocumentContentChangeEvent[], version: number): TextDocument {
    return changes.reduce((current, change) => {
        const changed = TextDocument.update(current, [change], version);
        const text = changed.getText();
        return text.includes('\r') ? TextDocument.update(changed, [{ text }], version) : changed;
    }, document);
}
