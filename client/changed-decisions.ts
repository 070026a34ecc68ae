/** *Show Changed Decisions…*: the sessions that a policy decides differently from a revision. */
import * as vscode from 'vscode';
import type { Difference, DifferenceResult, RecordedSession } from '../server/lsp/protocol.js';
import { activePolicy } from './active-policy.js';
import { type CommandContext, CommandRunner, isTrusted } from './command.js';
import { isSaved } from './tools-import/index.js';
import type { TracePanel } from './trace-panel.js';

export const changedDecisionsCommand = 'guardrail.showChangedDecisions';

/** The part of the JSON report of `guardrail diff` that is shown. */
interface DifferenceReport {
    readonly result?: DifferenceResult;
    readonly unknownPackages?: readonly string[];
}

export function registerChangedDecisions(context: CommandContext, panel: TracePanel): vscode.Disposable {
    const runner = new CommandRunner(context);
    // A lens passes the URI as text, the source control view a resource, the explorer a `Uri`, and the palette nothing.
    const command = vscode.commands.registerCommand(changedDecisionsCommand, async (argument?: unknown) => {
        const uri = uriOf(argument) ?? activePolicy();
        if (uri?.scheme !== 'file') {
            void vscode.window.showInformationMessage(
                vscode.l10n.t('Open a policy of a Git repository to compare it with a revision.')
            );
            return;
        }
        if ((await isTrusted()) && (await isSaved(uri))) {
            await compare(runner, panel, uri);
        }
    });
    const files = { language: 'guardrail', scheme: 'file' };
    return vscode.Disposable.from(
        command,
        vscode.languages.registerCodeLensProvider(files, { provideCodeLenses: lensesOf })
    );
}

/** A lens at the policy's name, if the file belongs to a Git repository. */
async function lensesOf(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const offset = document.getText().search(/^policy\s/m);
    if (offset < 0 || !(await repositoryOf(document.uri))) {
        return [];
    }
    const start = document.positionAt(offset);
    const title = vscode.l10n.t('Changed Decisions…');
    const argument = document.uri.toString();
    return [
        new vscode.CodeLens(new vscode.Range(start, start), {
            title,
            command: changedDecisionsCommand,
            arguments: [argument]
        })
    ];
}

async function compare(runner: CommandRunner, panel: TracePanel, uri: vscode.Uri): Promise<void> {
    const revision = await chooseRevision(uri);
    if (revision === undefined) {
        return;
    }
    await compareWith({ runner, panel, uri, revision });
}

interface Comparison extends Shown {
    readonly runner: CommandRunner;
}

/** @param more arguments of the command */
async function compareWith({ runner, ...shown }: Comparison, more: readonly string[] = []): Promise<void> {
    const { uri, revision } = shown;
    const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
    const outcome = await runner.run(
        vscode.l10n.t('Guardrail: comparing {0} with {1}', name, revision),
        ['diff', `${revision}:./${name}`, `./${name}`, '--format', 'json', '--places', 'uris', ...more],
        vscode.Uri.joinPath(uri, '..')
    );
    const report = outcome && (JSON.parse(outcome.stdout) as DifferenceReport);
    if (report?.result) {
        show(report.result, shown);
    } else if (report?.unknownPackages && more.length === 0) {
        const install = vscode.l10n.t('Install Them Apart');
        const choice = await vscode.window.showWarningMessage(
            vscode.l10n.t(
                'The packages of {0} are unknown: {1}. They can be installed from its lock file into a temporary folder.',
                revision,
                report.unknownPackages.join(', ')
            ),
            install
        );
        if (choice === install) {
            await compareWith({ runner, ...shown }, ['--packages-of', 'lock']);
        }
    } else if (report) {
        void vscode.window.showWarningMessage(
            vscode.l10n.t('The two versions of {0} cannot be compared: one of them has errors.', name)
        );
    }
}

interface Shown {
    readonly panel: TracePanel;
    readonly uri: vscode.Uri;
    readonly revision: string;
}

function show({ explanation, differences, incomplete, apart }: DifferenceResult, shown: Shown): void {
    const notes = [...apart.map(({ text }) => text), ...incomplete];
    const [first, ...others] = differences;
    if (!first) {
        void vscode.window.showInformationMessage([explanation, ...notes].join(' '));
        return;
    }
    showSession(first, shown);
    if (others.length === 0) {
        return;
    }
    const pick = vscode.window.createQuickPick<vscode.QuickPickItem & { readonly difference: Difference }>();
    pick.title = vscode.l10n.t('Decided differently from {0}', shown.revision);
    pick.placeholder = [explanation, ...notes].join(' ');
    pick.items = differences.map((difference) => ({
        label: changeText(difference),
        detail: difference.trace.steps.map(({ text }) => text).join(' → '),
        difference
    }));
    pick.onDidChangeActive(([active]) => active && showSession(active.difference, shown));
    pick.onDidAccept(() => pick.hide());
    pick.onDidHide(() => pick.dispose());
    pick.show();
}

/** The session as the current policy decides it; the view can decide it again after an edit. */
function showSession(difference: Difference, { panel, uri, revision }: Shown): void {
    const { trace, old, new: now } = difference;
    const title = changeText(difference);
    const session: RecordedSession = {
        subject: { uri: uri.toString(), kind: 'finding', name: title },
        policy: '',
        word: vscode.l10n.t('decided differently'),
        tone: 'warn',
        title,
        summary: vscode.l10n.t('In {0} the last call was {1}; now it is {2}.', revision, old.text, now.text),
        trace
    };
    panel.showRecorded(session, vscode.l10n.t('compared with {0}', revision));
}

function changeText({ change, tool }: Difference): string {
    return `${tool}: ${change.replace('->', '→')}`;
}

async function chooseRevision(uri: vscode.Uri): Promise<string | undefined> {
    const other = vscode.l10n.t('Another revision…');
    const picked = await vscode.window.showQuickPick(
        [
            { label: 'HEAD', description: vscode.l10n.t('the last commit') },
            ...(await branchesOf(uri)).map((label) => ({ label, description: vscode.l10n.t('branch') })),
            { label: other }
        ],
        {
            title: vscode.l10n.t('Which decisions does your change affect?'),
            placeHolder: vscode.l10n.t('Compare with…')
        }
    );
    return picked?.label === other
        ? vscode.window.showInputBox({ prompt: vscode.l10n.t('A branch, a tag or a commit.'), value: 'HEAD~1' })
        : picked?.label;
}

/** The part of the interface of the Git extension that is used. */
interface GitExtension {
    getAPI(version: 1): { getRepository(uri: vscode.Uri): GitRepository | null };
}

interface GitRepository {
    getBranches(query: { readonly remote: boolean }): Promise<readonly { readonly name?: string }[]>;
}

/** The repository of a file; undefined without one, and without the Git extension. */
async function repositoryOf(uri: vscode.Uri): Promise<GitRepository | undefined> {
    try {
        const git = await vscode.extensions.getExtension<GitExtension>('vscode.git')?.activate();
        return git?.getAPI(1).getRepository(uri) ?? undefined;
    } catch {
        return undefined;
    }
}

/** Empty without a repository; any revision can be typed. */
async function branchesOf(uri: vscode.Uri): Promise<string[]> {
    try {
        const branches = await (await repositoryOf(uri))?.getBranches({ remote: true });
        return (branches ?? []).flatMap(({ name }) => (name === undefined ? [] : [name]));
    } catch {
        return [];
    }
}

function uriOf(argument: unknown): vscode.Uri | undefined {
    if (argument instanceof vscode.Uri) {
        return argument;
    }
    if (typeof argument === 'string') {
        return vscode.Uri.parse(argument);
    }
    const resource = (argument as { readonly resourceUri?: unknown } | undefined)?.resourceUri;
    return resource instanceof vscode.Uri ? resource : undefined;
}
