/** What waits, as a document: all that a person approves, and what came before it. */
import * as vscode from 'vscode';
import { escapeUnseen, printedJson } from '../../server/workspace/printed-json.js';
import { type ChangedPolicy, isChange, type Waiting, type WaitingCall, type WaitingCalls } from './waiting-calls.js';

export const SCHEME = 'guardrail-call';

export class CallDocuments implements vscode.TextDocumentContentProvider, vscode.CodeLensProvider, vscode.Disposable {
    private readonly changed = new vscode.EventEmitter<vscode.Uri>();
    readonly onDidChange = this.changed.event;
    private readonly lenses = new vscode.EventEmitter<void>();
    readonly onDidChangeCodeLenses = this.lenses.event;
    private readonly subscription: vscode.Disposable;
    /** What is shown, with the text that the user sees, by the text of the URI. */
    private readonly open = new Map<string, Waiting>();

    constructor(private readonly calls: WaitingCalls) {
        this.subscription = vscode.Disposable.from(
            vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
            vscode.languages.registerCodeLensProvider({ scheme: SCHEME }, this),
            calls.onDidChange(() => this.update()),
            vscode.workspace.onDidCloseTextDocument(({ uri }) => this.open.delete(uri.toString()))
        );
    }

    provideTextDocumentContent(uri: vscode.Uri): string {
        const waiting = this.calls.get(nameOf(uri));
        if (!waiting) {
            this.open.delete(uri.toString());
            return `// ${vscode.l10n.t('This does not wait any more.')}\n`;
        }
        this.open.set(uri.toString(), waiting);
        return textOf(waiting);
    }

    provideCodeLenses({ uri }: vscode.TextDocument): vscode.CodeLens[] {
        const waiting = this.open.get(uri.toString());
        if (!waiting) {
            return [];
        }
        const top = new vscode.Range(0, 0, 0, 0);
        if (isChange(waiting)) {
            const title = `$(check) ${vscode.l10n.t('Enforce the changed policy')}`;
            return [new vscode.CodeLens(top, { title, command: 'guardrail.approveCall' })];
        }
        const approve = `$(check) ${vscode.l10n.t('Approve')}`;
        const deny = `$(close) ${vscode.l10n.t('Deny')}`;
        return [
            new vscode.CodeLens(top, { title: approve, command: 'guardrail.approveCall' }),
            new vscode.CodeLens(top, { title: deny, command: 'guardrail.denyCall', arguments: [uri] })
        ];
    }

    /** What a document shows, while it waits. */
    shown(uri: unknown): Waiting | undefined {
        return uri instanceof vscode.Uri ? this.open.get(uri.toString()) : undefined;
    }

    dispose(): void {
        this.subscription.dispose();
        this.changed.dispose();
        this.lenses.dispose();
    }

    private update(): void {
        this.open.forEach((_, uri) => this.changed.fire(vscode.Uri.parse(uri)));
        this.lenses.fire();
    }
}

export async function openWaiting(waiting: Waiting): Promise<void> {
    const file = isChange(waiting) ? 'policy.diff' : `${waiting.tool}.jsonc`;
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${waiting.name}/${file}` });
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true });
}

function nameOf({ path }: vscode.Uri): string {
    return path.split('/')[1] ?? '';
}

/** Everything that the agent chose is shown whole, and without characters that could change what a person sees. */
export function textOf(waiting: Waiting): string {
    return isChange(waiting) ? changeText(waiting) : callText(waiting);
}

function changeText({ difference }: ChangedPolicy): string {
    const what = vscode.l10n.t('The policy has changed. The previous one stays in force until you enforce this one.');
    return `${what}\n\n${escapeUnseen(difference, () => '\u00b7').trimEnd()}\n`;
}

function callText({ tool, agent, session, args, since, rules, before }: WaitingCall): string {
    const who =
        agent === undefined
            ? vscode.l10n.t('A call of {0} waits for your approval.', tool)
            : vscode.l10n.t('{0} wants to call {1}. The call waits for your approval.', agent, tool);
    const lines = [
        who,
        vscode.l10n.t('An approval is good for this call, and for others only if one of these rules says so.'),
        '',
        ...rules.map(({ text }) => text),
        vscode.l10n.t('Since {0}, session {1}', since, session)
    ];
    const earlier =
        before.length === 0
            ? [vscode.l10n.t('It is the first call of the session.')]
            : [
                  vscode.l10n.t('Before it in the session:'),
                  ...before.map(({ decision, tool: name, args: values }) => `${decision}: ${name} ${values}`)
              ];
    return `${comment(lines)}\n${printedJson(args)}\n${comment(earlier)}`;
}

function comment(lines: readonly string[]): string {
    return lines
        .map((line) => `// ${escapeUnseen(line.replace(/\s+/g, ' '), () => '\u00b7')}`.trimEnd())
        .map((line) => `${line}\n`)
        .join('');
}
