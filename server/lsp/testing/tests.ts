/** Finds the tests of a policy: its claims, including those of packs, and its scenarios. */
import { DocumentState, type LangiumDocument } from 'langium';
import { isPolicyFile } from '../../../language/generated/ast.js';
import { lower } from '../../../language/lower/index.js';
import type { GuardrailServices } from '../../../language/names/inventory.js';
import { hasErrors } from '../workspace/documents.js';
import type { PolicyTests } from '../protocol.js';

/**
 * The tests of the document; empty if it is not a policy, and undefined while this is unknown because the text has
 * errors.
 */
export function testsOf(document: LangiumDocument, services: GuardrailServices): PolicyTests | undefined {
    const uri = document.uri.toString();
    const root: unknown = document.parseResult.value;
    if (!isPolicyFile(root) || !root.policy) {
        return { uri, tests: [] };
    }
    if (document.state < DocumentState.Validated || hasErrors(document)) {
        return undefined;
    }
    const { name, source, claims, scenarios } = lower(root, services);
    return {
        uri,
        policy: name,
        source,
        tests: [
            ...claims.map((claim) => ({
                kind: 'claim' as const,
                name: claim.name,
                source: claim.usedAt ?? claim.source
            })),
            ...scenarios.map((scenario) => ({
                kind: 'scenario' as const,
                name: scenario.name,
                source: scenario.source
            }))
        ]
    };
}
