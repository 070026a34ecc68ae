/** Finds the policy of a document as it currently is in the editor. */
import { DocumentState, type LangiumDocument, URI } from 'langium';
import type { CancellationToken } from 'vscode-languageserver';
import { isPolicyFile, type PolicyFile } from '../../../language/generated/ast.js';
import { visibleDocuments } from '../../../language/files/imports.js';
import { lower } from '../../../language/lower/index.js';
import type { Policy } from '../../model/policy/policy.js';
import { hasErrors } from '../workspace/documents.js';
import type { GuardrailLspServices, GuardrailSharedServices } from '../module.js';
import { untilReached } from '../connection/ready.js';

export interface PolicyServices {
    readonly shared: GuardrailSharedServices;
    readonly guardrail: GuardrailLspServices;
}

export interface PolicyInEditor {
    readonly document: LangiumDocument<PolicyFile>;
    readonly policy: Policy;
}

/**
 * The result of `use` on the policy; null if the file is not a policy, does not exist, or has errors, including in its
 * imports.
 */
export async function withPolicy<T>(
    { shared, guardrail }: PolicyServices,
    uri: string,
    token: CancellationToken,
    use: (found: PolicyInEditor) => T
): Promise<T | null> {
    const { LangiumDocuments: documents, WorkspaceLock: lock } = shared.workspace;
    await untilReached(shared, DocumentState.Validated, undefined, token);
    return lock.read(() => {
        const document = documents.getDocument(URI.parse(uri));
        if (!document || !isPolicy(document) || [document, ...visibleDocuments(document, documents)].some(hasErrors)) {
            return null;
        }
        return use({ document, policy: lower(document.parseResult.value, guardrail) });
    });
}

function isPolicy(document: LangiumDocument): document is LangiumDocument<PolicyFile> {
    const { value } = document.parseResult;
    return isPolicyFile(value) && value.policy !== undefined;
}
