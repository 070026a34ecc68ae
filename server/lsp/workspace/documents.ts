/** Answers small queries about documents. */
import type { LangiumDocument } from 'langium';
import { DiagnosticSeverity } from 'vscode-languageserver';

/** True if a validated document has errors of lexing, parsing, linking or validation. */
export function hasErrors(document: LangiumDocument): boolean {
    return (document.diagnostics ?? []).some((diagnostic) => diagnostic.severity === DiagnosticSeverity.Error);
}
