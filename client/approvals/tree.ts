/** The rows of the view: the calls that wait, oldest first. */
import * as vscode from 'vscode';
import { callText } from './call-document.js';
import type { WaitingCall, WaitingCalls } from './waiting-calls.js';

export class CallTree implements vscode.TreeDataProvider<WaitingCall>, vscode.Disposable {
    private readonly changed = new vscode.EventEmitter<void>();
    readonly onDidChangeTreeData = this.changed.event;
    private readonly subscription: vscode.Disposable;

    constructor(private readonly calls: WaitingCalls) {
        this.subscription = calls.onDidChange(() => this.changed.fire());
    }

    getChildren(call?: WaitingCall): WaitingCall[] {
        return call ? [] : [...this.calls.all()];
    }

    getTreeItem(call: WaitingCall): vscode.TreeItem {
        const { name, tool, agent, rules } = call;
        const item = new vscode.TreeItem(tool);
        item.id = name;
        item.description = agent ?? '';
        item.iconPath = new vscode.ThemeIcon('watch');
        item.contextValue = 'call';
        item.command = { command: 'guardrail.reviewCall', title: vscode.l10n.t('Review'), arguments: [call] };
        item.accessibilityInformation = {
            label: [tool, agent, ...rules.map(({ text }) => text)].filter((part) => part !== undefined).join(', ')
        };
        const tooltip = new vscode.MarkdownString();
        tooltip.appendCodeblock(callText(call), 'jsonc');
        item.tooltip = tooltip;
        return item;
    }

    dispose(): void {
        this.subscription.dispose();
        this.changed.dispose();
    }
}
