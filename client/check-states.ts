/** Stores the state of each policy, as the language server reports it. */
import * as vscode from 'vscode';
import type { CheckState, PolicyResult } from '../server/lsp/protocol.js';
import type { LanguageServer } from './language-server.js';

export class CheckStates implements vscode.Disposable {
    private readonly states = new Map<string, CheckState>();
    private readonly changed = new vscode.EventEmitter<vscode.Uri>();
    private readonly subscriptions: vscode.Disposable[];

    /** Fires with a policy whose state has changed. */
    readonly onDidChange = this.changed.event;

    constructor(private readonly server: LanguageServer) {
        this.subscriptions = [
            this.changed,
            server.onCheckState((state) => this.set(state)),
            server.onDidStop(() => this.clear())
        ];
    }

    get(uri: vscode.Uri): CheckState | undefined {
        return this.states.get(uri.toString());
    }

    /** The results of the current policy, checked now if needed; undefined if there is no policy or it has errors. */
    async check(uri: vscode.Uri, token?: vscode.CancellationToken): Promise<PolicyResult | undefined> {
        const result = await this.server.check(uri, token);
        return result ?? undefined;
    }

    dispose(): void {
        this.subscriptions.forEach((subscription) => void subscription.dispose());
    }

    private set(state: CheckState): void {
        const uri = vscode.Uri.parse(state.uri);
        this.states.set(uri.toString(), state);
        this.changed.fire(uri);
    }

    private clear(): void {
        const uris = [...this.states.keys()];
        this.states.clear();
        uris.forEach((uri) => this.changed.fire(vscode.Uri.parse(uri)));
    }
}
