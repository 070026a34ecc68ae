/**
 * Tests that the MCP server that the extension offers is started as in VS Code: it has the tools, and works in the
 * folder.
 */
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { beforeEach, expect, test, vi } from 'vitest';
import type { ExtensionContext } from 'vscode';
import { registerMcpServer } from '../../client/language-model/mcp.js';

const root = new URL('../../', import.meta.url);

interface Definition {
    readonly label: string;
    readonly command: string;
    readonly args: string[];
    readonly env: Record<string, string>;
    readonly version: string;
    readonly cwd?: { readonly fsPath: string };
}
interface Provider {
    provideMcpServerDefinitions(): Definition[];
}

const uri = (path: string, scheme = 'file') => ({ scheme, fsPath: path });

/** The part of the VS Code API that an old version does not have, and the workspace. */
const editor = vi.hoisted(() => ({
    Uri: {
        joinPath: (base: { fsPath: string }, ...parts: string[]) => ({ fsPath: [base.fsPath, ...parts].join('/') })
    },
    workspace: { workspaceFolders: [] as object[], onDidChangeWorkspaceFolders: () => undefined },
    lm: undefined as object | undefined,
    McpStdioServerDefinition: class {
        constructor(
            readonly label: string,
            readonly command: string,
            readonly args: string[],
            readonly env: Record<string, string>,
            readonly version: string
        ) {}
    }
}));
vi.mock('vscode', () => editor);

const context = {
    extensionUri: uri(fileURLToPath(root).replace(/\/$/, '')),
    extension: { packageJSON: { version: '1.2.3' } }
} as unknown as ExtensionContext;

const logged: string[] = [];
const log = { info: (line: string) => void logged.push(line) };

let registered: [string, Provider][];
beforeEach(() => {
    registered = [];
    editor.lm = {
        registerMcpServerDefinitionProvider: (id: string, provider: Provider) => {
            registered.push([id, provider]);
            return { dispose: () => undefined };
        }
    };
});

const folder = (name: string, scheme?: string): object => ({
    name,
    uri: uri(fileURLToPath(new URL(name, root)), scheme)
});

test('an editor without support for MCP servers is offered none', () => {
    editor.lm = {};
    expect(registerMcpServer(context, log)).toEqual([]);
    editor.lm = undefined;
    expect(registerMcpServer(context, log)).toEqual([]);
});

test('an editor that rejects it, as 1.100 does, still starts the extension', () => {
    editor.lm = {
        registerMcpServerDefinitionProvider: () => {
            throw new Error('not in the manifest');
        }
    };
    expect(registerMcpServer(context, log)).toEqual([]);
    expect(logged.join('\n')).toContain('not in the manifest');
});

test('there is a server for each folder on disk, and one if there are none', () => {
    expect(registerMcpServer(context, log)).toHaveLength(1);
    const [[id, provider]] = registered as [[string, Provider]];
    expect(id).toBe('guardrail');
    const labels = (...folders: object[]): (string | undefined)[][] => {
        editor.workspace.workspaceFolders = folders;
        return provider.provideMcpServerDefinitions().map(({ label, cwd }) => [label, cwd?.fsPath.split('/').at(-1)]);
    };
    expect(labels()).toEqual([['Guardrail', undefined]]);
    expect(labels(folder('examples'), folder('far', 'vscode-vfs'))).toEqual([['Guardrail', 'examples']]);
    expect(labels(folder('examples'), folder('docs'))).toEqual([
        ['Guardrail (examples)', 'examples'],
        ['Guardrail (docs)', 'docs']
    ]);
});

test('the server answers from its folder', async () => {
    registerMcpServer(context, log);
    editor.workspace.workspaceFolders = [folder('examples')];
    const [definition] = registered[0]![1].provideMcpServerDefinitions();
    const { command, args, env, cwd, version } = definition!;
    expect(version).toBe('1.2.3');
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(new StdioClientTransport({ command, args, env, cwd: cwd!.fsPath }));
    const result = await client.callTool({
        name: 'guardrail_check',
        arguments: { file: 'mail-assistant/first-try.guardrail' }
    });
    await client.close();
    expect(JSON.stringify(result.content)).toContain('1 of 2 claims violated, as expected');
});
