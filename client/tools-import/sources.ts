/** The sources of tools that an author can choose: configurations of clients, a list in a file, and servers. */
import * as vscode from 'vscode';

/** A source as the command takes it. */
export interface ToolSource {
    /** The configuration of a client, whose servers are asked. */
    readonly config?: vscode.Uri;
    /** A file with a list of tools. */
    readonly file?: vscode.Uri;
    readonly address?: string;
    /** A program and its arguments. */
    readonly command?: readonly string[];
}

interface SourceItem extends vscode.QuickPickItem {
    readonly choose?: () => Promise<ToolSource | undefined>;
}

/** Where clients keep their configuration in a folder. */
const IN_FOLDERS = ['.mcp.json', '.vscode/mcp.json', '.cursor/mcp.json'];

/** @param home the home folder of the user, and the environment variables */
export async function chooseSource(home: string, env: NodeJS.ProcessEnv): Promise<ToolSource | undefined> {
    const found = await existing(configurations(home, env));
    const items: SourceItem[] = [
        ...found.map(({ name, uri }) => ({
            label: `$(server-process) ${name}`,
            description: vscode.workspace.asRelativePath(uri),
            choose: () => Promise.resolve({ config: uri })
        })),
        ...(found.length > 0 ? [{ label: '', kind: vscode.QuickPickItemKind.Separator }] : []),
        {
            label: `$(file) ${vscode.l10n.t('Choose a file…')}`,
            description: vscode.l10n.t('the configuration of a client, or a list of tools'),
            choose: chooseFile
        },
        {
            label: `$(globe) ${vscode.l10n.t('Address of a server…')}`,
            description: 'https://…',
            choose: askForAddress
        },
        {
            label: `$(terminal) ${vscode.l10n.t('Command of a server…')}`,
            description: 'npx -y …',
            choose: askForCommand
        }
    ];
    const picked = await vscode.window.showQuickPick(items, {
        title: vscode.l10n.t('Import Tools'),
        placeHolder: vscode.l10n.t('Where are your MCP servers configured?'),
        matchOnDescription: true
    });
    return picked?.choose?.();
}

interface Named {
    readonly name: string;
    readonly uri: vscode.Uri;
}

function configurations(home: string, env: NodeJS.ProcessEnv): Named[] {
    const inFolders = (vscode.workspace.workspaceFolders ?? []).flatMap(({ uri }) =>
        IN_FOLDERS.map((name) => ({ name, uri: vscode.Uri.joinPath(uri, name) }))
    );
    const { APPDATA } = env;
    const ofUser = [
        ...(APPDATA === undefined ? [] : [`${APPDATA}/Claude/claude_desktop_config.json`]),
        `${home}/Library/Application Support/Claude/claude_desktop_config.json`,
        `${home}/.config/Claude/claude_desktop_config.json`
    ].map((path) => ({ name: 'Claude Desktop', uri: vscode.Uri.file(path) }));
    return [
        ...inFolders,
        ...ofUser,
        { name: 'Claude Code', uri: vscode.Uri.file(`${home}/.claude.json`) },
        { name: 'Cursor', uri: vscode.Uri.file(`${home}/.cursor/mcp.json`) }
    ];
}

async function existing(candidates: readonly Named[]): Promise<Named[]> {
    const found = await Promise.all(
        candidates.map((candidate) =>
            vscode.workspace.fs.stat(candidate.uri).then(
                () => candidate,
                () => undefined
            )
        )
    );
    return found.filter((candidate) => candidate !== undefined);
}

/** A file whose name says that it configures a client is one; any other is a list of tools. */
async function chooseFile(): Promise<ToolSource | undefined> {
    const [uri] = (await vscode.window.showOpenDialog({ filters: { JSON: ['json'] } })) ?? [];
    if (!uri) {
        return undefined;
    }
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
    return /"(mcpServers|servers)"\s*:\s*\{/.test(text) ? { config: uri } : { file: uri };
}

async function askForAddress(): Promise<ToolSource | undefined> {
    const address = await vscode.window.showInputBox({
        title: vscode.l10n.t('Address of a server'),
        prompt: vscode.l10n.t('The endpoint for Streamable HTTP.'),
        placeHolder: 'https://mcp.example.com/mcp',
        validateInput: (text) =>
            /^https?:\/\/\S+$/.test(text.trim()) ? undefined : vscode.l10n.t('Write an address: https://…')
    });
    return address === undefined ? undefined : { address: address.trim() };
}

async function askForCommand(): Promise<ToolSource | undefined> {
    const line = await vscode.window.showInputBox({
        title: vscode.l10n.t('Command of a server'),
        prompt: vscode.l10n.t('The program and its arguments; put an argument with spaces in double quotes.'),
        placeHolder: 'npx -y @modelcontextprotocol/server-filesystem .',
        validateInput: (text) => (wordsOf(text).length > 0 ? undefined : vscode.l10n.t('Write a command.'))
    });
    const command = line === undefined ? [] : wordsOf(line);
    return command.length === 0 ? undefined : { command };
}

/** The words of a line, without a shell: nothing in it is expanded. */
export function wordsOf(line: string): string[] {
    return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
}
