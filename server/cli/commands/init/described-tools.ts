/** The tools of an inventory that exists, by their effects. */
import { isLabel, isServer } from '../../../../language/generated/ast.js';
import { CodedError } from '../../../workspace/errors.js';
import { diagnosticsOf } from '../../../workspace/diagnostics.js';
import { loadNamed } from '../../../workspace/load-policy.js';
import { PolicyWorkspace } from '../../../workspace/policy-workspace.js';
import { writtenName } from '../../tool-lists/tool-text.js';
import type { Described } from './starter.js';
import type { Effect } from './templates.js';

/** Rejects with GR923 if the inventory has errors, and with GR984 if it declares no tool or is a policy. */
export async function describedTools(file: string, cwd: string): Promise<Described['tools']> {
    const document = await loadNamed(new PolicyWorkspace(), file, cwd);
    const broken = diagnosticsOf(document).find(({ severity }) => severity === 'error');
    if (broken) {
        const { message, source } = broken;
        throw new CodedError('GR923', `${file}:${source.start.line + 1} has an error: ${message}`, 'Repair it first.');
    }
    const { policy, elements } = document.parseResult.value;
    const tools = elements
        .filter(isServer)
        .flatMap((server) => server.tools.map((tool) => ({ name: nameOf(server.name, tool.name), tool })));
    if (policy || tools.length === 0) {
        throw new CodedError(
            'GR984',
            `${file} ${policy ? 'is a policy' : 'declares no tool'}, so it is not an inventory to start a policy from`,
            'Name the file that declares the servers and their tools, and has no `policy` line.'
        );
    }
    const having = (effect: Effect): string[] =>
        tools.filter(({ tool }) => tool.traits.some(({ trait }) => trait.$refText === effect)).map(({ name }) => name);
    return {
        having: { readonly: having('readonly'), destructive: having('destructive'), external: having('external') },
        labels: elements.filter(isLabel).map(({ name }) => name)
    };
}

function nameOf(server: string, tool: string): string {
    return `${writtenName(server)}.${writtenName(tool)}`;
}
