/** Asks the gateways of the user again and again which calls and changed policies wait. */
import * as vscode from 'vscode';
import type * as gateways from '../../server/enforcement/waiting-calls.js';
import type { ChangedPolicy, WaitingCall } from '../../server/enforcement/waiting-calls.js';

export type { ChangedPolicy, WaitingCall };

/** What waits for the user. */
export type Waiting = WaitingCall | ChangedPolicy;

export function isChange(waiting: Waiting): waiting is ChangedPolicy {
    return 'difference' in waiting;
}

/** A person notices no shorter delay, and a question to a gateway on the same machine costs less than a millisecond. */
const PERIOD_MS = 1000;

export class WaitingCalls implements vscode.Disposable {
    private readonly changed = new vscode.EventEmitter<void>();
    readonly onDidChange = this.changed.event;
    private waiting: readonly Waiting[] = [];
    private timer: ReturnType<typeof setTimeout> | undefined;
    private isDisposed = false;
    private reported: string | undefined;
    /** The number of gateways that run. */
    gateways = 0;

    constructor(private readonly log: vscode.LogOutputChannel) {}

    /** Changed policies first, then calls, oldest first. */
    all(): readonly Waiting[] {
        return this.waiting;
    }

    get(name: string): Waiting | undefined {
        return this.waiting.find((one) => one.name === name);
    }

    start(): void {
        this.timer = setTimeout(() => void this.look().finally(() => !this.isDisposed && this.start()), PERIOD_MS);
    }

    /** Resolves to the reason why the answer does not count. */
    answer(call: WaitingCall, answer: 'approve' | 'refuse', valid?: string): Promise<string | undefined> {
        return this.send(({ answerCall }) => answerCall(call, answer, undefined, valid));
    }

    /** Resolves to the reason why the changed policy is not enforced. */
    confirm(change: ChangedPolicy): Promise<string | undefined> {
        return this.send(({ confirmChange }) => confirmChange(change));
    }

    dispose(): void {
        this.isDisposed = true;
        clearTimeout(this.timer);
        this.changed.dispose();
    }

    private async send(answer: (to: typeof gateways) => Promise<void>): Promise<string | undefined> {
        try {
            await answer(await sockets());
            return undefined;
        } catch (error) {
            return messageOf(error);
        } finally {
            await this.look();
        }
    }

    private async look(): Promise<void> {
        try {
            const { waitingCalls } = await sockets();
            const { waiting: calls, changes, gateways, problems } = await waitingCalls();
            this.report(problems.join('\n'));
            // A row of the view is identified by its object, so what still waits keeps its own.
            const waiting = [...firstOfEach(changes), ...calls].map((one) => this.kept(one) ?? one);
            const isSame = waiting.length === this.waiting.length && waiting.every((one, i) => one === this.waiting[i]);
            if (!this.isDisposed && (!isSame || gateways !== this.gateways)) {
                this.waiting = waiting;
                this.gateways = gateways;
                this.changed.fire();
            }
        } catch (error) {
            this.report(messageOf(error));
        }
    }

    /** The same text can mean another change, after another one was confirmed. */
    private kept(one: Waiting): Waiting | undefined {
        const old = this.get(one.name);
        return old && isChange(old) && JSON.stringify(old) !== JSON.stringify(one) ? undefined : old;
    }

    private report(problem: string): void {
        if (problem !== this.reported && problem !== '') {
            this.log.warn(problem);
        }
        this.reported = problem;
    }
}

/** Gateways that enforce different policies differ in what one text changes. A person reads one after the other. */
function firstOfEach(changes: readonly ChangedPolicy[]): ChangedPolicy[] {
    return changes.filter(({ name }, i) => changes.findIndex((one) => one.name === name) === i);
}

function messageOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}

/** Loaded when it is first used: a browser has no sockets. */
function sockets(): Promise<typeof gateways> {
    return import('../../server/enforcement/waiting-calls.js');
}
