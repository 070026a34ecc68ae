/** The tree of the Test Explorer: policies, and in each its claims and scenarios. */
import * as vscode from 'vscode';
import {
    type PolicyTest,
    type PolicyTests,
    type Source,
    testsNotification,
    testsRequest
} from '../../server/lsp/protocol.js';
import type { LanguageServer } from '../language-server.js';

export class TestTree implements vscode.Disposable {
    private readonly tests = new Map<string, PolicyTest>();
    private readonly subscriptions: vscode.Disposable[];

    constructor(
        private readonly controller: vscode.TestController,
        private readonly server: LanguageServer,
        private readonly log: vscode.LogOutputChannel
    ) {
        this.subscriptions = [
            server.onNotification(testsNotification, (tests: PolicyTests) => this.set(tests)),
            server.onDidStart(() => void this.load())
        ];
    }

    /** All anew, as the server knows them. Where there is no server, that was told already. */
    async load(): Promise<void> {
        try {
            const all = await this.server.request<PolicyTests[] | null>(testsRequest, {});
            const uris = new Set((all ?? []).map(({ uri }) => vscode.Uri.parse(uri).toString()));
            this.controller.items.forEach(({ id }) => {
                if (!uris.has(id)) {
                    this.controller.items.delete(id);
                }
            });
            all?.forEach((tests) => this.set(tests));
        } catch (error) {
            this.log.warn(`The tests could not be listed: ${String(error)}`);
            this.controller.items.replace([]);
        }
    }

    /** Of an item of a claim or scenario; undefined for a policy. */
    testOf(item: vscode.TestItem): PolicyTest | undefined {
        return this.tests.get(item.id);
    }

    policy(uri: vscode.Uri): vscode.TestItem | undefined {
        return this.controller.items.get(uri.toString());
    }

    dispose(): void {
        this.subscriptions.forEach((subscription) => void subscription.dispose());
    }

    private set({ uri: text, policy, source, tests }: PolicyTests): void {
        const uri = vscode.Uri.parse(text);
        const id = uri.toString();
        if (policy === undefined || tests.length === 0) {
            this.controller.items.delete(id);
            return;
        }
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
