/**
 * Tests the requests about sessions: saved in files, decided again, saved as scenarios; and the drawing of a policy.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type {
    KeptSession,
    PolicyDiagram,
    PolicyResult,
    ReadSession,
    RecordedSession,
    SessionAgain,
    Trace
} from '../../../server/lsp/protocol.js';
import {
    checkRequest,
    decideAgainRequest,
    keepSessionRequest,
    diagramRequest,
    readSessionRequest,
    writeSessionRequest
} from '../../../server/lsp/protocol.js';
import { TestClient } from '../client.js';

const EXAMPLE = new URL('../../../examples/mail-assistant/', import.meta.url);
const uri = new URL('first-try.guardrail', EXAMPLE).href;
const text = readFileSync(fileURLToPath(uri), 'utf8');

let client: TestClient;
let trace: Trace;
let session: RecordedSession;
let version = 1;

const ask = <R>(method: string, params: object): Promise<R> => client.connection.sendRequest<R>(method, params);

async function edit(changed: string): Promise<void> {
    await client.connection.sendNotification('textDocument/didChange', {
        textDocument: { uri, version: ++version },
        contentChanges: [{ text: changed }]
    });
}

beforeAll(async () => {
    client = TestClient.start();
    await client.initialize(pathToFileURL(fileURLToPath(EXAMPLE)).href);
    await client.connection.sendNotification('textDocument/didOpen', {
        textDocument: { uri, languageId: 'guardrail', version, text }
    });
    const result = await ask<PolicyResult>(checkRequest, { uri });
    const [claim] = result.claims;
    trace = claim!.trace!;
    session = {
        subject: { uri, kind: 'claim', name: claim!.name },
        policy: result.policy,
        word: claim!.verdict,
        tone: 'bad',
        title: claim!.name,
        text: claim!.text,
        source: claim!.source,
        summary: trace.summary,
        trace
    };
}, 60_000);
afterAll(() => client.kill());

describe('a session in a file', () => {
    const target = new URL('kept/one.itf.json', EXAMPLE).href;

    test('is read back unchanged, with places relative to the file', async () => {
        const written = await ask<string>(writeSessionRequest, { session, target });
        expect(written).not.toContain(fileURLToPath(EXAMPLE));
        expect(written).toContain('"../first-try.guardrail"');
        expect(await ask<ReadSession>(readSessionRequest, { text: written, uri: target })).toEqual({ session });
        const moved = await ask<ReadSession>(readSessionRequest, {
            text: written,
            uri: 'file:///elsewhere/kept/one.itf.json'
        });
        expect(moved).toMatchObject({ session: { subject: { uri: 'file:///elsewhere/first-try.guardrail' } } });
    });

    test('a URI in the arguments of a call stays unchanged', async () => {
        const [first, ...rest] = trace.steps;
        const steps = [{ ...first!, args: { uri: 'file:///x/y', start: { line: 1 } } }, ...rest];
        const changed = { ...session, trace: { ...trace, steps } };
        const written = await ask<string>(writeSessionRequest, { session: changed, target });
        expect(await ask<ReadSession>(readSessionRequest, { text: written, uri: target })).toEqual({
            session: changed
        });
    });

    test('a trace of another program is shown from its states', async () => {
        const states = [
            { '#meta': { index: 0 }, x: { '#bigint': '1' } },
            { '#meta': { index: 1 }, x: { '#bigint': '2' }, 'mbt::actionTaken': 'Step' }
        ];
        const read = await ask<ReadSession>(readSessionRequest, {
            text: JSON.stringify({ vars: ['x'], states }),
            uri: target
        });
        expect(read).toMatchObject({
            session: {
                policy: '',
                word: 'recorded',
                title: 'one.itf.json',
                trace: {
                    steps: [{ text: 'Step', kind: 'event' }],
                    facts: [['x = "1"'], ['x = "2"', 'mbt::actionTaken = "Step"']]
                }
            }
        });
    });

    test.each([
        ['no JSON', '{', /^The file is not valid JSON: /],
        ['no object', '[]', /^The file is not a JSON object/],
        ['no states', '{"states": []}', /^The file has no list of states/],
        [
            'a damaged step',
            JSON.stringify({
                '#meta': { guardrail: { version: 1 } },
                states: [{}, { '#meta': { step: { text: 'x' } } }]
            }),
            /^Step 1 of the file is damaged/
        ],
        ['no subject', JSON.stringify({ '#meta': { guardrail: { version: 1 } }, states: [{}] }), /does not say which/],
        ['a later version', JSON.stringify({ '#meta': { guardrail: { version: 9 } }, states: [{}] }), /newer Guardrail/]
    ])('%s is reported in a sentence', async (_name, broken, problem) => {
        const read = await ask<ReadSession>(readSessionRequest, { text: broken, uri: target });
        expect('problem' in read && read.problem).toMatch(problem);
    });
});

describe('under the policy in the editor', () => {
    test('a session is decided again, but not while the policy has errors', async () => {
        const again = (): Promise<SessionAgain | null> => ask(decideAgainRequest, { uri, trace });
        expect((await again())?.steps.map(({ differs }) => differs)).toEqual([false, false]);
        await edit(text.replace('for web.post', 'for external tools when carries private'));
        expect((await again())?.steps.map(({ step, differs }) => [step?.decision, differs])).toEqual([
            ['allowed', false],
            ['held', true]
        ]);
        await edit(text.replace('human reviewer', 'human'));
        expect(await again()).toBeNull();
        await edit(text);
        expect((await again())?.steps.map(({ differs }) => differs)).toEqual([false, false]);
    });

    test('a session becomes a scenario', async () => {
        const kept = await ask<KeptSession>(keepSessionRequest, { uri, trace, title: session.title });
        expect(kept.name).toBe('against: mail leaves only through a person');
        expect(kept.edit.text).toContain('assistant calls web.fetch(url: "https://evil.example/") -> allowed');
        const other = { uri: new URL('nowhere.guardrail', EXAMPLE).href, trace, title: 'x' };
        expect(await ask(keepSessionRequest, other)).toBeNull();
    });

    test('its flows are drawn', async () => {
        const picture = await ask<PolicyDiagram>(diagramRequest, { uri });
        expect(picture.policy).toBe('MailAssistant');
        const flows = picture.flows.flows.map(({ label, tool, kind }) => `${label} to ${tool}: ${kind}`);
        expect(flows).toContain('private to web.fetch: free');
        expect(flows).toContain('private to web.post: person');
    });
});
