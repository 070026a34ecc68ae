/** Small questions about documents. */
import type { LangiumDocument } from 'langium';
import { URI } from 'langium';
import { DiagnosticSeverity } from 'vscode-languageserver';
import { BUILTIN_URI } from '../../language/library/builtin.js';

/** Asked of a validated document: lexing, parsing, linking and validation errors alike. */
export function hasErrors(document: LangiumDocument): boolean {
    return (document.diagnostics ?? []).some((diagnostic) => diagnostic.severity === DiagnosticSeverity.Error);
}

/** The document that declares what is part of the language. */
export function isBuiltin(uri: URI | undefined): boolean {
    return uri?.toString() === BUILTIN.toString();
}

const BUILTIN = URI.parse(BUILTIN_URI);

export const BUILTIN_SCHEME = BUILTIN.scheme;
