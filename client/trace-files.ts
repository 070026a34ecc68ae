/** Saves sessions and diagrams in files, and sessions as scenarios of their policy. */
import * as vscode from 'vscode';
import {
    type KeepSessionParams,
    keepSessionRequest,
    type KeptSession,
    type ReadSession,
    type ReadSessionParams,
    readSessionRequest,
    type RecordedSession,
    type WriteSessionParams,
    writeSessionRequest
} from '../server/lsp/protocol.js';
import type { LanguageServer } from './language-server.js';
import type { SessionContent } from './trace/messages.js';

/** Asks for a file, and saves the session in it. False if the author cancelled, or if a failure was reported. */
export async function saveSession(server: LanguageServer, content: SessionContent): Promise<boolean> {
    const target = await askForFile(content.title, 'itf.json', policyOf(content), vscode.l10n.t('Save the session'));
    if (!target || !content.trace) {
        return false;
    }
    return told(vscode.l10n.t('The session could not be saved'), async () => {
        const { subject, policy, word, tone, title, text, annotations, source, summary, trace } = content;
        const session: RecordedSession = {
            subject,
            policy,
            word,
            tone,
            title,
            ...(text !== undefined && { text }),
            ...(annotations && { annotations }),
            ...(source && { source }),
            summary,
            trace: trace!
        };
        const params: WriteSessionParams = { session, target: target.toString() };
        const written = await server.request<string>(writeSessionRequest, params);
        await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(written));
    });
}

/** The session in a file; rejects with a sentence if there is none. */
export async function readSessionFile(server: LanguageServer, uri: vscode.Uri): Promise<RecordedSession> {
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
    const params: ReadSessionParams = { text, uri: uri.toString() };
    const read = await server.request<ReadSession>(readSessionRequest, params);
    if ('problem' in read) {
        throw new Error(read.problem);
    }
    return read.session;
}

export function recordedContent(session: RecordedSession, file: string): SessionContent {
    return { ...session, freshness: 'recorded', problems: [], file };
}

/** Adds the session to its policy as a scenario, and shows it. */
export async function keepSession(
    server: LanguageServer,
    { subject, title, trace, tone }: SessionContent,
    beside: vscode.ViewColumn | undefined
): Promise<boolean> {
    if (!trace) {
        return false;
    }
    return told(vscode.l10n.t('The session could not be made a scenario'), async () => {
        const isBroken = subject.kind === 'claim' && (tone === 'bad' || tone === 'partial');
        const params: KeepSessionParams = { uri: subject.uri, title, trace, ...(isBroken && { claim: subject.name }) };
        const kept = await server.request<KeptSession | null>(keepSessionRequest, params);
        if (!kept) {
            throw new Error(
                vscode.l10n.t(
                    'the policy has errors or no longer exists, or a scenario cannot express a step of the session.'
                )
            );
        }
        const { range, text } = kept.edit;
        const uri = vscode.Uri.parse(subject.uri);
        const at = new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character);
        const edit = new vscode.WorkspaceEdit();
        edit.replace(uri, at, text);
        await vscode.workspace.applyEdit(edit);
        const document = await vscode.workspace.openTextDocument(uri);
        const lines = text.split('\n').length;
        const shown = new vscode.Range(at.start.line + 1, 0, at.start.line + lines, 0);
        const viewColumn =
            vscode.window.visibleTextEditors.find((editor) => editor.document === document)?.viewColumn ??
            (beside === vscode.ViewColumn.One ? vscode.ViewColumn.Beside : vscode.ViewColumn.One);
        const editor = await vscode.window.showTextDocument(document, { viewColumn, preserveFocus: true });
        editor.revealRange(document.validateRange(shown), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    });
}

/** Asks for a file, and writes the text to it. */
export async function saveText(
    title: string,
    extension: string,
    text: string,
    near: vscode.Uri | undefined
): Promise<boolean> {
    const target = await askForFile(title, extension, near, vscode.l10n.t('Save the diagram'));
    if (!target) {
        return false;
    }
    return told(vscode.l10n.t('The file could not be saved'), async () => {
        await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
    });
}

function policyOf({ subject }: SessionContent): vscode.Uri | undefined {
    return subject.uri === '' ? undefined : vscode.Uri.parse(subject.uri);
}

function askForFile(
    title: string,
    extension: string,
    near: vscode.Uri | undefined,
    dialogTitle: string
): Thenable<vscode.Uri | undefined> {
    const name = title
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-+|-+$/g, '');
    // An unsaved policy is not in a folder.
    const folder =
        near && near.scheme !== 'untitled'
            ? vscode.Uri.joinPath(near, '..')
            : (vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file('/'));
    return vscode.window.showSaveDialog({
        defaultUri: vscode.Uri.joinPath(folder, `${name.slice(0, 60) || 'session'}.${extension}`),
        filters: extension === 'svg' ? { SVG: ['svg'] } : { ITF: ['itf.json', 'json'] },
        title: dialogTitle,
        saveLabel: vscode.l10n.t('Save')
    });
}

/** Does something, and reports what failed and why. */
async function told(what: string, act: () => Promise<void>): Promise<boolean> {
    try {
        await act();
        return true;
    } catch (error) {
        void vscode.window.showErrorMessage(`${what}: ${error instanceof Error ? error.message : String(error)}`);
        return false;
    }
}
