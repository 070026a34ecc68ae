/** The rows of the view: the changed policies and the calls that wait. */
import * as vscode from 'vscode';
import { textOf } from './call-document.js';
import { isChange, type Waiting, type WaitingCall, type WaitingCalls } from './waiting-calls.js';

export class CallTree implements vscode.TreeDataProvider<Waiting>, vscode.Disposable {
    private readonly changed = new vscode.EventEmitter<void>();
    readonly onDidChangeTreeData = this.changed.event;
    private readonly subscription: vscode.Disposable;

    constructor(private readonly calls: WaitingCalls) {
        this.subscription = calls.onDidChange(() => this.changed.fire());
    }

    getChildren(waiting?: Waiting): Waiting[] {
        return waiting ? [] : [...this.calls.all()];
    }

    getTreeItem(waiting: Waiting): vscode.TreeItem {
        const item = isChange(waiting) ? new vscode.TreeItem(vscode.l10n.t('Changed policy')) : callItem(waiting);
        item.id = waiting.name;
        item.iconPath = new vscode.ThemeIcon(isChange(waiting) ? 'diff' : 'watch');
        item.contextValue = isChange(waiting) ? 'change' : 'call';
        item.command = { command: 'guardrail.reviewCall', title: vscode.l10n.t('Review'), arguments: [waiting] };
        const tooltip = new vscode.MarkdownString();
        tooltip.appendCodeblock(textOf(waiting), isChange(waiting) ? 'diff' : 'jsonc');
        item.tooltip = tooltip;
        return item;
    }

    dispose(): void {
        this.subscription.dispose();
        this.changed.dispose();
    }
}

function callItem({ tool, agent, rules }: WaitingCall): vscode.TreeItem {
    const item = new vscode.TreeItem(tool);
    item.description = agent ?? '';
    item.accessibilityInformation = {
        label: [tool, agent, ...rules.map(({ text }) => text)].filter((part) => part !== undefined).join(', ')
    };
    return item;
}
