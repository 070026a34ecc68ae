/** The view of packs: shows what policies can import, with its documentation, and adds a use of a pack to a policy. */
import * as vscode from 'vscode';
import { type PackSource, packsRequest, type PackUse, usePackRequest } from '../../server/lsp/protocol.js';
import { activePolicy } from '../active-policy.js';
import type { LanguageServer } from '../language-server.js';
import type { Policies } from '../policies.js';
import { isPack, type PackOf, type PackRow, PackTree } from './tree.js';

/** The id of the view in the manifest. */
const VIEW = 'guardrail.packs';
/** The scheme of the pages, of which Markdown is made. */
const SCHEME = 'guardrail-pack';

export function registerPacksView(server: LanguageServer, policies: Policies): vscode.Disposable {
    const load = async (): Promise<readonly PackSource[]> => {
        try {
            return await server.request<PackSource[]>(packsRequest, {});
        } catch {
            return [];
        }
    };
    const tree = new PackTree(load);
    const picked = async (argument: unknown): Promise<PackOf | undefined> =>
        isRow(argument) ? (isPack(argument) ? argument : undefined) : pickPack(await load());
    return vscode.Disposable.from(
        tree,
        vscode.window.createTreeView(VIEW, { treeDataProvider: tree, showCollapseAll: true }),
        vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
            provideTextDocumentContent: ({ path }) => tree.all().find((row) => pageUri(row).path === path)?.pack.page
        }),
        vscode.commands.registerCommand('guardrail.showPack', async (argument?: unknown) => {
            const row = await picked(argument);
            if (row) {
                await vscode.commands.executeCommand('markdown.showPreview', pageUri(row));
            }
        }),
        vscode.commands.registerCommand('guardrail.usePack', async (argument?: unknown) => {
            const row = await picked(argument);
            if (row) {
                await usePack(server, row);
            }
        }),
        server.onDidStart(() => tree.refresh()),
        server.onDidStop(() => tree.refresh()),
        server.onPacks(() => tree.refresh()),
        // A policy in another folder may have other packages.
        policies.onDidChange((uri) => uri === undefined && tree.refresh())
    );
}

/** Imports the pack into the open policy, and puts the cursor at the arguments of its use. */
async function usePack(server: LanguageServer, { source, pack }: PackOf): Promise<void> {
    const uri = activePolicy();
    if (!uri) {
        void vscode.window.showInformationMessage(vscode.l10n.t('Open the policy that should use {0}.', pack.name));
        return;
    }
    const editor = await vscode.window.showTextDocument(uri);
    const found = await server.request<PackUse | null>(usePackRequest, {
        uri: uri.toString(),
        path: source.path,
        name: pack.name
    });
    if (!found) {
        void vscode.window.showWarningMessage(
            vscode.l10n.t(
                '{0} is not installed for {1}: no package.json above this policy names it.',
                source.path,
                vscode.workspace.asRelativePath(uri)
            )
        );
        return;
    }
    const edit = new vscode.WorkspaceEdit();
    edit.set(uri, [
        ...(found.import ? [vscode.TextEdit.replace(rangeOf(found.import.range), found.import.text)] : []),
        vscode.SnippetTextEdit.replace(rangeOf(found.use.range), new vscode.SnippetString(found.use.snippet))
    ]);
    if (await vscode.workspace.applyEdit(edit)) {
        editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    }
}

async function pickPack(sources: readonly PackSource[]): Promise<PackOf | undefined> {
    const items = sources.flatMap((source) => source.packs.map((pack) => ({ source, pack })));
    const picked = await vscode.window.showQuickPick(
        items.map((row) => ({
            label: row.pack.name,
            description: `${row.source.path} ${row.source.version ?? ''}`.trim(),
            detail: `(${row.pack.params.join(', ')})`,
            row
        })),
        { title: vscode.l10n.t('Packs that policies can import'), matchOnDescription: true }
    );
    return picked?.row;
}

function pageUri({ source, pack }: PackOf): vscode.Uri {
    return vscode.Uri.from({ scheme: SCHEME, path: `/${source.path}@${source.version ?? ''}/${pack.name}.md` });
}

function isRow(argument: unknown): argument is PackRow {
    return typeof argument === 'object' && argument !== null && ('pack' in argument || 'packs' in argument);
}

function rangeOf({ start, end }: PackUse['use']['range']): vscode.Range {
    return new vscode.Range(start.line, start.character, end.line, end.character);
}
