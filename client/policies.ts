/** Lists the policies of the workspace, opened or not, with their claims and scenarios, as the server reports them. */
import * as vscode from 'vscode';
import { type PolicyTests, testsRequest } from '../server/lsp/protocol.js';
import type { LanguageServer } from './language-server.js';

/** A policy, as opposed to an inventory. */
export type WorkspacePolicy = PolicyTests & { readonly policy: string };

export class Policies implements vscode.Disposable {
    private readonly all = new Map<string, WorkspacePolicy>();
    private readonly changed = new vscode.EventEmitter<vscode.Uri | undefined>();
    private readonly subscriptions: vscode.Disposable[];

    /** Fires with the policy that changed, was created or was deleted; undefined if any policy may have changed. */
    readonly onDidChange = this.changed.event;

    constructor(
        private readonly server: LanguageServer,
        private readonly log: vscode.LogOutputChannel
    ) {
        this.subscriptions = [
            this.changed,
            server.onTests((tests) => this.changed.fire(this.set(tests))),
            server.onDidStart(() => void this.load())
        ];
    }

    get(uri: vscode.Uri): WorkspacePolicy | undefined {
        return this.all.get(uri.toString());
    }

    uris(): vscode.Uri[] {
        return [...this.all.keys()].map((uri) => vscode.Uri.parse(uri));
    }

    /** Loads all policies again. Without a server the list is empty, and the log has the reason. */
    async load(): Promise<void> {
        try {
            const all = await this.server.request<PolicyTests[] | null>(testsRequest, {});
            this.all.clear();
            all?.forEach((tests) => this.set(tests));
        } catch (error) {
            this.log.warn(`The policies could not be listed: ${String(error)}`);
            this.all.clear();
        }
        this.changed.fire(undefined);
    }

    dispose(): void {
        this.subscriptions.forEach((subscription) => void subscription.dispose());
    }

    private set(tests: PolicyTests): vscode.Uri {
        const uri = vscode.Uri.parse(tests.uri);
        if (tests.policy === undefined) {
            this.all.delete(uri.toString());
        } else {
            this.all.set(uri.toString(), { ...tests, policy: tests.policy });
        }
        return uri;
    }
}
