/** Manages the trace view in its two places: the panel next to a policy, and the editor of session files. */
import * as vscode from 'vscode';
import type { CheckStates } from './check-states.js';
import type { LanguageServer } from './language-server.js';
import { RuleHighlight } from './rule-highlight.js';
import { registerSessionFiles } from './trace-editor.js';
import { TracePanel } from './trace-panel.js';

export function createTraceViews(
    extensionUri: vscode.Uri,
    server: LanguageServer,
    checks: CheckStates
): { readonly panel: TracePanel; readonly subscription: vscode.Disposable } {
    const highlight = new RuleHighlight();
    const context = { extensionUri, server, checks, highlight };
    const panel = new TracePanel(context);
    return { panel, subscription: vscode.Disposable.from(panel, registerSessionFiles(context), highlight) };
}
