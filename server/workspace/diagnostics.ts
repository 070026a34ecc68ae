import type { Diagnostic as LanguageDiagnostic } from 'vscode-languageserver-types';
import type { Source } from '../model/policy/policy.js';
import type { PolicyDocument } from './policy-workspace.js';

export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** A diagnostic on the text of a file. */
export interface Diagnostic {
    readonly code: string;
    readonly severity: Severity;
    readonly message: string;
    readonly source: Source;
}

/** The diagnostics in text order. */
export function diagnosticsOf(document: PolicyDocument): Diagnostic[] {
    const uri = document.uri.toString();
    return (document.diagnostics ?? [])
        .map((diagnostic) => ({
            code: String(diagnostic.code),
            severity: SEVERITIES[diagnostic.severity ?? 1] ?? 'error',
            message: messageOf(diagnostic),
            source: { uri, start: diagnostic.range.start, end: diagnostic.range.end }
        }))
        .sort(
            (a, b) => a.source.start.line - b.source.start.line || a.source.start.character - b.source.start.character
        );
}

const SEVERITIES: { readonly [severity: number]: Severity } = { 1: 'error', 2: 'warning', 3: 'information', 4: 'hint' };

function messageOf(diagnostic: LanguageDiagnostic): string {
    return typeof diagnostic.message === 'string' ? diagnostic.message : diagnostic.message.value;
}
