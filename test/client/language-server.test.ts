/**
 * Tests the server's life cycle with slow steps: its client is loaded after the activation, and a window may close in
 * the meantime.
 */
import { beforeEach, expect, test, vi } from 'vitest';
import type { LogOutputChannel } from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';
import type { ClientOwner } from '../../client/language-client.js';
import { LanguageServer } from '../../client/language-server.js';
import { eventually } from '../support/eventually.js';

const shown: string[] = [];
vi.mock('vscode', () => ({
    EventEmitter: class {
        private readonly listeners: ((value: unknown) => void)[] = [];
        readonly event = (listener: (value: unknown) => void): void => void this.listeners.push(listener);
        fire(value: unknown): void {
            this.listeners.forEach((listener) => listener(value));
        }
    },
    l10n: { t: (text: string) => text },
    window: {
        showErrorMessage: (text: string) => {
            shown.push(text);
            return Promise.resolve(undefined);
        }
    }
}));

const log = { error: () => undefined, warn: () => undefined } as unknown as LogOutputChannel;

/** Records the order of the requests to it. */
class Client {
    readonly asked: string[] = [];
    private state = 'initial';
    /** Completes the start. */
    started: () => void = () => undefined;

    start(): Promise<void> {
        this.asked.push('start');
        this.state = 'starting';
        return new Promise((resolve) => {
            this.started = () => {
                this.state = 'running';
                resolve();
            };
        });
    }

    needsStop(): boolean {
        return this.state !== 'initial';
    }

    /** Like the library's client, refuses to stop while the server starts. */
    stop(): Promise<void> {
        this.asked.push(`stop while ${this.state}`);
        return this.state === 'running' ? Promise.resolve() : Promise.reject(new Error(this.state));
    }

    sendRequest(method: string): Promise<string> {
        this.asked.push(method);
        return Promise.resolve(`answer to ${method}`);
    }
}

let client: Client;
let loads: { readonly resolve: () => void; readonly reject: (error: Error) => void }[];
let server: LanguageServer;
let stops: number;

beforeEach(() => {
    shown.length = 0;
    client = new Client();
    loads = [];
    stops = 0;
    const load = (_owner: ClientOwner): Promise<BaseLanguageClient> =>
        new Promise((resolve, reject) => {
            loads.push({ resolve: () => resolve(client as unknown as BaseLanguageClient), reject });
        });
    server = new LanguageServer(load, log);
    server.onDidStop(() => stops++);
});

test('a request before the client is loaded waits for it, and it is loaded once', async () => {
    const answer = server.request('early', {});
    void server.start();
    expect(loads).toHaveLength(1);
    loads[0]!.resolve();
    expect(await answer).toBe('answer to early');
    expect(client.asked.sort()).toEqual(['early', 'start']);
});

test('a client that cannot be loaded is reported once, and loaded again by a restart', async () => {
    const answer = server.request('early', {});
    const start = server.start();
    loads[0]!.reject(new Error('no such file'));
    await expect(answer).rejects.toThrow('no such file');
    await start;
    expect(shown).toEqual(['The Guardrail language server did not start, so policies are only highlighted.']);
    expect(stops).toBe(1);

    const restart = server.restart();
    await eventually(() => expect(loads).toHaveLength(2));
    loads[1]!.resolve();
    await eventually(() => expect(client.asked).toEqual(['start']));
    client.started();
    await restart;
    expect(shown).toHaveLength(1);
});

test('a window that closes while the client is loaded starts no server, and reports nothing', async () => {
    const answer = server.request('early', {});
    const start = server.start();
    const left = server.leave();
    loads[0]!.resolve();
    await expect(answer).rejects.toThrow();
    await Promise.all([start, left]);
    expect(client.asked).toEqual([]);
    expect(shown).toEqual([]);
});

test('a window that closes while the server starts stops it once it has started', async () => {
    const start = server.start();
    loads[0]!.resolve();
    await eventually(() => expect(client.asked).toEqual(['start']));
    const left = server.leave();
    client.started();
    await Promise.all([start, left]);
    expect(client.asked).toEqual(['start', 'stop while running']);
});
