/** The tools as an MCP server on standard input and output, for VS Code and any other client. */
import { once } from 'node:events';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { CallToolRequestSchema, ErrorCode, ListToolsRequestSchema, McpError } from '@modelcontextprotocol/sdk/types.js';
import { answerTool, ToolError, type ToolHost } from '../../../assistant/tools.js';
import { toolDefinitions } from './tool-definitions.js';

export interface McpOptions {
    readonly version: string;
    /** The folder of the program. */
    readonly folder: URL;
    readonly host: ToolHost<AbortSignal>;
    /** Errors that do not belong to a request, such as a line that is not a message. */
    readonly onError: (error: Error) => void;
}

/** Answers until standard input ends. */
export async function serveMcp({ version, folder, host, onError }: McpOptions): Promise<void> {
    const tools = toolDefinitions(folder);
    const server = new Server({ name: 'guardrail', title: 'Guardrail', version }, { capabilities: { tools: {} } });
    server.onerror = onError;
    server.setRequestHandler(ListToolsRequestSchema, () => ({ tools }));
    server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal }) => {
        if (!tools.some(({ name }) => name === params.name)) {
            const known = tools.map(({ name }) => name).join(', ');
            throw new McpError(ErrorCode.InvalidParams, `There is no tool ${params.name}. The tools are ${known}.`);
        }
        return resultOf(params.name, params.arguments ?? {}, host, signal);
    });
    await server.connect(new StdioServerTransport());
    // The transport does not detect the end of its input.
    await once(process.stdin, 'end');
    await server.close();
}

/** A mistake by an assistant is returned as a result: the assistant reads it and tries again. */
async function resultOf(name: string, input: unknown, host: ToolHost<AbortSignal>, signal: AbortSignal) {
    try {
        const { text, data } = await answerTool(name, input, host, signal);
        return {
            content: [{ type: 'text' as const, text }],
            ...(data && { structuredContent: data as Record<string, unknown> })
        };
    } catch (error) {
        if (error instanceof ToolError) {
            return { content: [{ type: 'text' as const, text: error.message }], isError: true };
        }
        throw error;
    }
}
