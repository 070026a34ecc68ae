/** The tools as an MCP server on standard input and output, for VS Code and any other client. */
import { once } from 'node:events';
import { type CallToolResult, ProtocolError, ProtocolErrorCode, Server } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
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

/** Answers until standard input ends, in the protocol version that the client speaks. */
export async function serveMcp({ version, folder, host, onError }: McpOptions): Promise<void> {
    const tools = toolDefinitions(folder);
    const handle = serveStdio(
        () => {
            const server = new Server(
                { name: 'guardrail', title: 'Guardrail', version },
                { capabilities: { tools: {} } }
            );
            server.setRequestHandler('tools/list', () => ({ tools }));
            server.setRequestHandler('tools/call', async ({ params }, { mcpReq }) => {
                if (!tools.some(({ name }) => name === params.name)) {
                    const known = tools.map(({ name }) => name).join(', ');
                    throw new ProtocolError(
                        ProtocolErrorCode.InvalidParams,
                        `There is no tool ${params.name}. The tools are ${known}.`
                    );
                }
                return resultOf(params.name, params.arguments ?? {}, host, mcpReq.signal);
            });
            return server;
        },
        { onerror: onError }
    );
    await once(process.stdin, 'end');
    await handle.close();
}

/** A mistake by an assistant is returned as a result: the assistant reads it and tries again. */
async function resultOf(
    name: string,
    input: unknown,
    host: ToolHost<AbortSignal>,
    signal: AbortSignal
): Promise<CallToolResult> {
    try {
        const { text, data } = await answerTool(name, input, host, signal);
        return {
            content: [{ type: 'text', text }],
            ...(data && { structuredContent: data })
        };
    } catch (error) {
        if (error instanceof ToolError) {
            return { content: [{ type: 'text', text: error.message }], isError: true };
        }
        throw error;
    }
}
