/** The tree of the view: the packages that policies can import, with their packs. */
import * as vscode from 'vscode';
import type { OfferedPack, PackSource } from '../../server/lsp/protocol.js';

/** A row. The commands of a pack take it as their argument. */
export type PackRow = PackSource | PackOf;

export interface PackOf {
    readonly source: PackSource;
    readonly pack: OfferedPack;
}

export class PackTree implements vscode.TreeDataProvider<PackRow>, vscode.Disposable {
    private readonly changed = new vscode.EventEmitter<void>();
    readonly onDidChangeTreeData = this.changed.event;
    private sources: readonly PackSource[] = [];

    /** @param load never rejects; it returns no packs if the server does not run */
    constructor(private readonly load: () => Promise<readonly PackSource[]>) {}

    refresh(): void {
        this.changed.fire();
    }

    async getChildren(row?: PackRow): Promise<PackRow[]> {
        if (!row) {
            this.sources = await this.load();
            return [...this.sources];
        }
        return isPack(row) ? [] : row.packs.map((pack) => ({ source: row, pack }));
    }

    getTreeItem(row: PackRow): vscode.TreeItem {
        return isPack(row) ? packItem(row) : sourceItem(row);
    }

    /** All packs that were loaded. */
    all(): PackOf[] {
        return this.sources.flatMap((source) => source.packs.map((pack) => ({ source, pack })));
    }

    dispose(): void {
        this.changed.dispose();
    }
}

export function isPack(row: PackRow): row is PackOf {
    return 'pack' in row;
}

function sourceItem({ path, version, packs }: PackSource): vscode.TreeItem {
    const item = new vscode.TreeItem(path, vscode.TreeItemCollapsibleState.Expanded);
    item.description = version ?? '';
    item.iconPath = new vscode.ThemeIcon('package');
    item.contextValue = 'packSource';
    item.accessibilityInformation = {
        label:
            version === undefined
                ? vscode.l10n.t('{0}, packs: {1}', path, packs.length)
                : vscode.l10n.t('{0} {1}, packs: {2}', path, version, packs.length)
    };
    return item;
}

function packItem(row: PackOf): vscode.TreeItem {
    const { name, params, page, isDeprecated } = row.pack;
    const item = new vscode.TreeItem(name);
    const text = `(${params.join(', ')})`;
    item.description = isDeprecated ? vscode.l10n.t('{0} deprecated', text) : text;
    item.iconPath = new vscode.ThemeIcon('symbol-interface');
    item.tooltip = new vscode.MarkdownString(page);
    item.contextValue = 'pack';
    item.command = { command: 'guardrail.showPack', title: vscode.l10n.t('Show Documentation'), arguments: [row] };
    item.accessibilityInformation = { label: vscode.l10n.t('pack {0} {1}', name, item.description) };
    return item;
}
