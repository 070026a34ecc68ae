/** Small questions about documents. */
import type { LangiumDocument } from 'langium';
import { DiagnosticSeverity } from 'vscode-languageserver';

/** Asked of a validated document: lexing, parsing, linking and validation errors alike. */
export function hasErrors(document: LangiumDocument): boolean {
    return (document.diagnostics ?? []).some((diagnostic) => diagnostic.severity === DiagnosticSeverity.Error);
}
