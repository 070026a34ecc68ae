/** Writes the policy of a random draft: its text, without the rules and claims that the language rejects. */
import { EmptyFileSystem, URI } from 'langium';
import type { Diagnostic } from 'vscode-languageserver-types';
import type { PolicyFile } from '../../../language/generated/ast.js';
import { lower } from '../../../language/lower/index.js';
import { createGuardrailServices } from '../../../language/module.js';
import type { Policy } from '../../../server/model/policy/policy.js';
import type { Draft } from './inventory.js';
import { policyText } from './text.js';

export interface Drawn {
    readonly text: string;
    readonly policy: Policy;
}

/** Undefined if no claim is left, or if the declarations are rejected. */
export async function drawnPolicy(draft: Draft): Promise<Drawn | undefined> {
    return withoutErrors(policyText(draft));
}

/** Removes the lines with errors, which are rules and claims. */
export async function withoutErrors(text: string): Promise<Drawn | undefined> {
    const { policy, errors } = await parsed(text);
    if (policy) {
        return policy.claims.length > 0 ? { text, policy } : undefined;
    }
    const lines = text.split('\n');
    const end = lines.indexOf('}');
    const wrong = new Set(errors.map(({ range }) => range.start.line));
    return [...wrong].some((line) => line <= end)
        ? undefined
        : withoutErrors(lines.filter((_, line) => !wrong.has(line)).join('\n'));
}

/** There is one service for all, because creating it takes longer than reading a policy. */
const { shared, guardrail } = createGuardrailServices(EmptyFileSystem);
let files = 0;

async function parsed(text: string): Promise<{ readonly policy?: Policy; readonly errors: readonly Diagnostic[] }> {
    const uri = URI.parse(`memory:///mixed${files++}.guardrail`);
    const document = shared.workspace.LangiumDocumentFactory.fromString<PolicyFile>(text, uri);
    shared.workspace.LangiumDocuments.addDocument(document);
    await shared.workspace.DocumentBuilder.build([document], { validation: true });
    const errors = (document.diagnostics ?? []).filter(({ severity }) => severity === 1);
    const policy = errors.length === 0 ? lower(document.parseResult.value, guardrail) : undefined;
    await shared.workspace.DocumentBuilder.update([], [uri]);
    return { errors, ...(policy && { policy }) };
}
