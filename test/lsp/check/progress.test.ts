/** Tests long checks from a client's point of view. */
import { expect, test } from 'vitest';
import type { Connection, InitializeParams } from 'vscode-languageserver';
import { CancellationTokenSource, Emitter } from 'vscode-languageserver';
import type { PolicyKnowledge } from '../../../server/lsp/check/policy-knowledge.js';
import { reportProgress } from '../../../server/lsp/check/progress.js';
import type { CheckService } from '../../../server/lsp/check/service.js';
import { SILENT } from '../../../server/lsp/connection/log.js';
import { IDLE_HOST, startServer } from '../support.js';

const URI = 'file:///p.guardrail';

/** The notifications about the checks of one policy, for a client that shows progress or does not. */
class Case {
    readonly told: string[] = [];
    readonly stopped: string[] = [];
    /** Lets the author cancel the displayed progress. */
    readonly cancel = new CancellationTokenSource();
    private readonly changed = new Emitter<string>();
    private known: PolicyKnowledge | undefined;

    static async of(workDoneProgress: boolean): Promise<Case> {
        const made = new Case();
        const { shared } = await startServer(IDLE_HOST);
        reportProgress(made.connection, shared, made.checks, SILENT);
        const params: InitializeParams = {
            processId: null,
            rootUri: null,
            capabilities: { window: { workDoneProgress } }
        };
        await shared.lsp.LanguageServer.initialize(params);
        return made;
    }

    async becomes(known: Partial<PolicyKnowledge>): Promise<void> {
        this.known = { uri: URI, version: 1, state: 'checking', text: '', claims: [], ...known };
        this.changed.fire(URI);
        await new Promise((resolve) => setImmediate(resolve));
    }

    private get checks(): CheckService {
        return {
            onDidChange: this.changed.event,
            get: () => this.known,
            stop: (uri: string) => this.stopped.push(uri)
        } as unknown as CheckService;
    }

    private get connection(): Connection {
        const reporter = {
            begin: (title: string, _percentage: undefined, message: string, cancellable: boolean) =>
                this.told.push(`${title}: ${message}${cancellable ? ', can be stopped' : ''}`),
            report: (message: string) => this.told.push(message),
            done: () => this.told.push('done'),
            token: this.cancel.token
        };
        return { window: { createWorkDoneProgress: () => Promise.resolve(reporter) } } as unknown as Connection;
    }
}

test('only a long check is shown, until it is done', async () => {
    const client = await Case.of(true);
    await client.becomes({});
    await client.becomes({ state: 'done' });
    expect(client.told).toEqual([]);
    await client.becomes({ isLong: true });
    await client.becomes({ isLong: true, progress: { claim: 'mail stays', states: 12000 } });
    await client.becomes({ state: 'done' });
    expect(client.told).toEqual([
        'Guardrail: checking: 0 claims decided, can be stopped',
        '0 claims decided; mail stays: 12,000 states',
        'done'
    ]);
});

test('a change ends the progress of the previous check', async () => {
    const client = await Case.of(true);
    await client.becomes({ isLong: true });
    await client.becomes({ state: 'cancelled', isLong: true });
    expect(client.told.at(-1)).toBe('done');
});

test('the author can stop it', async () => {
    const client = await Case.of(true);
    await client.becomes({ isLong: true });
    client.cancel.cancel();
    expect(client.stopped).toEqual([URI]);
});

test('a client without progress support is not asked to show any', async () => {
    const client = await Case.of(false);
    await client.becomes({ isLong: true });
    expect(client.told).toEqual([]);
});
