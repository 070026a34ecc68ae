/** Runs the command that comes with the extension, in the editor's own Node. */
import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import * as vscode from 'vscode';

export interface CommandOutcome {
    readonly code: number;
    readonly stdout: string;
    readonly stderr: string;
}

/** Tool lists of many servers are long. */
const MAX_BYTES = 256 * 1024 * 1024;

/** Rejects if the command cannot be started. Cancelling ends it, with what it started. */
export function runCommand(
    extension: vscode.Uri,
    args: readonly string[],
    cwd: string,
    token?: vscode.CancellationToken
): Promise<CommandOutcome> {
    const command = vscode.Uri.joinPath(extension, 'dist', 'cli.js').fsPath;
    return new Promise((resolve, reject) => {
        const child = execFile(
            process.execPath,
            [command, ...args],
            { cwd, env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', NO_COLOR: '1' }, maxBuffer: MAX_BYTES },
            (error, stdout, stderr) => {
                if (error && typeof error.code !== 'number' && !token?.isCancellationRequested) {
                    reject(new Error(error.message, { cause: error }));
                } else {
                    resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
                }
            }
        );
        child.stdin?.end();
        token?.onCancellationRequested(() => child.kill());
    });
}

/** The home folder of the user, where clients keep their configurations. */
export function home(): string {
    return homedir();
}
