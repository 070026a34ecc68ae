/** The command "New Policy": opens a small policy in an untitled document, with a gap to find. */
import * as vscode from 'vscode';
import content from './first-try.guardrail';
import type { CheckStates } from '../check-states.js';

export function registerNewPolicy(): vscode.Disposable {
    return vscode.commands.registerCommand('guardrail.newPolicy', async () => {
        const document = await vscode.workspace.openTextDocument({ language: 'guardrail', content });
        await vscode.window.showTextDocument(document);
    });
}

/** Marks the steps of the walkthrough as done once they have happened, however the author did them. */
const HAS_KEPT = 'guardrail.hasKept';
const HAS_REPAIRED = 'guardrail.hasRepaired';

interface SeenPolicy {
    readonly violated: readonly string[];
    readonly scenarios: number;
}

/** Follows the results of policies, to notice when a new scenario is added, and when a violated claim is repaired. */
export function trackWalkthrough(checks: CheckStates): vscode.Disposable {
    const seen = new Map<string, SeenPolicy>();
    return checks.onDidChange((uri) => {
        const key = uri.toString();
        const state = checks.get(uri);
        const result = state?.state === 'done' ? state.result : undefined;
        if (!result) {
            return;
        }
        const before = seen.get(key);
        const violated = result.claims.filter(({ verdict }) => verdict === 'violated').map(({ name }) => name);
        seen.set(key, { violated, scenarios: result.scenarios.length });
        if (before && result.scenarios.length > before.scenarios) {
            void vscode.commands.executeCommand('setContext', HAS_KEPT, true);
        }
        const holds = result.claims.filter(({ verdict }) => /^holds/.test(verdict)).map(({ name }) => name);
        if (before?.violated.some((name) => holds.includes(name))) {
            void vscode.commands.executeCommand('setContext', HAS_REPAIRED, true);
        }
    });
}
