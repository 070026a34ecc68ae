/** The entry of the VS Code extension: makes the parts and lets go of them. */
import * as vscode from 'vscode';
import { CheckStates } from './check-states.js';
import { CodePages } from './code-pages.js';
import { registerCommands } from './commands.js';
import { registerDebugger } from './debugger/index.js';
import { LanguageServer } from './language-server.js';
import { registerMcpServer } from './language-model/mcp.js';
import { registerLanguageModelTools } from './language-model/tools.js';
import { Policies } from './policies.js';
import { registerPolicyView } from './policy-view/index.js';
import { createStatusItem } from './status-item.js';
import { registerSimulator } from './simulator/index.js';
import { registerTasks } from './tasks/provider.js';
import { registerTesting } from './testing/index.js';
import { createTraceViews } from './trace-views.js';
import { registerNewPolicy } from './walkthrough/new-policy.js';

let server: LanguageServer | undefined;

/** There is one bundle for both: the greater part of it is the same. */
const isInBrowser = 'WorkerGlobalScope' in globalThis;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
    const log = vscode.window.createOutputChannel('Guardrail', { log: true });
    const { createClient } = await (isInBrowser
        ? import('./web/language-client.js')
        : import('./node/language-client.js'));
    server = new LanguageServer((options) => createClient(context.extensionUri, options), log);
    const checks = new CheckStates(server);
    const policies = new Policies(server, log);
    const codePages = new CodePages(context.extensionUri);
    const { panel, subscription: traceViews } = createTraceViews(context.extensionUri, server, checks);
    context.subscriptions.push(
        log,
        checks,
        traceViews,
        codePages.register(),
        createStatusItem(checks),
        registerNewPolicy(),
        ...(isInBrowser ? [] : [registerTasks(context.extensionUri), ...registerMcpServer(context, log)]),
        registerLanguageModelTools(server, codePages),
        registerDebugger(server, { checks, log }),
        registerSimulator(context.extensionUri, server, checks),
        policies,
        registerTesting(policies, checks),
        registerPolicyView(server, policies, checks),
        ...registerCommands({ server, checks, panel, log })
    );
    void server.start();
}

export async function deactivate(): Promise<void> {
    await server?.stop();
    server = undefined;
}
