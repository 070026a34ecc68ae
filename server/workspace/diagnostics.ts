import type { Diagnostic as LanguageDiagnostic } from 'vscode-languageserver-types';
import { type Severity, severityOf } from '../../language/configuration/severities.js';
import type { Source } from '../model/policy/policy.js';
import type { PolicyDocument } from './policy-workspace.js';

export type { Severity };

/** A diagnostic on the text of a file. */
export interface Diagnostic {
    readonly code: string;
    readonly severity: Severity;
    /** The severity without a configuration, if one changed it. */
    readonly defaultSeverity?: Severity;
    readonly message: string;
    readonly source: Source;
}

/** True for an error in the text, with which a policy is not used; false if only a configuration calls it an error. */
export function isTextError({ severity, defaultSeverity }: Diagnostic): boolean {
    return (defaultSeverity ?? severity) === 'error';
}

/** The diagnostics in text order, with the severities of the language. */
export function diagnosticsOf(document: PolicyDocument): Diagnostic[] {
    const uri = document.uri.toString();
    return (document.diagnostics ?? [])
        .map((diagnostic) => ({
            code: String(diagnostic.code),
            severity: severityOf(diagnostic),
            message: messageOf(diagnostic),
            source: { uri, start: diagnostic.range.start, end: diagnostic.range.end }
        }))
        .sort(
            (a, b) => a.source.start.line - b.source.start.line || a.source.start.character - b.source.start.character
        );
}

function messageOf(diagnostic: LanguageDiagnostic): string {
    return typeof diagnostic.message === 'string' ? diagnostic.message : diagnostic.message.value;
}
