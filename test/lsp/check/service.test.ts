import { URI } from 'langium';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CancellationTokenSource } from 'vscode-languageserver';
import type { CheckService } from '../../../server/lsp/check/service.js';
import { CheckRequestCancelled } from '../../../server/lsp/check/service.js';
import type { PolicyKnowledge } from '../../../server/lsp/check/policy-knowledge.js';
import { earlierClaims, markOf } from '../../../server/lsp/check/policy-knowledge.js';
import { SettingsService } from '../../../server/lsp/connection/settings.js';
import { SILENT } from '../../../server/lsp/connection/log.js';
import { CheckService as Service } from '../../../server/lsp/check/service.js';
import type { Server } from '../support.js';
import { IDLE_HOST, startServer } from '../support.js';
import { FakeHost, resultOf } from './fake-host.js';

const POLICY = `policy P
import "./tools.guardrail"
agent a
allow a: s.t
claim "c": never s.t
`;
const TOOLS = 'server s {\n  tool t(x: string)\n}\n';
const MAIN = 'file:///main.guardrail';
const IMPORTED = 'file:///tools.guardrail';
const NEVER = new CancellationTokenSource().token;

let server: Server;
let host: FakeHost;
let settings: SettingsService;
let checks: CheckService;
let told: string[];

beforeEach(async () => {
    server = await startServer(IDLE_HOST);
    host = new FakeHost();
    settings = new SettingsService(undefined, SILENT);
    told = [];
    checks = new Service({
        shared: server.shared,
        language: server.guardrail,
        host,
        settings,
        log: SILENT,
        tell: (message) => told.push(message)
    });
});

afterEach(() => {
    vi.useRealTimers();
    checks.dispose();
});

/** Writes the files and builds what is affected, as after a change on disk. */
async function write(files: Record<string, string>): Promise<void> {
    for (const [uri, text] of Object.entries(files)) {
        server.texts.set(uri, text);
    }
    const changed = Object.keys(files).map((uri) => URI.parse(uri));
    await server.shared.workspace.DocumentBuilder.update(changed, []);
}

const start = (): Promise<void> => write({ [MAIN]: POLICY, [IMPORTED]: TOOLS });

function until(state: PolicyKnowledge['state'] | undefined): Promise<PolicyKnowledge | undefined> {
    return new Promise((resolve) => {
        const look = (): void => {
            const known = checks.get(MAIN);
            if (known?.state === state) {
                listening.dispose();
                resolve(known);
            }
        };
        const listening = checks.onDidChange(look);
        queueMicrotask(look);
    });
}

/** Waits until the results of the first check have arrived. */
async function checked(): Promise<void> {
    await start();
    const run = await host.run(1);
    run.settle({ kind: 'done', result: resultOf(run.policy) });
    await until('done');
}

describe('a policy without errors', () => {
    test('is checked, and its results are available as they arrive', async () => {
        await start();
        expect(checks.get(MAIN)?.state).toBe('checking');
        const run = await host.run(1);
        expect([run.policy.name, run.policy.tools.map((tool) => tool.name)]).toEqual(['P', ['s.t']]);
        const result = resultOf(run.policy);
        run.listener.onClaim(result.claims[0]!);
        expect(checks.get(MAIN)).toMatchObject({ state: 'checking', claims: [{ name: 'c', verdict: 'holds' }] });
        run.settle({ kind: 'done', result });
        expect(await until('done')).toMatchObject({ result: { policy: 'P' }, claims: [{ name: 'c' }] });
    });

    test('is judged with the scopes that the nearest configuration accepts at the time of the check', async () => {
        server.texts.set('file:///guardrail.config.json', '{ "accept": ["values"] }');
        await checked();
        expect(checks.get(MAIN)?.claims.map(({ accepts }) => accepts)).toEqual([['values']]);
        server.texts.set('file:///guardrail.config.json', '{ "accept": [] }');
        await write({ [MAIN]: POLICY });
        const run = await host.run(2);
        run.settle({ kind: 'done', result: resultOf(run.policy) });
        await until('done');
        expect(checks.get(MAIN)?.claims.map(({ accepts }) => accepts)).toEqual([undefined]);
    });

    test('is checked again when an imported file changes', async () => {
        await checked();
        await write({ [IMPORTED]: TOOLS.replace('x: string', 'x: string, y: int') });
        expect((await host.run(2)).policy.tools[0]!.params.map((param) => param.name)).toEqual(['x', 'y']);
    });

    test('is not checked again if its meaning has not changed', async () => {
        await checked();
        await write({ [MAIN]: POLICY });
        await until('done');
        expect(host.runs).toHaveLength(1);
    });

    test('a change cancels the running check at once', async () => {
        await start();
        const run = await host.run(1);
        const states: (string | undefined)[] = [];
        checks.onDidChange(() => states.push(checks.get(MAIN)?.state));
        await write({ [MAIN]: `${POLICY}agent b\n` });
        expect(run.cancelled).toBe(true);
        expect(states).toEqual(['cancelled', 'checking']);
        expect((await host.run(2)).policy.agents).toHaveLength(2);
    });
});

describe('nothing is checked', () => {
    test.each([
        ['a syntax error', { [MAIN]: `${POLICY}deny deny` }],
        ['an unknown name', { [MAIN]: `${POLICY}deny s.u` }],
        ['no policy header', { [MAIN]: POLICY.replace('policy P', '') }],
        ['an error in a file that it imports', { [IMPORTED]: `${TOOLS}server z { tool }` }]
    ])('in a file with %s', async (what, files) => {
        await checked();
        await write(files);
        await until(what === 'no policy header' ? undefined : 'invalid');
        expect(host.runs).toHaveLength(1);
        expect(await checks.check(MAIN, NEVER)).toBeNull();
    });

    test('of a deleted file', async () => {
        await checked();
        server.texts.delete(MAIN);
        await server.shared.workspace.DocumentBuilder.update([], [URI.parse(MAIN)]);
        expect(checks.get(MAIN)).toBeUndefined();
    });
});

describe('earlier results', () => {
    test('are kept while new ones are computed, and marked after a second', async () => {
        await checked();
        vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
        await write({ [MAIN]: `${POLICY}agent b\n` });
        expect(checks.get(MAIN)?.earlier?.text).toBe(POLICY);
        vi.advanceTimersByTime(100);
        await host.run(2);
        expect(checks.get(MAIN)?.earlier).toBeDefined();
        expect(markOf(checks.get(MAIN)!)).toBe('');
        vi.advanceTimersByTime(1000);
        expect(checks.get(MAIN)).toMatchObject({ state: 'checking', isLong: true, earlier: { text: POLICY } });
        expect(markOf(checks.get(MAIN)!)).toBe(' (before the last change)');
    });

    test('are kept while the text has errors, and still count as earlier ones when it has none', async () => {
        await checked();
        await write({ [MAIN]: `${POLICY}deny deny` });
        expect(await until('invalid')).toMatchObject({ claims: [], earlier: { text: POLICY } });
        await write({ [MAIN]: `${POLICY}agent b\n` });
        expect(checks.get(MAIN)).toMatchObject({ state: 'checking', earlier: { text: POLICY } });
    });

    test('move with the text, except for an edited claim', async () => {
        await checked();
        const known = checks.get(MAIN)!;
        await write({ [MAIN]: `// Said.\n${POLICY}` });
        expect(earlierClaims(checks.get(MAIN)!, `// Said.\n${POLICY}`)).toMatchObject([
            { name: 'c', source: { start: { line: known.claims[0]!.source.start.line + 1 } } }
        ]);
        const edited = POLICY.replace('never s.t', 'possible s.t');
        await write({ [MAIN]: edited });
        expect(earlierClaims(checks.get(MAIN)!, edited)).toEqual([]);
    });

    test('a stopped check ends at once; a request or a change starts another', async () => {
        await checked();
        await write({ [MAIN]: `${POLICY}agent b\n` });
        const run = await host.run(2);
        checks.stop(MAIN);
        expect(run.cancelled).toBe(true);
        expect(checks.get(MAIN)).toMatchObject({ state: 'outdated', earlier: { text: POLICY } });
        const asked = checks.check(MAIN, NEVER);
        const again = await host.run(3);
        expect(again.options).toMatchObject({ retries: true });
        again.settle({ kind: 'done', result: resultOf(again.policy) });
        expect(await asked).toMatchObject({ policy: 'P' });
    });

    test('a request for the results of a stopped check is cancelled with it', async () => {
        await start();
        await host.run(1);
        const asked = checks.check(MAIN, NEVER);
        // The check waits for the settings first.
        await new Promise((resolve) => setImmediate(resolve));
        checks.stop(MAIN);
        await expect(asked).rejects.toBeInstanceOf(CheckRequestCancelled);
    });

    test('the checker receives the place of the edit', async () => {
        await checked();
        await write({ [MAIN]: POLICY.replace('claim "c"', '// Said.\nclaim "c"') });
        expect((await host.run(2)).options).toEqual({ retries: false, near: { line: 4, character: 0 } });
    });
});

describe('when the checker fails', () => {
    test('the failure is reported, and the next change is checked', async () => {
        await start();
        (await host.run(1)).settle({ kind: 'failed', message: 'no luck' });
        expect(await until('failed')).toMatchObject({ message: 'The checker failed: no luck', claims: [] });
        await write({ [MAIN]: `${POLICY}agent b\n` });
        await host.run(2);
    });

    test('a worker that dies is reported once', async () => {
        await start();
        for (const number of [1, 2]) {
            (await host.run(number)).settle({ kind: 'died', message: 'out of memory' });
            await until('failed');
            await write({ [MAIN]: `${POLICY}agent b${number}\n` });
        }
        await host.run(3);
        expect(told).toEqual([expect.stringContaining('out of memory')]);
    });
});

describe('with checks on type off', () => {
    beforeEach(() => settings.changedTo({ guardrail: { check: { onType: false } } }));

    test('a change keeps the results of the earlier text; saving updates them', async () => {
        await start();
        expect(checks.get(MAIN)).toBeUndefined();
        checks.saved(MAIN);
        const run = await host.run(1);
        run.settle({ kind: 'done', result: resultOf(run.policy) });
        await until('done');
        await write({ [MAIN]: `${POLICY}agent b\n` });
        expect(checks.get(MAIN)).toMatchObject({ state: 'outdated', claims: [], earlier: { text: POLICY } });
        expect(host.runs).toHaveLength(1);
    });

    test('a request still triggers a check', async () => {
        await start();
        const answer = checks.check(MAIN, NEVER);
        const run = await host.run(1);
        run.settle({ kind: 'done', result: resultOf(run.policy) });
        expect(await answer).toMatchObject({ policy: 'P' });
    });
});

test('limits come from the settings, and changing them starts a new check', async () => {
    await checked();
    settings.changedTo({ guardrail: { check: { maxStates: 5000 } } });
    expect((await host.run(2)).limits.maxStates).toBe(5000);
});

describe('a request', () => {
    test('gets available results', async () => {
        await checked();
        expect(await checks.check(MAIN, NEVER)).toMatchObject({ policy: 'P' });
        expect(host.runs).toHaveLength(1);
    });

    test('waits across a change for the results of the new text', async () => {
        await start();
        const answer = checks.check(MAIN, NEVER);
        await host.run(1);
        await write({ [MAIN]: POLICY.replace('policy P', 'policy Q') });
        const run = await host.run(2);
        run.settle({ kind: 'done', result: resultOf(run.policy) });
        expect(await answer).toMatchObject({ policy: 'Q' });
    });

    test('ends when it is cancelled, while the check continues', async () => {
        await start();
        const source = new CancellationTokenSource();
        const answer = checks.check(MAIN, source.token);
        const run = await host.run(1);
        source.cancel();
        await expect(answer).rejects.toThrow();
        expect(run.cancelled).toBe(false);
    });

    test('is refused with the reason if the checker fails', async () => {
        await start();
        const answer = checks.check(MAIN, NEVER);
        (await host.run(1)).settle({ kind: 'failed', message: 'no luck' });
        await expect(answer).rejects.toThrow('no luck');
    });

    test('for a file that does not exist gets null', async () => {
        expect(await checks.check('file:///nowhere.guardrail', NEVER)).toBeNull();
    });
});
