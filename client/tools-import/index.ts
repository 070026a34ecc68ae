/** The commands that bring an author from real tools to a policy: *Import Tools…* and *New Policy for These Tools*. */
import * as vscode from 'vscode';
import type { ListedServer, ListedTemplate, ListedTools } from '../../server/workspace/tool-marks.js';
import { type CommandContext, CommandRunner, isTrusted } from '../command.js';
import { askForMarks } from './marks.js';
import { chooseSource, type ToolSource } from './sources.js';

export const importToolsCommand = 'guardrail.importTools';
export const newPolicyForToolsCommand = 'guardrail.newPolicyForTools';

/** The name that templates import. */
const INVENTORY = 'tools.guardrail';

/** @param storage a folder for files that the command reads */
export function registerToolsImport(context: CommandContext, storage: vscode.Uri): vscode.Disposable {
    const tools = new ToolsImport(new CommandRunner(context), context, storage);
    return vscode.Disposable.from(
        vscode.commands.registerCommand(importToolsCommand, () => tools.import()),
        vscode.commands.registerCommand(newPolicyForToolsCommand, (inventory?: unknown) =>
            tools.newPolicy(inventory instanceof vscode.Uri ? inventory : undefined)
        )
    );
}

class ToolsImport {
    constructor(
        private readonly runner: CommandRunner,
        private readonly context: CommandContext,
        private readonly storage: vscode.Uri
    ) {}

    async import(): Promise<void> {
        const folder = await chooseFolder();
        if (!folder || !(await isTrusted())) {
            return;
        }
        const { home } = await (await this.context.load()).commandLine();
        const source = await chooseSource(home(), process.env);
        const asking = source && (await this.argumentsOf(source, folder));
        const listed = asking && (await this.run(['import', 'mcp', '--list', ...asking], folder));
        const target = listed && (await chooseTarget(folder, INVENTORY, true));
        if (!listed || !target) {
            return;
        }
        await this.withFile(nameOf(source), listed, (list) => this.write(list, listed, target, folder));
    }

    /** Writes a policy for an inventory, from a template. */
    async newPolicy(argument: vscode.Uri | undefined): Promise<void> {
        const inventory = argument ?? (await chooseInventory());
        const folder = inventory && (vscode.workspace.getWorkspaceFolder(inventory)?.uri ?? parentOf(inventory));
        if (!inventory || !folder || !(await isTrusted()) || !(await isSaved(inventory))) {
            return;
        }
        const listed = await this.run(['init', '--json'], folder);
        const template = listed && (await chooseTemplate(JSON.parse(listed) as ListedTemplate[]));
        const target = template && (await chooseTarget(folder, 'policy.guardrail', false));
        if (!template || !target) {
            return;
        }
        const options = ['--template', template, '--inventory', inventory.fsPath];
        if ((await this.run(['init', target.fsPath, ...options], folder)) !== undefined) {
            await vscode.window.showTextDocument(target);
        }
    }

    private async write(list: vscode.Uri, listed: string, target: vscode.Uri, folder: vscode.Uri): Promise<void> {
        const writing = ['import', 'mcp', list.fsPath, '--output', target.fsPath];
        const lists = JSON.parse(listed) as ListedTools[];
        if (await exists(target)) {
            const changes = (await isSaved(target)) ? await this.run([...writing, '--refresh'], folder) : undefined;
            if (changes !== undefined) {
                this.context.log.info(changes);
                await this.imported(target, lists);
            }
            return;
        }
        const marks = await askForMarks(lists);
        if (!marks) {
            return;
        }
        const written = await this.withFile('marks.json', JSON.stringify(marks), (file) =>
            this.run([...writing, '--marks', file.fsPath], folder)
        );
        if (written !== undefined) {
            await this.imported(target, lists);
        }
    }

    private async imported(target: vscode.Uri, lists: readonly ListedTools[]): Promise<void> {
        await vscode.window.showTextDocument(target);
        const tools = lists.reduce((sum, { about }) => sum + about.length, 0);
        const next = vscode.l10n.t('New Policy for These Tools');
        const choice = await vscode.window.showInformationMessage(
            vscode.l10n.t(
                '{0} tools of {1} are in {2}.',
                tools,
                listed(lists),
                vscode.workspace.asRelativePath(target)
            ),
            next
        );
        if (choice === next) {
            await this.newPolicy(target);
        }
    }

    /** The arguments of the command; undefined if the author cancelled, or does not want servers to be started. */
    private async argumentsOf(source: ToolSource, folder: vscode.Uri): Promise<string[] | undefined> {
        const { config, file, address, command } = source;
        if (file) {
            return [file.fsPath];
        }
        if (address !== undefined) {
            return [address];
        }
        if (command) {
            return (await mayStart([command.join(' ')])) ? ['--', ...command] : undefined;
        }
        const known = await this.run(['import', 'mcp', '--servers', '--config', config!.fsPath], folder);
        const servers = known === undefined ? undefined : await chooseServers(JSON.parse(known) as ListedServer[]);
        if (!servers) {
            return undefined;
        }
        const started = servers.flatMap((server) => server.command ?? []);
        return started.length === 0 || (await mayStart(started))
            ? ['--config', config!.fsPath, '--server', ...servers.map(({ name }) => name)]
            : undefined;
    }

    private async run(args: readonly string[], folder: vscode.Uri): Promise<string | undefined> {
        const title = vscode.l10n.t('Guardrail: importing tools');
        const outcome = await this.runner.run(title, args, folder);
        return outcome?.stdout;
    }

    /** Lets the command read a text from a file of this name, which is deleted afterwards. */
    private async withFile<T>(name: string, text: string, act: (file: vscode.Uri) => Promise<T>): Promise<T> {
        // Several windows may import at the same time.
        const folder = vscode.Uri.joinPath(this.storage, `${Date.now()}-${Math.random().toString(36).slice(2)}`);
        const file = vscode.Uri.joinPath(folder, name);
        await vscode.workspace.fs.createDirectory(folder);
        try {
            await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(text));
            return await act(file);
        } finally {
            await vscode.workspace.fs.delete(folder, { recursive: true });
        }
    }
}

/** The name of the source in the first comment of the inventory, without anything about the machine. */
function nameOf({ config, file }: ToolSource): string {
    const path = (config ?? file)?.path ?? 'server.json';
    return path.slice(path.lastIndexOf('/') + 1);
}

function listed(lists: readonly ListedTools[]): string {
    return lists.map(({ server }) => server).join(', ');
}

async function chooseFolder(): Promise<vscode.Uri | undefined> {
    const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
    if (folders.length === 0) {
        void vscode.window.showInformationMessage(
            vscode.l10n.t('Open a folder first: the tools are written to a file.')
        );
        return undefined;
    }
    return folders.length === 1 ? folders[0]!.uri : (await vscode.window.showWorkspaceFolderPick())?.uri;
}

/** No server is started before the author has seen its command. */
async function mayStart(commands: readonly string[]): Promise<boolean> {
    const start = {
        label: `$(play) ${vscode.l10n.t('Start')}`,
        description: vscode.l10n.t('and ask for the tools')
    };
    const picked = await vscode.window.showQuickPick(
        [
            start,
            { label: '', kind: vscode.QuickPickItemKind.Separator },
            // A long label would be cut off, and the end of a command matters as much as its beginning.
            ...commands.flatMap((command) => (command.match(/.{1,70}/gs) ?? []).map((label) => ({ label })))
        ],
        {
            title:
                commands.length === 1
                    ? vscode.l10n.t('Start this server?')
                    : vscode.l10n.t('Start these {0} servers?', commands.length),
            placeHolder: vscode.l10n.t('Each command runs on your machine. Escape starts nothing.'),
            ignoreFocusOut: true
        }
    );
    return picked === start;
}

async function chooseServers(servers: readonly ListedServer[]): Promise<readonly ListedServer[] | undefined> {
    const picked = await vscode.window.showQuickPick(
        servers.map((server) => ({
            label: server.name,
            description: server.command ?? server.address ?? '',
            picked: true,
            server
        })),
        {
            title: vscode.l10n.t('Import Tools'),
            placeHolder: vscode.l10n.t('Which servers does your agent use?'),
            canPickMany: true
        }
    );
    return picked && picked.length > 0 ? picked.map(({ server }) => server) : undefined;
}

async function chooseTemplate(templates: readonly ListedTemplate[]): Promise<string | undefined> {
    const picked = await vscode.window.showQuickPick(
        templates.map(({ name, summary }) => ({ label: name, detail: summary })),
        {
            title: vscode.l10n.t('New Policy for These Tools'),
            placeHolder: vscode.l10n.t('What is the policy about?'),
            matchOnDetail: true
        }
    );
    return picked?.label;
}

/** A file in the folder. @param mayExist true if a file that exists is brought up to date */
async function chooseTarget(folder: vscode.Uri, name: string, mayExist: boolean): Promise<vscode.Uri | undefined> {
    const uriOf = (path: string): vscode.Uri => vscode.Uri.joinPath(folder, path.trim());
    const path = await vscode.window.showInputBox({
        title: mayExist ? vscode.l10n.t('File for the tools') : vscode.l10n.t('File for the policy'),
        prompt: mayExist
            ? vscode.l10n.t('If the file exists, it is updated, and your own changes stay.')
            : vscode.l10n.t('The path in the folder.'),
        value: name,
        valueSelection: [0, name.length - '.guardrail'.length],
        validateInput: async (text) => {
            if (!/[^/\\]\.guardrail$/.test(text.trim())) {
                return vscode.l10n.t('The name must end in .guardrail.');
            }
            return !mayExist && (await exists(uriOf(text))) ? vscode.l10n.t('This file exists already.') : undefined;
        }
    });
    return path === undefined ? undefined : uriOf(path);
}

/** The inventory in the active editor, or one that the author chooses. */
async function chooseInventory(): Promise<vscode.Uri | undefined> {
    const active = vscode.window.activeTextEditor?.document;
    if (active?.languageId === 'guardrail' && active.uri.scheme === 'file' && !/^\s*policy\b/m.test(active.getText())) {
        return active.uri;
    }
    const found = await vscode.workspace.findFiles('**/*.guardrail', '**/node_modules/**');
    const picked = await vscode.window.showQuickPick(
        found.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri })),
        {
            title: vscode.l10n.t('New Policy for These Tools'),
            placeHolder: vscode.l10n.t('Which file declares the tools? Import Tools… writes one.')
        }
    );
    return picked?.uri;
}

/** The command reads files: a text that is not saved is saved first, if the author agrees. */
export async function isSaved(uri: vscode.Uri): Promise<boolean> {
    const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
    if (!document?.isDirty) {
        return true;
    }
    const save = vscode.l10n.t('Save');
    const choice = await vscode.window.showInformationMessage(
        vscode.l10n.t('Save {0} first?', vscode.workspace.asRelativePath(uri)),
        { modal: true },
        save
    );
    return choice === save && document.save();
}

function parentOf(uri: vscode.Uri): vscode.Uri {
    return vscode.Uri.joinPath(uri, '..');
}

async function exists(uri: vscode.Uri): Promise<boolean> {
    return vscode.workspace.fs.stat(uri).then(
        () => true,
        () => false
    );
}
