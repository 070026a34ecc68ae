/** Asks a client to fetch something again, but not once for each of many changes in a row. */
import type { Disposable } from 'vscode-languageserver';
import { type Log, messageOf } from './log.js';

/** The minimum time between two requests to a client. */
const EVERY_MS = 200;

export class Refresher implements Disposable {
    private timer: ReturnType<typeof setTimeout> | undefined;

    /**
     * @param send tells the client to fetch the data again; it may skip the request if nothing is new
     * @param what a name for the log in case the request fails
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
