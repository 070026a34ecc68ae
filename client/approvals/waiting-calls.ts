/** Asks the gateways of the user again and again which calls wait. */
import * as vscode from 'vscode';
import type * as gateways from '../../server/enforcement/waiting-calls.js';
import type { WaitingCall } from '../../server/enforcement/waiting-calls.js';

export type { WaitingCall };

/** A person notices no shorter delay, and a question to a gateway on the same machine costs less than a millisecond. */
const PERIOD_MS = 1000;

export class WaitingCalls implements vscode.Disposable {
    private readonly changed = new vscode.EventEmitter<void>();
    readonly onDidChange = this.changed.event;
    private calls: readonly WaitingCall[] = [];
    private timer: ReturnType<typeof setTimeout> | undefined;
    private isDisposed = false;
    private reported: string | undefined;
    /** The number of gateways that run. */
    gateways = 0;

    constructor(private readonly log: vscode.LogOutputChannel) {}

    /** Oldest first. */
    all(): readonly WaitingCall[] {
        return this.calls;
    }

    get(name: string): WaitingCall | undefined {
        return this.calls.find((call) => call.name === name);
    }

    start(): void {
        this.timer = setTimeout(() => void this.look().finally(() => !this.isDisposed && this.start()), PERIOD_MS);
    }

    /** Resolves to the reason why the answer does not count. */
    async answer(call: WaitingCall, answer: 'approve' | 'refuse', valid?: string): Promise<string | undefined> {
        try {
            const { answerCall } = await sockets();
            await answerCall(call, answer, undefined, valid);
            await this.look();
            return undefined;
        } catch (error) {
            return messageOf(error);
        }
    }

    dispose(): void {
        this.isDisposed = true;
        clearTimeout(this.timer);
        this.changed.dispose();
    }

    private async look(): Promise<void> {
        try {
            const { waitingCalls } = await sockets();
            const { waiting, gateways, problems } = await waitingCalls();
            this.report(problems.join('\n'));
            // A row of the view is identified by its object, so a call that still waits keeps its own.
            const calls = waiting.map((call) => this.get(call.name) ?? call);
            const isSame = calls.length === this.calls.length && calls.every((call, i) => call === this.calls[i]);
            if (!this.isDisposed && (!isSame || gateways !== this.gateways)) {
                this.calls = calls;
                this.gateways = gateways;
                this.changed.fire();
            }
        } catch (error) {
            this.report(messageOf(error));
        }
    }

    private report(problem: string): void {
        if (problem !== this.reported && problem !== '') {
            this.log.warn(problem);
        }
        this.reported = problem;
    }
}

function messageOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}

/** Loaded when it is first used: a browser has no sockets. */
function sockets(): Promise<typeof gateways> {
    return import('../../server/enforcement/waiting-calls.js');
}
