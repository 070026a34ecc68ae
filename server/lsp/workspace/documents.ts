/** Answers small queries about documents. */
import type { LangiumDocument } from 'langium';
import { URI } from 'langium';
import { DiagnosticSeverity } from 'vscode-languageserver';
import { BUILTIN_URI } from '../../../language/library/builtin.js';

/** True if a validated document has errors of lexing, parsing, linking or validation. */
export function hasErrors(document: LangiumDocument): boolean {
    return (document.diagnostics ?? []).some((diagnostic) => diagnostic.severity === DiagnosticSeverity.Error);
}

/**
 * True for the documents that declare the built-in parts of the language: its traits, and the packs of guardrail/std.
 */
export function isBuiltin(uri: URI | undefined): boolean {
    return uri?.scheme === BUILTIN_SCHEME;
}

const BUILTIN = URI.parse(BUILTIN_URI);

export const BUILTIN_SCHEME = BUILTIN.scheme;
