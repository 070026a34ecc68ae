/** The tree of the view: policies, with their claims and scenarios. */
import * as vscode from 'vscode';
import type { PolicyTest, ShowSessionParams, Source } from '../../server/lsp/protocol.js';
import type { CheckStates } from '../check-states.js';
import type { Policies } from '../policies.js';
import { toneIcon } from '../tone-icon.js';
import { changedRows, ProblemRows } from './rows.js';
import { policyStatus, type PolicyStatus, testStatus } from './status.js';

/**
 * The arguments of the commands of a row: `guardrail.check` takes a policy, `guardrail.showSession` a claim or
 * scenario.
 */
export type PolicyRow = vscode.Uri | TestRow;

interface TestRow extends ShowSessionParams {
    readonly test: PolicyTest;
    readonly status: PolicyStatus;
}

/** The drawings of a policy. */
interface ShownPolicy {
    readonly name: string;
    readonly path: string;
    readonly status: PolicyStatus;
    readonly tests: readonly TestRow[];
}

/** The tree of the view. It shows the state at the last `refresh`, so that only later changes are redrawn. */
export class PolicyTree implements vscode.TreeDataProvider<PolicyRow> {
    private readonly changed = new vscode.EventEmitter<PolicyRow[] | undefined>();
    readonly onDidChangeTreeData = this.changed.event;
    private readonly problems = new ProblemRows();
    /** True if only policies, claims and scenarios with a problem are shown. */
    onlyProblems = false;
    /** The objects of the policies, because the editor identifies a row by its object. */
    private uris: ReadonlyMap<string, vscode.Uri> = new Map<string, vscode.Uri>();
    private shown: ReadonlyMap<string, ShownPolicy> = new Map<string, ShownPolicy>();

    /** @param isRunning false if no server is running: the view then shows a message instead of policies */
    constructor(
        private readonly policies: Policies,
        private readonly checks: CheckStates,
        private readonly isRunning: () => boolean
    ) {}

    refresh(): void {
        const before = this.shown;
        const uris = this.isRunning() ? this.policies.uris() : [];
        uris.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
        this.uris = new Map(uris.map((uri) => [uri.toString(), this.uris.get(uri.toString()) ?? uri]));
        const all = uris.map((uri) => [uri.toString(), this.look(uri)] as const);
        this.shown = new Map(all.filter(([key, { status }]) => this.isShown(key, status)));
        const rows = changedRows(before, this.shown);
        if (rows === undefined || rows.length > 0) {
            this.changed.fire(rows?.map((key) => this.uris.get(key)!));
        }
    }

    getChildren(row?: PolicyRow): PolicyRow[] {
        if (!row) {
            return [...this.shown.keys()].map((key) => this.uris.get(key)!);
        }
        return row instanceof vscode.Uri ? [...(this.shown.get(row.toString())?.tests ?? [])] : [];
    }

    getTreeItem(row: PolicyRow): vscode.TreeItem {
        return row instanceof vscode.Uri ? policyItem(row, this.shown.get(row.toString())) : testItem(row);
    }

    private look(uri: vscode.Uri): ShownPolicy {
        const key = uri.toString();
        const policy = this.policies.get(uri);
        const state = this.checks.get(uri);
        const tests = (policy?.tests ?? []).map((test): TestRow => ({
            uri: key,
            kind: test.kind,
            name: test.name,
            test,
            status: testStatus(test, state)
        }));
        return {
            name: policy?.policy ?? '',
            path: vscode.workspace.asRelativePath(uri),
            status: policyStatus(state),
            tests: tests.filter(({ kind, name, status }) => this.isShown(`${key} ${kind} ${name}`, status))
        };
    }

    private isShown(key: string, status: PolicyStatus): boolean {
        const hasProblem = this.problems.has(key, status);
        return hasProblem || !this.onlyProblems;
    }
}

/** A deleted policy is still queried until its row is removed. */
function policyItem(uri: vscode.Uri, shown: ShownPolicy | undefined): vscode.TreeItem {
    const { name, path, status, tests } = shown ?? {
        name: '',
        path: '',
        status: policyStatus(undefined),
        tests: []
    };
    const item = new vscode.TreeItem(
        name,
        tests.length > 0 ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.None
    );
    item.id = uri.toString();
    item.description = [path, status.word].filter((part) => part !== '').join(' · ');
    item.tooltip = path;
    item.iconPath = iconOf(status);
    item.contextValue = 'policy';
    item.accessibilityInformation = { label: labelOf(vscode.l10n.t('policy {0} in {1}', name, path), status) };
    return item;
}

function testItem({ test, status }: TestRow): vscode.TreeItem {
    const { kind, name, source } = test;
    const item = new vscode.TreeItem(name);
    item.description = status.word;
    item.tooltip = name;
    item.iconPath = iconOf(status);
    item.contextValue = status.hasSession ? 'session' : kind;
    const text = kind === 'claim' ? vscode.l10n.t('claim {0}', name) : vscode.l10n.t('scenario {0}', name);
    item.accessibilityInformation = { label: labelOf(text, status) };
    item.command = {
        title: vscode.l10n.t('Open'),
        command: 'vscode.open',
        arguments: [vscode.Uri.parse(source.uri), { selection: startOf(source) }]
    };
    return item;
}

function iconOf({ tone, word }: PolicyStatus): vscode.ThemeIcon {
    return tone ? toneIcon(tone) : new vscode.ThemeIcon(word === 'checking' ? 'sync~spin' : 'circle-outline');
}

function labelOf(what: string, { word }: PolicyStatus): string {
    return word === '' ? what : `${what}: ${word}`;
}

function startOf({ start }: Source): vscode.Range {
    return new vscode.Range(start.line, start.character, start.line, start.character);
}
