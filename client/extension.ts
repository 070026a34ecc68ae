/** The entry of the VS Code extension: creates the parts and disposes of them. */
import * as vscode from 'vscode';
import { registerApprovals } from './approvals/index.js';
import { registerChangedDecisions } from './changed-decisions.js';
import { CheckStates } from './check-states.js';
import { CodePages } from './code-pages.js';
import { registerCommands } from './commands.js';
import { registerDebugger } from './debugger/index.js';
import { registerDecideCall } from './decide-call.js';
import { LanguageServer } from './language-server.js';
import { registerMcpServer } from './language-model/mcp.js';
import { registerLanguageModelTools } from './language-model/tools.js';
import { type Libraries, loadLibraries } from './load-libraries.js';
import { registerPacksView } from './packs-view/index.js';
import { Policies } from './policies.js';
import { registerPolicyView } from './policy-view/index.js';
import { followActivePolicy } from './active-policy.js';
import { createStatusItem } from './status-item.js';
import { registerSimulator } from './simulator/index.js';
import { registerTasks } from './tasks/provider.js';
import { registerTesting } from './testing/index.js';
import { registerToolsImport } from './tools-import/index.js';
import type { TracePanel } from './trace-panel.js';
import { createTraceViews } from './trace-views.js';
import { registerNewPolicy } from './walkthrough/new-policy.js';
import { trackWalkthrough } from './walkthrough/new-policy.js';

let server: LanguageServer | undefined;

const isInBrowser = 'WorkerGlobalScope' in globalThis;

/**
 * Registers everything that the editor may request next. The editor waits for this, so the libraries are loaded and the
 * server is started afterwards: a request before the server is ready waits for it.
 */
export function activate(context: vscode.ExtensionContext): void {
    const log = vscode.window.createOutputChannel('Guardrail', { log: true });
    const load = (): Promise<Libraries> => loadLibraries(context.extensionUri);
    server = new LanguageServer(async (owner) => (await load()).createClient(context.extensionUri, owner), log);
    const checks = new CheckStates(server);
    const policies = new Policies(server, log);
    const codePages = new CodePages(context.extensionUri);
    const { panel, subscription: traceViews } = createTraceViews(context.extensionUri, server, checks, policies);
    const starting = setTimeout(() => void server?.start());
    context.subscriptions.push(
        log,
        checks,
        traceViews,
        codePages.register(),
        followActivePolicy(),
        createStatusItem(checks),
        registerNewPolicy(),
        trackWalkthrough(checks),
        registerDecideCall(server, { checks, log }),
        ...(isInBrowser
            ? []
            : [registerTasks(context.extensionUri), registerApprovals(log), ...registerMcpServer(context, log)]),
        ...(isInBrowser ? [] : registerCommandFeatures(context, { load, log }, panel)),
        registerLanguageModelTools(server, codePages),
        registerDebugger(server, { checks, log }, load),
        registerSimulator(context.extensionUri, server, checks),
        policies,
        registerTesting(server, policies, checks),
        registerPolicyView(server, policies, checks),
        registerPacksView(server, policies),
        ...registerCommands({ server, checks, panel, log }),
        { dispose: () => clearTimeout(starting) }
    );
}

/** The features that run the command in a process of its own, which a browser cannot. */
function registerCommandFeatures(
    { extensionUri, globalStorageUri }: vscode.ExtensionContext,
    { load, log }: { readonly load: () => Promise<Libraries>; readonly log: vscode.LogOutputChannel },
    panel: TracePanel
): vscode.Disposable[] {
    const context = { extensionUri, load, log };
    return [registerToolsImport(context, globalStorageUri), registerChangedDecisions(context, panel)];
}

export async function deactivate(): Promise<void> {
    const leaving = server;
    server = undefined;
    await leaving?.leave();
}
