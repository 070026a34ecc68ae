/**
 * Tests the requests beyond the Language Server Protocol: each is answered for a policy, for other files, and for
 * invalid input.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as protocol from '../../../server/lsp/protocol.js';
import type {
    BreakpointPlace,
    ConditionValue,
    KeptScenario,
    KeptSession,
    PackSource,
    PackUse,
    PlayedSession,
    PolicyDiagram,
    PolicyResult,
    PolicyTests,
    ReadSession,
    RecordedSession,
    SessionAgain,
    SessionLines,
    SessionReasons
} from '../../../server/lsp/protocol.js';
import type { RepairResult } from '../../../server/repair/result.js';
import { Project } from './project.js';

const NAME = 'mail leaves only through a person';
const READ = 'assistant calls mail.read(folder: "inbox")';
/** The server sends these to its client if it cannot read files itself: in browsers. */
const OF_THE_CLIENT: readonly string[] = [
    protocol.readFileRequest,
    protocol.fileStatRequest,
    protocol.readDirectoryRequest
];

let project: Project;
let uri: string;

beforeAll(async () => {
    project = new Project({ 'words.txt': 'no policy' }, 'mail-assistant');
    project.client.settings = { check: { onType: false } };
    await project.initialize();
    uri = project.uri('first-try.guardrail');
});
afterAll(() => project.dispose());

/** For each request, its input for the policy, and the expected answer. */
const OF_A_POLICY: { readonly [method: string]: () => Promise<void> } = {
    [protocol.checkRequest]: async () => {
        const { policy, claims } = await checked();
        expect(policy).toBe('MailAssistant');
        expect(claims.map(({ verdict }) => verdict)).toEqual(['violated', 'witnessed']);
    },
    [protocol.testsRequest]: async () => {
        const all = await project.request<PolicyTests[]>(protocol.testsRequest, {});
        expect(all.find((each) => each.uri === uri)?.tests).toMatchObject([
            { kind: 'claim', name: NAME },
            { kind: 'claim', name: 'it can still answer mail' }
        ]);
    },
    [protocol.playRequest]: async () => {
        const lines = [READ, 'assistant calls web.post(url: "https://x.example/", body: "text")'];
        const played = await project.request<PlayedSession>(protocol.playRequest, { uri, lines, offers: true });
        expect(played.steps.map(({ decision }) => decision)).toEqual(['allowed', 'held']);
        expect(played.offers?.acts.map(({ kind }) => kind)).toContain('approve');
    },
    [protocol.evaluateRequest]: async () => {
        const ask = (lines: readonly string[]): Promise<ConditionValue> =>
            project.request(protocol.evaluateRequest, { uri, lines, condition: 'once mail.read' });
        expect(await ask([])).toEqual({ value: 'false' });
        expect(await ask([READ])).toEqual({ value: 'true' });
    },
    [protocol.sessionLinesRequest]: async () => {
        const params = { uri, kind: 'claim', name: NAME };
        const { lines, summary } = await project.request<SessionLines>(protocol.sessionLinesRequest, params);
        expect(lines).toHaveLength(2);
        expect(summary).toMatch(/\.$/);
        // The lines can be played unchanged.
        const played = await project.request<PlayedSession>(protocol.playRequest, {
            uri,
            lines: lines.map(({ line }) => line)
        });
        expect(played.problem).toBeUndefined();
    },
    [protocol.breakpointPlacesRequest]: async () => {
        const places = await project.request<BreakpointPlace[]>(protocol.breakpointPlacesRequest, { uri });
        // These are the places of the `allow` and of the `require`.
        expect(places).toEqual([
            { first: 17, last: 17 },
            { first: 18, last: 18 }
        ]);
    },
    [protocol.keepScenarioRequest]: async () => {
        const params = { uri, lines: [READ], name: 'kept' };
        const { text } = await project.request<KeptScenario>(protocol.keepScenarioRequest, params);
        expect(text).toContain('scenario "kept"');
        expect(text).toContain(`${READ} -> allowed`);
    },
    [protocol.writeSessionRequest]: async () => {
        const text = await written();
        expect((JSON.parse(text) as { states: unknown[] }).states).toHaveLength(3);
    },
    [protocol.readSessionRequest]: async () => {
        const target = project.uri('kept.itf.json');
        const params = { text: await written(), uri: target };
        expect(await project.request<ReadSession>(protocol.readSessionRequest, params)).toEqual({
            session: await recorded()
        });
    },
    [protocol.decideAgainRequest]: async () => {
        const { trace } = await recorded();
        const again = await project.request<SessionAgain>(protocol.decideAgainRequest, { uri, trace });
        expect(again.steps.map(({ differs }) => differs)).toEqual([false, false]);
    },
    [protocol.reasonsRequest]: async () => {
        const { trace } = await recorded();
        const { steps, claim } = await project.request<SessionReasons>(protocol.reasonsRequest, {
            uri,
            trace,
            claim: NAME
        });
        expect(steps.map((step) => step?.others.length)).toEqual([1, 1]);
        expect(claim?.map(({ text, truth }) => `${text} is ${truth}`)).toEqual([
            'once mail.read is true',
            'approved by reviewer is false'
        ]);
    },
    [protocol.repairsRequest]: async () => {
        const { repairs } = await project.request<RepairResult>(protocol.repairsRequest, { uri, claim: NAME });
        expect(repairs[0]!.edits.length).toBeGreaterThan(0);
        expect(repairs.map(({ verdict }) => verdict)).toEqual(repairs.map(() => 'holds'));
    },
    [protocol.keepSessionRequest]: async () => {
        const { trace } = await recorded();
        const kept = await project.request<KeptSession>(protocol.keepSessionRequest, { uri, trace, title: NAME });
        expect(kept.name).toContain(NAME);
        expect(kept.edit.text).toContain(READ.slice(0, READ.indexOf('(')));
    },
    [protocol.diagramRequest]: async () => {
        const picture = await project.request<PolicyDiagram>(protocol.diagramRequest, { uri });
        expect(picture.policy).toBe('MailAssistant');
    },
    [protocol.packsRequest]: async () => {
        const sources = await project.request<PackSource[]>(protocol.packsRequest, {});
        expect(sources.map(({ path }) => path)).toContain('guardrail/std');
    },
    [protocol.usePackRequest]: async () => {
        const pack = { uri, path: 'guardrail/std', name: 'LethalTrifecta' };
        const use = await project.request<PackUse>(protocol.usePackRequest, pack);
        expect(use.import?.text).toContain('import { LethalTrifecta } from "guardrail/std"');
        expect(use.use.snippet).toContain('use LethalTrifecta(');
    }
};

const asked: string[] = Object.entries(protocol).flatMap(([name, value]) =>
    name.endsWith('Request') && typeof value === 'string' && !OF_THE_CLIENT.includes(value) ? [value] : []
);

test('every request is tested here', () => {
    expect(Object.keys(OF_A_POLICY).sort()).toEqual(asked.sort());
});

describe('for a policy', () => {
    test.each(asked)('%s', (method) => OF_A_POLICY[method]!());
});

describe('for other files and invalid input the answer is valid, and the next request is answered', () => {
    const wrong: readonly unknown[] = [{}, null, { uri: 5 }, { uri: '' }];
    test.each(asked)('%s', async (method) => {
        const files = ['gone.guardrail', 'words.txt', 'tools/mail.guardrail'].map((path) => ({
            uri: project.uri(path)
        }));
        for (const params of [...files, ...wrong]) {
            await project.request(method, params).catch(({ code, message }: { code: number; message: string }) => {
                // As everywhere in the protocol, the file disappeared before the answer was ready, or the request
                // failed.
                expect([-32802, -32803, -32602], message).toContain(code);
                expect(message).not.toMatch(/\n|at \w+ \(/);
            });
        }
        await OF_A_POLICY[protocol.evaluateRequest]!();
        expect(project.client.shown).toEqual([]);
    });
});

function checked(): Promise<PolicyResult> {
    return project.request(protocol.checkRequest, { uri });
}

/** The session that breaks the first claim, as the session view stores it. */
async function recorded(): Promise<RecordedSession> {
    const [claim] = (await checked()).claims;
    return {
        subject: { uri, kind: 'claim', name: NAME },
        policy: 'MailAssistant',
        word: 'violated',
        tone: 'bad',
        title: NAME,
        source: claim!.source,
        summary: claim!.trace!.summary,
        trace: claim!.trace!
    };
}

async function written(): Promise<string> {
    const params = { session: await recorded(), target: project.uri('kept.itf.json') };
    return project.request(protocol.writeSessionRequest, params);
}
