/** The name under which a policy decides a client's tool. */
import type { EnforcedPolicy } from '../../../enforcement/policy.js';
import { preparedOf } from '../../../gateway/prepared.js';
import { OWN } from '../../../gateway/tool-names.js';
import { toolsOfClient } from '../../../settings/inventories/client-tools.js';

/**
 * A server named after the client has the client's own tools, so that those of two clients are told apart. Any other server
 * has them too, unless its tools were imported: a tool of an MCP server may be called like one of the client.
 *
 * Throws an `Error` for a name that only this function gives.
 */
export function nameInPolicy(client: string, tool: string, { model, loaded, pins }: EnforcedPolicy): string {
    if (tool.startsWith(OWN)) {
        throw new Error('no client has a tool of this name');
    }
    const own = `${client}.${tool}`;
    if (loaded.tools.includes(own)) {
        return own;
    }
    const index = preparedOf(loaded).names.toolOf(tool);
    const isOfServer = index === undefined || pins.has(model.tools[index]!.name);
    return isOfServer && toolsOfClient(client)?.some(({ name }) => name === tool) ? `${OWN}${tool}` : tool;
}
