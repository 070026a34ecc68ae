/** Compares the inventories of the MCP example with a new import of the same list. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Policy, Tool } from '../../server/model/policy/policy.js';
import { UNKNOWN } from '../../server/model/policy/truth.js';
import { guardrail } from '../cli/guardrail.js';
import { policyOf } from '../support/policies.js';
import { loadPolicy } from './policies.js';

interface ListedServer {
    readonly server: string;
    readonly tools: readonly { name: string; inputSchema: { properties?: Readonly<Record<string, unknown>> } }[];
}

const list = fileURLToPath(new URL('../../examples/mcp-servers/data/mcp-reference-servers.json', import.meta.url));
const listed = JSON.parse(readFileSync(list, 'utf8')) as ListedServer[];

describe.each(['filesystem', 'fetch', 'git'])('%s', async (name) => {
    const imported = toolsOf(await importOf(name), name);
    const written = toolsOf(await loadPolicy('mcp-servers/coding-assistant.guardrail'), name);

    test('the import has every tool and every parameter of the list', () => {
        const { tools } = listed.find(({ server }) => server === name)!;
        expect(imported.map((tool) => [tool.name, tool.params.map((param) => param.name)])).toEqual(
            tools.map((tool) => [`${name}.${tool.name}`, Object.keys(tool.inputSchema.properties ?? {})])
        );
    });

    test('the author kept the names, parameters, types and descriptions', () => {
        const interfaceOf = ({ name, params, doc }: Tool) => ({ name, params, doc });
        expect(written.map(interfaceOf)).toEqual(imported.map(interfaceOf));
    });

    test('the author decided every hint, and added no trait of which the server said nothing', () => {
        expect(written.filter((tool) => Object.values(tool.traits).includes(UNKNOWN))).toEqual([]);
        written.forEach((tool, index) => {
            // A tool that is confirmed to be readonly is automatically atomic (M2).
            const said = [...Object.keys(imported[index]!.traits), 'atomic'];
            expect(Object.keys(tool.traits).filter((trait) => !said.includes(trait))).toEqual([]);
        });
    });
});

async function importOf(server: string): Promise<Policy> {
    const { code, stdout, stderr } = await guardrail(['import', 'mcp', list, '--server', server]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return policyOf(`policy Imported\n${stdout}`);
}

function toolsOf(policy: Policy, server: string): Tool[] {
    return policy.tools.filter((tool) => tool.name.startsWith(`${server}.`));
}
