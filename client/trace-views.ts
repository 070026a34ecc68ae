/** Manages the trace view in its two places: the panel next to a policy, and the editor of session files. */
import * as vscode from 'vscode';
import type { CheckStates } from './check-states.js';
import type { LanguageServer } from './language-server.js';
import type { Policies } from './policies.js';
import { RepairPreview } from './repair-preview.js';
import { RuleHighlight } from './rule-highlight.js';
import { registerSessionFiles } from './trace-editor.js';
import { SessionMarks } from './session-marks.js';
import { TracePanel } from './trace-panel.js';

export function createTraceViews(
    extensionUri: vscode.Uri,
    server: LanguageServer,
    checks: CheckStates,
    policies: Policies
): { readonly panel: TracePanel; readonly subscription: vscode.Disposable } {
    const highlight = new RuleHighlight();
    const preview = new RepairPreview();
    const marks = new SessionMarks();
    const context = { extensionUri, server, checks, highlight, preview, marks };
    const panel = new TracePanel(context, policies);
    return {
        panel,
        subscription: vscode.Disposable.from(panel, registerSessionFiles(context), highlight, preview, marks)
    };
}
