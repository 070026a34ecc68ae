/** The calls that wait for the user at gateways on this machine: a view, notifications, and a document for each call. */
import * as vscode from 'vscode';
import { CallDocuments, openCall } from './call-document.js';
import { CallTree } from './tree.js';
import { type WaitingCall, WaitingCalls } from './waiting-calls.js';

const VIEW = 'guardrail.approvals';
const RUNNING_CONTEXT = 'guardrail.hasGateways';
/** More new calls than this get one notification together. */
const MOST_NOTIFICATIONS = 3;

export function registerApprovals(log: vscode.LogOutputChannel): vscode.Disposable {
    const calls = new WaitingCalls(log);
    const tree = new CallTree(calls);
    const view = vscode.window.createTreeView(VIEW, { treeDataProvider: tree });
    const documents = new CallDocuments(calls);
    const told = new Set<string>();
    const update = (): void => {
        const waiting = calls.all();
        void vscode.commands.executeCommand('setContext', RUNNING_CONTEXT, calls.gateways > 0);
        view.badge = waiting.length === 0 ? undefined : { value: waiting.length, tooltip: howMany(waiting.length) };
        notify(calls, told);
    };
    calls.start();
    return vscode.Disposable.from(
        calls,
        view,
        tree,
        documents,
        calls.onDidChange(update),
        // Only the window that the user looks at notifies.
        vscode.window.onDidChangeWindowState(() => notify(calls, told)),
        vscode.commands.registerCommand('guardrail.reviewCall', async (argument?: unknown) => {
            const call = await callOf(argument, calls);
            if (call) {
                await openCall(call);
            }
        }),
        vscode.commands.registerCommand('guardrail.approveCall', () => approveShown(documents, calls)),
        vscode.commands.registerCommand('guardrail.denyCall', async (argument?: unknown) => {
            const call =
                documents.shown(argument ?? vscode.window.activeTextEditor?.document.uri) ??
                (await callOf(argument, calls));
            if (call) {
                await answer(calls, call, 'refuse');
            }
        })
    );
}

/** An approval needs the whole call in front of the user, so it is given only in the document of the call. */
async function approveShown(documents: CallDocuments, calls: WaitingCalls): Promise<void> {
    const call = documents.shown(vscode.window.activeTextEditor?.document.uri);
    if (call) {
        const { choices } = call;
        const title = vscode.l10n.t('How long is the approval valid?');
        const valid = choices.length > 0 ? await vscode.window.showQuickPick([...choices], { title }) : undefined;
        if (choices.length === 0 || valid !== undefined) {
            await answer(calls, call, 'approve', valid);
        }
    } else {
        void vscode.window.showInformationMessage(vscode.l10n.t('Open the call that you want to approve.'));
    }
}

async function answer(
    calls: WaitingCalls,
    call: WaitingCall,
    how: 'approve' | 'refuse',
    valid?: string
): Promise<void> {
    const problem = await calls.answer(call, how, valid);
    if (problem === undefined) {
        const done =
            how === 'approve' ? vscode.l10n.t('Approved: {0}', call.tool) : vscode.l10n.t('Denied: {0}', call.tool);
        vscode.window.setStatusBarMessage(done, 5000);
    } else {
        void vscode.window.showWarningMessage(problem);
    }
}

/** The call of a row of the view; from the palette, the user picks one. */
async function callOf(argument: unknown, calls: WaitingCalls): Promise<WaitingCall | undefined> {
    const waiting = calls.all();
    const row = waiting.find((call) => call === argument);
    if (row || waiting.length === 0) {
        if (!row) {
            void vscode.window.showInformationMessage(vscode.l10n.t('No call waits for you.'));
        }
        return row;
    }
    const items = waiting.map((call) => ({
        label: call.tool,
        description: call.agent ?? '',
        detail: call.session,
        call
    }));
    return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Calls that wait for you') }))?.call;
}

function notify(calls: WaitingCalls, told: Set<string>): void {
    if (!vscode.window.state.focused) {
        return;
    }
    const waiting = calls.all();
    const fresh = waiting.filter(({ name }) => !told.has(name));
    told.clear();
    waiting.forEach(({ name }) => told.add(name));
    if (fresh.length > MOST_NOTIFICATIONS) {
        const show = vscode.l10n.t('Show');
        void vscode.window.showInformationMessage(howMany(fresh.length), show).then((choice) => {
            return choice === show && vscode.commands.executeCommand(`${VIEW}.focus`);
        });
        return;
    }
    fresh.forEach((call) => void notifyOf(call, calls));
}

async function notifyOf(call: WaitingCall, calls: WaitingCalls): Promise<void> {
    const review = vscode.l10n.t('Review');
    const deny = vscode.l10n.t('Deny');
    const { tool, agent } = call;
    const text =
        agent === undefined
            ? vscode.l10n.t('A call of {0} waits for your approval.', tool)
            : vscode.l10n.t('{0} wants to call {1}. The call waits for your approval.', agent, tool);
    const choice = await vscode.window.showInformationMessage(text, review, deny);
    if (choice === review) {
        await openCall(call);
    } else if (choice === deny) {
        await answer(calls, call, 'refuse');
    }
}

function howMany(count: number): string {
    return count === 1
        ? vscode.l10n.t('1 call waits for your approval')
        : vscode.l10n.t('{0} calls wait for your approval', count.toLocaleString('en'));
}
