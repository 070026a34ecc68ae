/** The simulator, in which the user plays an agent by hand. */
import * as vscode from 'vscode';
import { type ShowSessionParams, simulateCommand } from '../../server/lsp/protocol.js';
import { activePolicy } from '../active-policy.js';
import type { CheckStates } from '../check-states.js';
import type { LanguageServer } from '../language-server.js';
import { SimulatorPanel } from './panel.js';

export function registerSimulator(
    extensionUri: vscode.Uri,
    server: LanguageServer,
    checks: CheckStates
): vscode.Disposable {
    const panel = new SimulatorPanel(extensionUri, server, checks);
    const command = vscode.commands.registerCommand(
        simulateCommand,
        async (uri?: string | vscode.Uri, session?: ShowSessionParams) => {
            const policy = typeof uri === 'string' ? vscode.Uri.parse(uri) : (uri ?? activePolicy());
            if (!policy) {
                void vscode.window.showInformationMessage(
                    vscode.l10n.t('Open a policy (a .guardrail file) to play a session of it.')
                );
                return;
            }
            await panel.show(policy, session);
        }
    );
    return vscode.Disposable.from(command, panel);
}
