/**
 * Offers the same tools as an MCP server, which VS Code starts for assistants that support no other tools (since
 * 1.101): the command comes with the extension, and runs in the editor's own Node.
 */
import * as vscode from 'vscode';

/** The parts of `vscode.McpStdioServerDefinition` that are used here. */
interface StdioDefinition {
    cwd?: vscode.Uri;
}

interface McpApi {
    readonly lm?: {
        registerMcpServerDefinitionProvider?(
            id: string,
            provider: {
                readonly onDidChangeMcpServerDefinitions: vscode.Event<unknown>;
                provideMcpServerDefinitions(): StdioDefinition[];
            }
        ): vscode.Disposable;
    };
    readonly McpStdioServerDefinition?: new (
        label: string,
        command: string,
        args: string[],
        env: Record<string, string>,
        version: string
    ) => StdioDefinition;
}

/** The id of the provider in the manifest. */
const PROVIDER = 'guardrail';

/** Registers the server; does nothing if such servers are not supported. */
export function registerMcpServer(
    { extension, extensionUri }: vscode.ExtensionContext,
    log: Pick<vscode.LogOutputChannel, 'info'>
): vscode.Disposable[] {
    const { lm, McpStdioServerDefinition: Definition } = vscode as McpApi;
    if (!lm?.registerMcpServerDefinitionProvider || !Definition) {
        return [];
    }
    const command = vscode.Uri.joinPath(extensionUri, 'dist', 'cli.js').fsPath;
    const { version } = extension.packageJSON as { readonly version: string };
    const definition = (label: string, cwd?: vscode.Uri): StdioDefinition => {
        const made = new Definition(label, process.execPath, [command, 'mcp'], { ELECTRON_RUN_AS_NODE: '1' }, version);
        if (cwd) {
            made.cwd = cwd;
        }
        return made;
    };
    const provider = {
        onDidChangeMcpServerDefinitions: vscode.workspace.onDidChangeWorkspaceFolders,
        // Paths are relative to a folder, so there is a server for each folder. Without a folder, texts can still be
        // checked.
        provideMcpServerDefinitions: () => {
            const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
            return folders.length === 0
                ? [definition('Guardrail')]
                : folders.map(({ name, uri }) =>
                      definition(folders.length === 1 ? 'Guardrail' : `Guardrail (${name})`, uri)
                  );
        }
    };
    try {
        return [lm.registerMcpServerDefinitionProvider(PROVIDER, provider)];
    } catch (error) {
        // 1.100 has the function, but as a proposal with another name in the manifest.
        log.info(`This VS Code takes no MCP server of an extension: ${String(error)}`);
        return [];
    }
}
