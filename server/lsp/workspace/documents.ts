/** Small questions about documents. */
import type { LangiumDocument } from 'langium';
import { URI } from 'langium';
import { DiagnosticSeverity } from 'vscode-languageserver';
import { BUILTIN_URI } from '../../../language/library/builtin.js';

/** Asked of a validated document: lexing, parsing, linking and validation errors alike. */
export function hasErrors(document: LangiumDocument): boolean {
    return (document.diagnostics ?? []).some((diagnostic) => diagnostic.severity === DiagnosticSeverity.Error);
}

/** The documents that declare what is part of the language: its traits, and the packs of guardrail/std. */
export function isBuiltin(uri: URI | undefined): boolean {
    return uri?.scheme === BUILTIN_SCHEME;
}

const BUILTIN = URI.parse(BUILTIN_URI);

export const BUILTIN_SCHEME = BUILTIN.scheme;
