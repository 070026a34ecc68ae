/** `guardrail mcp`: an MCP server on standard input and output, with the tools for assistants. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type CallToolResult, ProtocolError, ProtocolErrorCode, Server } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { RESULT_SCHEMA } from '../../../assistant/result-data.js';
import { answerTool, ToolError, type ToolHost } from '../../../assistant/tools.js';
import { EXIT, type ExitCode } from '../../../workspace/errors.js';
import type { Terminal } from '../../terminal/terminal.js';
import { WorkerToolHost } from './tool-host.js';

/** @param folder the folder of the program */
export async function mcp(folder: URL, { cwd, version, isDebugging, writeError }: Terminal): Promise<ExitCode> {
    await serveMcp({
        version,
        folder,
        host: new WorkerToolHost(folder, cwd),
        onError: (error) => {
            if (isDebugging) {
                writeError(`${error.stack ?? error.message}\n`);
            }
        }
    });
    return EXIT.ok;
}

interface McpOptions {
    readonly version: string;
    /** The folder of the program. */
    readonly folder: URL;
    readonly host: ToolHost<AbortSignal>;
    /** Errors that do not belong to a request, such as a line that is not a message. */
    readonly onError: (error: Error) => void;
}

/** Answers until standard input ends, in the protocol version that the client speaks. */
async function serveMcp({ version, folder, host, onError }: McpOptions): Promise<void> {
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

interface ToolDefinition {
    readonly name: string;
    readonly title: string;
    readonly description: string;
    readonly inputSchema: { readonly type: 'object'; readonly [key: string]: unknown };
    readonly outputSchema?: { readonly type: 'object'; readonly [key: string]: unknown };
    readonly annotations: { readonly [hint: string]: boolean };
}

interface Manifest {
    readonly contributes: {
        readonly languageModelTools: readonly {
            readonly name: string;
            readonly displayName: string;
            readonly modelDescription: string;
            readonly inputSchema: ToolDefinition['inputSchema'];
        }[];
    };
}

/** The tools only read policies and pages. */
const ANNOTATIONS = { readOnlyHint: true, idempotentHint: true, destructiveHint: false, openWorldHint: false };

/**
 * Reads the definitions of the tools from the extension's manifest, from which VS Code reads them too, so that there is
 * only one copy.
 *
 * @param folder the folder of the program; the manifest and its texts are in its parent folder
 */
function toolDefinitions(folder: URL): ToolDefinition[] {
    const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`../${name}`, folder), 'utf8'));
    const { contributes } = read('package.json') as Manifest;
    const texts = read('package.nls.json') as Record<string, string>;
    return contributes.languageModelTools.map(({ name, displayName, modelDescription, inputSchema }) => ({
        name,
        title: texts[displayName.slice(1, -1)] ?? name,
        description: modelDescription,
        inputSchema,
        ...(name === 'guardrail_check' && { outputSchema: RESULT_SCHEMA }),
        annotations: ANNOTATIONS
    }));
}
