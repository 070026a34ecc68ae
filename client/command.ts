/** Runs the command for features that it already has, so that they work in the editor in exactly the same way. */
import * as vscode from 'vscode';
import type { Libraries } from './load-libraries.js';
import type { CommandOutcome } from './node/command-line.js';

export interface CommandContext {
    readonly extensionUri: vscode.Uri;
    readonly load: () => Promise<Libraries>;
    readonly log: vscode.LogOutputChannel;
}

/** The exit code for input that is not valid, and for a server that fails. */
const INVALID = 2;

export class CommandRunner {
    constructor(private readonly context: CommandContext) {}

    /**
     * Runs the command with its progress. Undefined if the author cancelled it, or if it failed and the author was
     * told why.
     */
    async run(title: string, args: readonly string[], cwd: vscode.Uri): Promise<CommandOutcome | undefined> {
        const { extensionUri, load, log } = this.context;
        try {
            const { runCommand } = await (await load()).commandLine();
            return await vscode.window.withProgress(
                { location: vscode.ProgressLocation.Notification, title, cancellable: true },
                async (_progress, token) => {
                    const outcome = await runCommand(extensionUri, args, cwd.fsPath, token);
                    if (token.isCancellationRequested) {
                        return undefined;
                    }
                    if (outcome.stderr !== '') {
                        log.warn(outcome.stderr);
                    }
                    if (outcome.code >= INVALID && outcome.stderr !== '') {
                        void this.tell(outcome.stderr);
                        return undefined;
                    }
                    return outcome;
                }
            );
        } catch (error) {
            log.error(`The command could not be run: ${String(error)}`);
            void this.tell(vscode.l10n.t('The command could not be run: {0}', String(error)));
            return undefined;
        }
    }

    /** The lines that the command wraps for a terminal are one paragraph here. */
    private async tell(message: string): Promise<void> {
        const showLog = vscode.l10n.t('Show Log');
        const choice = await vscode.window.showErrorMessage(message.replace(/\s+/g, ' ').trim(), showLog);
        if (choice === showLog) {
            this.context.log.show();
        }
    }
}

/** True if the workspace is trusted; otherwise the author is told that the feature starts programs. */
export async function isTrusted(): Promise<boolean> {
    if (vscode.workspace.isTrusted) {
        return true;
    }
    const manage = vscode.l10n.t('Manage Workspace Trust');
    const choice = await vscode.window.showWarningMessage(
        vscode.l10n.t('This starts programs, which a folder in Restricted Mode must not do.'),
        manage
    );
    if (choice === manage) {
        await vscode.commands.executeCommand('workbench.trust.manage');
    }
    return false;
}
