/** The tree of the view: policies, and in each its claims and scenarios. */
import * as vscode from 'vscode';
import type { PolicyTest, ShowSessionParams, Source } from '../../server/lsp/protocol.js';
import type { CheckStates } from '../check-states.js';
import type { Policies } from '../policies.js';
import { toneIcon } from '../tone-icon.js';
import { brokenFirst, policyStanding, type Standing, testStanding } from './standing.js';

/** What the commands of a row take: `guardrail.check` a policy, `guardrail.showSession` a claim or scenario. */
export type PolicyRow = vscode.Uri | TestRow;

interface TestRow extends ShowSessionParams {
    readonly test: PolicyTest;
}

export class PolicyTree implements vscode.TreeDataProvider<PolicyRow> {
    private readonly changed = new vscode.EventEmitter<void>();
    readonly onDidChangeTreeData = this.changed.event;

    /** `isRunning`: without a server there is nothing to show, and the view says so. */
    constructor(
        private readonly policies: Policies,
        private readonly checks: CheckStates,
        private readonly isRunning: () => boolean
    ) {}

    refresh(): void {
        this.changed.fire();
    }

    getChildren(row?: PolicyRow): PolicyRow[] {
        if (!row) {
            const uris = this.isRunning() ? this.policies.uris() : [];
            uris.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
            return brokenFirst(uris, (uri) => policyStanding(this.checks.get(uri)));
        }
        if (!(row instanceof vscode.Uri)) {
            return [];
        }
        const rows = (this.policies.get(row)?.tests ?? []).map((test): TestRow => ({
            uri: row.toString(),
            kind: test.kind,
            name: test.name,
            test
        }));
        return brokenFirst(rows, ({ test }) => testStanding(test, this.checks.get(row)));
    }

    getTreeItem(row: PolicyRow): vscode.TreeItem {
        return row instanceof vscode.Uri ? this.policyItem(row) : this.testItem(row);
    }

    private policyItem(uri: vscode.Uri): vscode.TreeItem {
        const policy = this.policies.get(uri);
        const standing = policyStanding(this.checks.get(uri));
        const name = policy?.policy ?? '';
        const item = new vscode.TreeItem(
            name,
            policy && policy.tests.length > 0
                ? vscode.TreeItemCollapsibleState.Expanded
                : vscode.TreeItemCollapsibleState.None
        );
        const path = vscode.workspace.asRelativePath(uri);
        item.id = uri.toString();
        item.description = standing.word;
        item.tooltip = path;
        item.iconPath = iconOf(standing);
        item.contextValue = 'policy';
        item.accessibilityInformation = { label: labelOf(vscode.l10n.t('policy {0} in {1}', name, path), standing) };
        return item;
    }

    private testItem({ uri, test }: TestRow): vscode.TreeItem {
        const { kind, name, source } = test;
        const standing = testStanding(test, this.checks.get(vscode.Uri.parse(uri)));
        const item = new vscode.TreeItem(name);
        item.description = standing.word;
        item.tooltip = name;
        item.iconPath = iconOf(standing);
        item.contextValue = standing.hasSession ? 'session' : kind;
        const text = kind === 'claim' ? vscode.l10n.t('claim {0}', name) : vscode.l10n.t('scenario {0}', name);
        item.accessibilityInformation = { label: labelOf(text, standing) };
        item.command = {
            title: vscode.l10n.t('Open'),
            command: 'vscode.open',
            arguments: [vscode.Uri.parse(source.uri), { selection: startOf(source) }]
        };
        return item;
    }
}

function iconOf({ tone, word }: Standing): vscode.ThemeIcon {
    return tone ? toneIcon(tone) : new vscode.ThemeIcon(word === 'checking' ? 'sync~spin' : 'circle-outline');
}

function labelOf(what: string, { word }: Standing): string {
    return word === '' ? what : `${what}: ${word}`;
}

function startOf({ start }: Source): vscode.Range {
    return new vscode.Range(start.line, start.character, start.line, start.character);
}
