/** Provides tasks that run `guardrail check` in a terminal, for whole folders and for pipelines of tasks. */
import * as vscode from 'vscode';

export const TASK_TYPE = 'guardrail';

/** A task in `tasks.json`. */
interface CheckTaskDefinition extends vscode.TaskDefinition {
    /** Files, folders or patterns; undefined for all policies of the folder. */
    readonly files?: readonly string[];
    readonly strict?: boolean;
    readonly failOn?: 'error' | 'warning';
}

/** The command comes with the extension, and runs in the editor's own Node: nothing has to be installed. */
export function registerTasks(extensionUri: vscode.Uri): vscode.Disposable {
    const command = vscode.Uri.joinPath(extensionUri, 'dist', 'cli.js').fsPath;
    const taskOf = (definition: CheckTaskDefinition, scope: vscode.Task['scope'] | undefined): vscode.Task => {
        const task = new vscode.Task(
            definition,
            scope ?? vscode.TaskScope.Workspace,
            nameOf(definition),
            'guardrail',
            new vscode.ProcessExecution(process.execPath, [command, ...argumentsOf(definition)], {
                env: { ELECTRON_RUN_AS_NODE: '1', NO_COLOR: '1' }
            }),
            '$guardrail'
        );
        task.group = vscode.TaskGroup.Test;
        task.detail = vscode.l10n.t('Check policies, and list the problems.');
        return task;
    };
    return vscode.tasks.registerTaskProvider(TASK_TYPE, {
        provideTasks: () =>
            (vscode.workspace.workspaceFolders ?? [])
                .filter(({ uri }) => uri.scheme === 'file')
                .map((folder) => taskOf({ type: TASK_TYPE }, folder)),
        resolveTask: ({ definition, scope }) => taskOf(definition, scope)
    });
}

function nameOf({ files }: CheckTaskDefinition): string {
    return files === undefined ? 'check' : `check ${files.join(' ')}`;
}

function argumentsOf({ files, strict, failOn }: CheckTaskDefinition): string[] {
    return [
        'check',
        '--format',
        'compact',
        ...(strict ? ['--strict'] : []),
        ...(failOn ? ['--fail-on', failOn] : []),
        ...(files ? ['--', ...files] : [])
    ];
}
