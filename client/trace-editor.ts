/** Shows session files like the sessions of a policy, even if that policy does not exist. */
import * as vscode from 'vscode';
import type { RecordedSession } from '../server/lsp/protocol.js';
import { readSessionFile } from './trace-files.js';
import type { TraceContext } from './trace-view.js';
import { TraceView } from './trace-view.js';

const VIEW_TYPE = 'guardrail.sessionFile';

interface SessionFile extends vscode.CustomDocument {
    readonly session: RecordedSession;
}

class SessionEditor implements vscode.CustomReadonlyEditorProvider<SessionFile> {
    constructor(private readonly context: TraceContext) {}

    /** Rejects with a sentence, which the editor then shows in place of the session. */
    async openCustomDocument(uri: vscode.Uri): Promise<SessionFile> {
        return { uri, session: await readSessionFile(this.context.server, uri), dispose: () => undefined };
    }

    resolveCustomEditor({ uri, session }: SessionFile, panel: vscode.WebviewPanel): void {
        const view = new TraceView(panel, this.context, false);
        panel.onDidDispose(() => view.dispose());
        view.showRecorded(session, uri.path.slice(uri.path.lastIndexOf('/') + 1));
    }
}

export function registerSessionFiles(context: TraceContext): vscode.Disposable {
    return vscode.Disposable.from(
        vscode.window.registerCustomEditorProvider(VIEW_TYPE, new SessionEditor(context), {
            webviewOptions: { enableFindWidget: true }
        }),
        vscode.commands.registerCommand('guardrail.openSession', (uri?: unknown) => openSession(context, uri))
    );
}

/** The explorer passes the file; from the palette, the user is asked for it. */
async function openSession({ server }: TraceContext, argument: unknown): Promise<void> {
    const picked =
        argument instanceof vscode.Uri
            ? argument
            : (
                  await vscode.window.showOpenDialog({
                      title: vscode.l10n.t('Open a session'),
                      filters: { ITF: ['itf.json', 'json'] },
                      canSelectMany: false
                  })
              )?.[0];
    if (!picked) {
        return;
    }
    try {
        await readSessionFile(server, picked);
        await vscode.commands.executeCommand('vscode.openWith', picked, VIEW_TYPE, vscode.ViewColumn.Active);
    } catch (error) {
        const openText = vscode.l10n.t('Open as Text');
        const choice = await vscode.window.showErrorMessage(
            vscode.l10n.t(
                'The session could not be opened: {0}',
                error instanceof Error ? error.message : String(error)
            ),
            openText
        );
        if (choice === openText) {
            await vscode.window.showTextDocument(picked);
        }
    }
}
