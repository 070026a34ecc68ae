/**
 * The view of all policies: shows the state of each claim and scenario, and the next steps if there is nothing to show.
 */
import * as vscode from 'vscode';
import type { CheckStates } from '../check-states.js';
import type { LanguageServer } from '../language-server.js';
import type { Policies } from '../policies.js';
import { violatedClaims } from './status.js';
import { PolicyTree } from './tree.js';

/** The id of the view in the manifest. */
const VIEW = 'guardrail.policies';
const SERVER_CONTEXT = 'guardrail.server';
const FILTER_CONTEXT = 'guardrail.onlyProblems';

/** The delay before the rows are updated: while the author types, policies are checked after each key. */
const REST_MS = 250;

export function registerPolicyView(server: LanguageServer, policies: Policies, checks: CheckStates): vscode.Disposable {
    let state: 'starting' | 'running' | 'stopped' = 'starting';
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tree = new PolicyTree(policies, checks, () => state === 'running');
    const view = vscode.window.createTreeView(VIEW, { treeDataProvider: tree, showCollapseAll: true });
    const update = (): void => {
        timer = undefined;
        void vscode.commands.executeCommand('setContext', SERVER_CONTEXT, state);
        const violated = policies.uris().reduce((sum, uri) => sum + violatedClaims(checks.get(uri)), 0);
        const isKnown = state === 'running' && violated > 0;
        view.badge = isKnown ? { value: violated, tooltip: badgeText(violated) } : undefined;
        tree.refresh();
    };
    const schedule = (): void => {
        timer ??= setTimeout(update, REST_MS);
    };
    const become = (next: typeof state): void => {
        state = next;
        schedule();
    };
    const filter = (onlyProblems: boolean): void => {
        tree.onlyProblems = onlyProblems;
        void vscode.commands.executeCommand('setContext', FILTER_CONTEXT, onlyProblems);
        tree.refresh();
    };
    return vscode.Disposable.from(
        view,
        vscode.commands.registerCommand('guardrail.showOnlyProblems', () => filter(true)),
        vscode.commands.registerCommand('guardrail.showAllPolicies', () => filter(false)),
        checks.onDidChange(schedule),
        // The server counts as running once it has reported its policies: until then it is unknown if there are any.
        policies.onDidChange(() => become(state === 'stopped' ? state : 'running')),
        server.onDidStop(() => become('stopped')),
        server.onDidStart(() => become('starting')),
        { dispose: () => clearTimeout(timer) }
    );
}

function badgeText(violated: number): string {
    return violated === 1
        ? vscode.l10n.t('1 claim is violated')
        : vscode.l10n.t('{0} claims are violated', violated.toLocaleString('en'));
}
