/** Creates policies from text, for tests: everything goes through the public services, as in a program. */
import type { Diagnostic } from 'vscode-languageserver-types';
import { EmptyFileSystem, URI } from 'langium';
import { lower } from '../../language/lower/index.js';
import type { PolicyFile } from '../../language/generated/ast.js';
import { createGuardrailServices } from '../../language/module.js';
import type { Policy } from '../../server/model/policy/policy.js';

/**
 * The services are shared by all texts, because creating a parser and reading the built-in files takes longer than
 * reading a policy.
 */
const { shared, guardrail } = createGuardrailServices(EmptyFileSystem);
const { DocumentBuilder, IndexManager, LangiumDocumentFactory, LangiumDocuments } = shared.workspace;

let files = 0;

/** The diagnostics of a text, and its policy if none is an error. */
export async function parsePolicy(text: string): Promise<{ diagnostics: Diagnostic[]; policy?: Policy }> {
    const uri = URI.parse(`memory:///policy${files++}.guardrail`);
    const document = LangiumDocumentFactory.fromString<PolicyFile>(text, uri);
    LangiumDocuments.addDocument(document);
    await DocumentBuilder.build([document], { validation: true });
    const diagnostics = document.diagnostics ?? [];
    const policy = diagnostics.some(({ severity }) => severity === 1)
        ? undefined
        : lower(document.parseResult.value, guardrail);
    IndexManager.remove(uri);
    LangiumDocuments.deleteDocument(uri);
    return policy ? { diagnostics, policy } : { diagnostics };
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
