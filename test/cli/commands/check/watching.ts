/** Runs `guardrail check --watch`, which ends only when told to. */
import { type ChildProcess, spawn } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { CLI } from '../../guardrail.js';

export class WatchingCommand {
    private text = '';
    private onText = (): void => undefined;
    private readonly child: ChildProcess;
    private readonly ended: Promise<number | null>;

    constructor(args: readonly string[], cwd: string, node: readonly string[] = []) {
        this.child = spawn(process.execPath, [...node, CLI, 'check', '--watch', ...args], {
            cwd,
            env: { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8' },
            stdio: ['ignore', 'pipe', 'pipe']
        });
        for (const stream of [this.child.stdout!, this.child.stderr!]) {
            stream.on('data', (data) => {
                this.text += String(data);
                this.onText();
            });
        }
        this.ended = new Promise((resolve) => this.child.on('close', resolve));
        onTestFinished(() => void this.child.kill('SIGKILL'));
    }

    /** The output from here on, until the command waits for a change, or prints this text. */
    async until(end: RegExp = /^Watching .*$/m): Promise<string> {
        let match;
        while (!(match = end.exec(this.text))) {
            await new Promise<void>((resolve) => (this.onText = resolve));
        }
        const at = match.index + match[0].length;
        const text = this.text.slice(0, at);
        this.text = this.text.slice(at);
        return text;
    }

    /** Interrupts the command, and returns its exit code. */
    interrupt(): Promise<number | null> {
        this.child.kill('SIGINT');
        return this.ended;
    }
}
