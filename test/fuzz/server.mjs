/** An MCP server that answers `tools/list` with the text of a file, valid or not: `node server.mjs FILE`. */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const text = readFileSync(process.argv[2], 'utf8');

for await (const line of createInterface({ input: process.stdin })) {
    const { id, method } = JSON.parse(line);
    const result =
        method === 'initialize'
            ? { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 'shop', version: '1' } }
            : undefined;
    if (result) {
        process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, result })}\n`);
    } else if (id !== undefined) {
        process.stdout.write(`${text.replaceAll('\n', ' ')}\n`);
    }
}
