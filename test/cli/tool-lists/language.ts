import { PolicyWorkspace } from '../../../server/workspace/policy-workspace.js';
import { diagnosticsOf } from '../../../server/workspace/diagnostics.js';

/** All diagnostics of the language for an inventory, such as `3:5 GR201 message`; empty for a clean one. */
export async function messagesOf(text: string): Promise<string[]> {
    const document = await new PolicyWorkspace().loadText(text, 'inventory.guardrail');
    return diagnosticsOf(document).map(
        ({ source, code, message }) => `${source.start.line + 1}:${source.start.character + 1} ${code} ${message}`
    );
}
