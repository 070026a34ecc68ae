/** What waits for the user at gateways on this machine: a view, notifications, and a document for each call and changed policy. */
import * as vscode from 'vscode';
import { CallDocuments, openWaiting } from './call-document.js';
import { CallTree } from './tree.js';
import { isChange, type Waiting, type WaitingCall, WaitingCalls } from './waiting-calls.js';

const VIEW = 'guardrail.approvals';
const RUNNING_CONTEXT = 'guardrail.hasGateways';
/** More than this that is new gets one notification together. */
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
            const waiting = await pickedOf(argument, calls.all());
            if (waiting) {
                await openWaiting(waiting);
            }
        }),
        vscode.commands.registerCommand('guardrail.approveCall', () => approveShown(documents, calls)),
        vscode.commands.registerCommand('guardrail.denyCall', async (argument?: unknown) => {
            const shown = documents.shown(argument ?? vscode.window.activeTextEditor?.document.uri);
            const waiting =
                shown ??
                (await pickedOf(
                    argument,
                    calls.all().filter((one) => !isChange(one))
                ));
            if (waiting && !isChange(waiting)) {
                await answer(calls, waiting, 'refuse');
            }
        })
    );
}

/** An approval needs the whole call or change in front of the user, so it is given only in its document. */
async function approveShown(documents: CallDocuments, calls: WaitingCalls): Promise<void> {
    const shown = documents.shown(vscode.window.activeTextEditor?.document.uri);
    if (shown && isChange(shown)) {
        say(await calls.confirm(shown), vscode.l10n.t('The changed policy is enforced from now on'));
    } else if (shown) {
        const { choices } = shown;
        const title = vscode.l10n.t('How long is the approval valid?');
        const valid = choices.length > 0 ? await vscode.window.showQuickPick([...choices], { title }) : undefined;
        if (choices.length === 0 || valid !== undefined) {
            await answer(calls, shown, 'approve', valid);
        }
    } else {
        void vscode.window.showInformationMessage(vscode.l10n.t('Open what you want to approve.'));
    }
}

async function answer(
    calls: WaitingCalls,
    call: WaitingCall,
    how: 'approve' | 'refuse',
    valid?: string
): Promise<void> {
    const done =
        how === 'approve' ? vscode.l10n.t('Approved: {0}', call.tool) : vscode.l10n.t('Denied: {0}', call.tool);
    say(await calls.answer(call, how, valid), done);
}

function say(problem: string | undefined, done: string): void {
    if (problem === undefined) {
        vscode.window.setStatusBarMessage(done, 5000);
    } else {
        void vscode.window.showWarningMessage(problem);
    }
}

/** What the row of the view stands for; from the palette, the user picks it. */
async function pickedOf(argument: unknown, waiting: readonly Waiting[]): Promise<Waiting | undefined> {
    const row = waiting.find((one) => one === argument);
    if (row || waiting.length === 0) {
        if (!row) {
            void vscode.window.showInformationMessage(vscode.l10n.t('No call waits for you.'));
        }
        return row;
    }
    const items = waiting.map((one) =>
        isChange(one)
            ? { label: vscode.l10n.t('Changed policy'), one }
            : { label: one.tool, description: one.agent ?? '', detail: one.session, one }
    );
    return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t('What waits for you') }))?.one;
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
    fresh.forEach((one) => void notifyOf(one, calls));
}

async function notifyOf(waiting: Waiting, calls: WaitingCalls): Promise<void> {
    const review = vscode.l10n.t('Review');
    if (isChange(waiting)) {
        const changed = vscode.l10n.t('The policy of a gateway has changed, and is not enforced yet.');
        if ((await vscode.window.showWarningMessage(changed, review)) === review) {
            await openWaiting(waiting);
        }
        return;
    }
    const call = waiting;
    const deny = vscode.l10n.t('Deny');
    const { tool, agent } = call;
    const text =
        agent === undefined
            ? vscode.l10n.t('A call of {0} waits for your approval.', tool)
            : vscode.l10n.t('{0} wants to call {1}. The call waits for your approval.', agent, tool);
    const choice = await vscode.window.showInformationMessage(text, review, deny);
    if (choice === review) {
        await openWaiting(call);
    } else if (choice === deny) {
        await answer(calls, call, 'refuse');
    }
}

function howMany(count: number): string {
    return count === 1
        ? vscode.l10n.t('1 decision waits for you')
        : vscode.l10n.t('{0} decisions wait for you', count.toLocaleString('en'));
}
