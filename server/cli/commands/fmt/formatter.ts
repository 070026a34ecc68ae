/** Formats texts as the editor does, without reading their imports. */
import type { URI } from 'langium';
import type { PolicyFile } from '../../../../language/generated/ast.js';
import { applied, formatDocument } from '../../../../language/format/index.js';
import { createGuardrailServices } from '../../../../language/module.js';
import { type Diagnostic, diagnosticsOf } from '../../../workspace/diagnostics.js';
import { PolicyFileSystem } from '../../../workspace/policy-workspace.js';

/** A text with a syntax error cannot be formatted. */
export type FormatResult = { readonly text: string } | { readonly errors: readonly Diagnostic[] };

export class Formatter {
    private readonly services = createGuardrailServices({ fileSystemProvider: () => new PolicyFileSystem() });

    async format(text: string, uri: URI): Promise<FormatResult> {
        const { shared, guardrail } = this.services;
        const document = shared.workspace.LangiumDocumentFactory.fromString<PolicyFile>(text, uri);
        document.diagnostics = await guardrail.validation.DocumentValidator.validateDocument(document, {
            stopAfterLexingErrors: true,
            stopAfterParsingErrors: true,
            // Validations that need other files are skipped.
            categories: ['built-in']
        });
        const { lexerErrors, parserErrors } = document.parseResult;
        if (lexerErrors.length + parserErrors.length > 0) {
            return { errors: diagnosticsOf(document).filter(({ severity }) => severity === 'error') };
        }
        return { text: applied(text, formatDocument(document, guardrail.parser.Lexer)) };
    }
}
