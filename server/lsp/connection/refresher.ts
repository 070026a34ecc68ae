/** Tells a client to fetch something again, but not for each of many changes in a row. */
import type { Disposable } from 'vscode-languageserver';
import { type Log, messageOf } from './log.js';

/** The minimum time between two requests to a client. */
const EVERY_MS = 200;

export class Refresher implements Disposable {
    private timer: ReturnType<typeof setTimeout> | undefined;

    /**
     * `send` tells the client to refetch `what`, a name for the log in case it fails; it may skip the request if
     * nothing is new.
     */
    constructor(
        private readonly what: string,
        private readonly send: () => Promise<unknown> | undefined,
        private readonly log: Log
    ) {}

    soon(): void {
        this.timer ??= setTimeout(() => this.now(), EVERY_MS);
    }

    now(): void {
        this.dispose();
        this.send()?.catch((error: unknown) =>
            this.log.warn(`The client did not refresh its ${this.what}: ${messageOf(error)}`)
        );
    }

    dispose(): void {
        clearTimeout(this.timer);
        this.timer = undefined;
    }
}
