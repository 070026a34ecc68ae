/** The tree of the Test Explorer: policies, with their claims and scenarios. */
import * as vscode from 'vscode';
import type { PolicyTest, Source } from '../../server/lsp/protocol.js';
import type { Policies } from '../policies.js';

export class TestTree implements vscode.Disposable {
    private readonly tests = new Map<string, PolicyTest>();
    private readonly changed = new vscode.EventEmitter<void>();
    /** Fires when tests were added, moved or removed. */
    readonly onDidChange = this.changed.event;
    private readonly subscription: vscode.Disposable;

    constructor(
        private readonly controller: vscode.TestController,
        private readonly policies: Policies
    ) {
        this.subscription = policies.onDidChange((uri) => {
            if (uri) {
                this.set(uri);
            } else {
                this.setAll();
            }
            this.changed.fire();
        });
    }

    /** The result for the item of a claim or scenario; undefined for a policy. */
    testOf(item: vscode.TestItem): PolicyTest | undefined {
        return this.tests.get(item.id);
    }

    policy(uri: vscode.Uri): vscode.TestItem | undefined {
        return this.controller.items.get(uri.toString());
    }

    dispose(): void {
        this.changed.dispose();
        this.subscription.dispose();
    }

    private setAll(): void {
        this.controller.items.forEach(({ uri }) => this.set(uri!));
        this.policies.uris().forEach((uri) => this.set(uri));
    }

    private set(uri: vscode.Uri): void {
        const id = uri.toString();
        const known = this.policies.get(uri);
        if (!known || known.tests.length === 0) {
            this.controller.items.delete(id);
            return;
        }
        const { policy, source, tests } = known;
        const item = this.controller.items.get(id) ?? this.controller.createTestItem(id, policy, uri);
        item.label = policy;
        item.description = vscode.workspace.asRelativePath(uri);
        item.range = source && rangeOf(source);
        const seen = new Map<string, number>();
        item.children.replace(
            tests.map((test, index) => {
                const key = `${id}#${test.kind}:${test.name}`;
                const twin = seen.get(key) ?? 0;
                seen.set(key, twin + 1);
                return this.child(item, twin === 0 ? key : `${key}#${twin}`, test, uri, index);
            })
        );
        // A profile that is for scenarios is also for the policies that have some.
        item.tags = [...new Set(tests.map(({ kind }) => kind))].map((kind) => new vscode.TestTag(kind));
        this.controller.items.add(item);
    }

    /** An item that stays keeps its results. */
    private child(
        parent: vscode.TestItem,
        id: string,
        test: PolicyTest,
        uri: vscode.Uri,
        index: number
    ): vscode.TestItem {
        const item = parent.children.get(id) ?? this.controller.createTestItem(id, test.name, uri);
        item.range = rangeOf(test.source);
        item.sortText = String(index).padStart(5, '0');
        item.tags = [new vscode.TestTag(test.kind)];
        this.tests.set(id, test);
        return item;
    }
}

export function rangeOf({ start, end }: Source): vscode.Range {
    return new vscode.Range(start.line, start.character, end.line, end.character);
}
