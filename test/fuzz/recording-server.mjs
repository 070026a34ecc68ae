/** An MCP server for the gateway: it writes each call that it receives to a file: `node recording-server.mjs FILE`. */
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const TOOLS = ['read', 'send', 'drop'].map((name) => ({ name, inputSchema: { type: 'object' } }));

for await (const line of createInterface({ input: process.stdin })) {
    const { id, method, params } = JSON.parse(line) ?? {};
    if (method === 'tools/call') {
        const call = { type: 'call', tool: params?.name, args: params?.arguments ?? {} };
        appendFileSync(process.argv[2], `${JSON.stringify(call)}\n`);
    }
    if (id !== undefined && method !== undefined) {
        const content = [{ type: 'text', text: 'done' }];
        const result = method === 'tools/list' ? { tools: TOOLS } : { content };
        process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, result })}\n`);
    }
}
