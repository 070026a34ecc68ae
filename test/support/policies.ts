/** Policies from text, for tests: everything goes through the public services, as a program would. */
import type { Diagnostic } from 'vscode-languageserver-types';
import { EmptyFileSystem, URI } from 'langium';
import { lower } from '../../language/lower/index.js';
import type { PolicyFile } from '../../language/generated/ast.js';
import { createGuardrailServices } from '../../language/module.js';
import type { Policy } from '../../server/model/policy.js';

let files = 0;

/** The diagnostics of a text, and its policy if none is an error. */
export async function parsePolicy(text: string): Promise<{ diagnostics: Diagnostic[]; policy?: Policy }> {
    const { shared, guardrail } = createGuardrailServices(EmptyFileSystem);
    const uri = URI.parse(`memory:///policy${files++}.guardrail`);
    const document = shared.workspace.LangiumDocumentFactory.fromString<PolicyFile>(text, uri);
    shared.workspace.LangiumDocuments.addDocument(document);
    await shared.workspace.DocumentBuilder.build([document], { validation: true });
    const diagnostics = document.diagnostics ?? [];
    return diagnostics.some((diagnostic) => diagnostic.severity === 1)
        ? { diagnostics }
        : { diagnostics, policy: lower(document.parseResult.value, guardrail) };
}

/** The policy of a text without errors. */
export async function policyOf(text: string): Promise<Policy> {
    const { diagnostics, policy } = await parsePolicy(text);
    if (!policy) {
        const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 1);
        throw new Error(
            errors
                .map(
                    (error) =>
                        `${error.range.start.line + 1}: ${String(error.code)} ${typeof error.message === 'string' ? error.message : error.message.value}`
                )
                .join('\n')
        );
    }
    return policy;
}
