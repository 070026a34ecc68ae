/** Tests sessions that are played by hand: the model decides, and the language reports what is wrong with a step. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { PolicyFile } from '../../language/generated/ast.js';
import { lower } from '../../language/lower/index.js';
import { runScenario } from '../../server/checker/scenarios/scenarios.js';
import type { SessionOrder, SessionTexts } from '../../server/simulator/session.js';
import type { KeptScenario, PlayedSession } from '../../server/simulator/session.js';
import { SessionPlayer } from '../../server/simulator/player.js';
import type { Opened } from '../lsp/support.js';
import { open } from '../lsp/support.js';

const POLICY = `policy P
import "./tools.guardrail"
agent bot
agent helper
human boss
event incident(level: "low" | "high")
allow bot: mail.read, mail.send, job.start
deny mail.send when to == "evil@x.example" because "known to be evil"
require approval by boss for mail.send when carries private valid 10m timeout 1h
claim "c": never mail.send after mail.read unless approved by boss
scenario "old":
  bot calls mail.read(folder: "inbox") -> allowed
`;
const TOOLS = `server mail {
  tool read(folder: "inbox" | "archive") reads private
  tool send(to: string, body: string)
}
server job { tool start() }
label private
`;
const READ = 'bot calls mail.read(folder: "inbox")';
const SEND = 'bot calls mail.send(to: "a@x.example", body: "x")';

let server: Opened;
let player: SessionPlayer;
let texts: SessionTexts;

beforeAll(async () => {
    server = await open({ 'main.guardrail': POLICY, 'tools.guardrail': TOOLS });
    texts = { text: POLICY, files: [[server.uri('tools.guardrail'), TOOLS]] };
    player = new SessionPlayer(server.shared.workspace.FileSystemProvider);
});

const run = async <A>(order: Pick<SessionOrder, 'kind'> & { readonly params: object }): Promise<A> => {
    const params = { uri: server.uri('main.guardrail'), ...order.params };
    return (await player.run({ ...order, ...texts, params } as SessionOrder)) as A;
};
const playWithOffers = (lines: readonly string[]): Promise<PlayedSession> =>
    run({ kind: 'play', params: { lines, offers: true } });
const play = (...lines: string[]): Promise<PlayedSession> => run({ kind: 'play', params: { lines } });
const decisions = ({ steps }: PlayedSession): unknown[] => steps.map(({ decision }) => decision);
const group = (session: PlayedSession, name: string): unknown =>
    Object.fromEntries(
        (session.steps.at(-1)?.state ?? session.start).groups
            .find((each) => each.name === name)!
            .entries.map((entry) => [entry.name, entry.value])
    );

describe('a session', () => {
    test('is decided step by step, regardless of written decisions', async () => {
        const session = await play(READ, SEND, 'boss approves mail.send', SEND);
        expect(session.problem).toBeUndefined();
        expect(decisions(session)).toEqual(['allowed', 'held', undefined, 'allowed']);
        expect(session.trace.steps.map(({ kind }) => kind)).toEqual(['call', 'call', 'approve', 'release']);
        expect(session.steps.map(({ traced }) => traced)).toEqual([1, 2, 3, 4]);
    });

    test('that is empty has the initial state', async () => {
        const session = await play();
        expect(session).toMatchObject({ policy: 'P', steps: [] });
        expect(group(session, 'Labels')).toEqual({ bot: 'none', helper: 'none' });
    });

    test('names the rule that decided, and the reason', async () => {
        const { steps } = await play('bot calls mail.send(to: "evil@x.example", body: "x")');
        expect(steps[0]).toMatchObject({ decision: 'denied', rules: [{ because: 'known to be evil' }] });
    });

    test('denies calls that do not fit the inventory', async () => {
        const { steps } = await play('bot calls mail.read(folder: "outbox")');
        expect(steps[0]).toMatchObject({ decision: 'denied', rules: [], message: expect.stringContaining('folder') });
    });

    test('has time: an approval ends, a hold lapses', async () => {
        const approved = [READ, SEND, 'boss approves mail.send'];
        expect(decisions(await play(...approved, 'wait 10m', SEND)).at(-1)).toBe('allowed');
        expect(decisions(await play(...approved, 'wait 601s', SEND)).at(-1)).toBe('held');
        const held = await play(READ, SEND, 'wait 30m');
        expect(group(held, 'Held calls')).toEqual({
            'bot: mail.send(to: "a@x.example", body: "x")':
                'held for 30 minutes; asks boss (line 9); lapses in 30 minutes'
        });
        expect(group(await play(READ, SEND, 'wait 61m'), 'Held calls')).toEqual({});
    });

    test('has calls that keep running until they end', async () => {
        const running = await play('bot calls job.start() runs');
        expect(group(running, 'Running calls')).toEqual({ 'bot: job.start()': 'for 0 seconds' });
        expect(group(await play('bot calls job.start() runs', 'job.start fails'), 'Running calls')).toEqual({});
    });

    test('is played in an unsaved policy, whose name has no extension', async () => {
        const order = { text: `${POLICY.replace(/^import.*\n/m, '')}${TOOLS}`, files: [] };
        const params = { uri: 'untitled:Untitled-1', lines: [READ, SEND] };
        const session = (await player.run({ kind: 'play', ...order, params })) as PlayedSession;
        expect(session.problem).toBeUndefined();
        expect(decisions(session)).toEqual(['allowed', 'held']);
    });

    test('shows what each agent carries', async () => {
        expect(group(await play(READ), 'Labels')).toEqual({ bot: 'private', helper: 'none' });
    });
});

describe('a line that is not a step', () => {
    test.each([
        ['bot calls mail.reed(folder: "inbox")', /reed/],
        ['bot calls mail.read(folder: ', /./],
        ['deny mail.read', /./],
        ['bot calls mail.read(folder: "inbox") -> held', /./],
        [`${READ}\n  boss approves mail.send`, /One step is one line/],
        [`${READ} // hidden`, /without a comment/],
        ['boss approves mail.send', /no call of mail\.send is held/i],
        ['job.start ends', /No call of job\.start is running/]
    ])('%s: reports what is wrong with it, and keeps the earlier ones', async (line, message) => {
        const session = await play(READ, line);
        expect(session.problem?.line).toBe(1);
        expect(session.problem?.message).toMatch(message);
        expect(decisions(session)).toEqual(['allowed']);
    });

    test('slashes in a text are not a comment', async () => {
        expect((await play('bot calls mail.send(to: "https://x", body: "/* x")')).problem).toBeUndefined();
    });
});

describe('the possible next steps', () => {
    test('include the relevant clock times that are still ahead', async () => {
        const text = `policy P
timezone "UTC"
server s { tool x() }
agent a
allow a: s.x when time in 09:00..17:00 and date in 2026-03-01..2026-04-01
`;
        const playTimed = async (...lines: string[]): Promise<PlayedSession> => {
            const params = { uri: 'untitled:timed', lines, offers: true };
            return (await player.run({ kind: 'play', params, text, files: [] })) as PlayedSession;
        };
        const moments = ({ offers }: PlayedSession): string[] =>
            offers!.acts.flatMap(({ kind, line }) => (kind === 'at' ? [line] : []));
        const dates = ['at 2026-03-01 12:00', 'at 2026-04-01 12:00'];
        expect(moments(await playTimed()).sort()).toEqual(['at 09:00', 'at 17:00', ...dates].sort());
        const during = await playTimed(dates[0]!, 'a calls s.x()', 'wait 1m');
        expect(decisions(during)).toEqual([undefined, 'allowed', undefined]);
        expect(moments(during)).not.toContain(dates[0]);
        expect(moments(during)).toContain(dates[1]);
    });

    test('include a call for each possible decision', async () => {
        const { offers } = await playWithOffers([READ]);
        const send = offers!.calls.find(({ agent, tool }) => agent === 'bot' && tool === 'mail.send')!;
        expect(new Set(send.choices.map(({ decision }) => decision))).toEqual(new Set(['held', 'denied']));
        expect(send.choices.find(({ decision }) => decision === 'denied')).toMatchObject({
            args: 'to: "evil@x.example", body: "x"',
            text: 'denied by line 8'
        });
        const helper = offers!.calls.find(({ agent, tool }) => agent === 'helper' && tool === 'mail.read')!;
        expect(helper.choices[0]).toMatchObject({ decision: 'denied', text: 'denied: no rule allows it' });
    });

    test('match the result of playing them', async () => {
        const lines = [READ, SEND, 'bot calls job.start() runs'];
        const { offers } = await playWithOffers(lines);
        const choices = offers!.calls.flatMap((call) => call.choices);
        expect(choices.length).toBeGreaterThan(7);
        for (const { line, decision } of choices) {
            const session = await play(...lines, line);
            expect([line, session.problem, decisions(session).at(-1)]).toEqual([line, undefined, decision]);
        }
        expect(offers!.acts.length).toBe(2 + 3 + 1 + 1);
        for (const { line } of offers!.acts) {
            expect([line, (await play(...lines, line)).problem]).toEqual([line, undefined]);
        }
        for (const wait of offers!.waits) {
            expect([wait, (await play(...lines, `wait ${wait}`)).problem]).toEqual([wait, undefined]);
        }
        expect(offers!.waits).toEqual(['10m', '601s', '1h', '3601s']);
    });

    test('use the values from the session', async () => {
        const { offers } = await playWithOffers([SEND]);
        const send = offers!.calls.find(({ agent, tool }) => agent === 'bot' && tool === 'mail.send')!;
        expect(send.choices.map(({ args }) => args).join()).toContain('a@x.example');
    });
});

describe('the claims of a session', () => {
    const breaksIn = async (...lines: string[]): Promise<unknown[]> =>
        (await run<PlayedSession>({ kind: 'play', params: { lines, claims: true } })).steps.map(({ breaks }) => breaks);

    test('are broken by the first step that breaks them', async () => {
        expect(await breaksIn(READ, 'wait 1h')).toEqual([[], []]);
        expect(await breaksIn(READ, SEND, 'boss approves mail.send', SEND)).toEqual([[], [], [], []]);
        const loose = POLICY.replace('when carries private', 'when body == "secret"');
        const params = { uri: server.uri('main.guardrail'), lines: [READ, 'wait 1m', SEND, SEND], claims: true };
        const played = (await player.run({ kind: 'play', params, ...texts, text: loose })) as PlayedSession;
        expect(played.steps.map(({ breaks }) => breaks)).toEqual([[], [], ['c'], []]);
    });

    test('are judged for one session, regardless of its initial values', async () => {
        expect(await breaksIn('new session', READ, 'new session', READ)).toEqual([[], [], undefined, undefined]);
    });

    test('are optional', async () => {
        expect((await play(READ)).steps.map((step) => 'breaks' in step)).toEqual([false]);
    });
});

describe('a condition', () => {
    test.each([
        ['once mail.read', [READ], 'true'],
        ['once mail.read', [], 'false'],
        ['once mail.send', [READ, SEND], 'false'],
        ['count(mail.read) > 1', [READ, READ], 'true'],
        ['once succeeded mail.send', [SEND.replace(')', ') lost')], 'unknown']
    ])('%s after %j: %s', async (condition, lines, value) => {
        expect(await run({ kind: 'evaluate', params: { lines, condition } })).toEqual({ value });
    });

    test('that is invalid reports why', async () => {
        expect(await run({ kind: 'evaluate', params: { lines: [], condition: 'once mail.reed' } })).toEqual({
            problem: expect.stringContaining('reed') as string
        });
    });
});

describe('a saved session', () => {
    test('must be valid', async () => {
        expect(await run({ kind: 'keep', params: { lines: ['nothing'], name: 'kept' } })).toBeNull();
    });

    test('is a scenario that passes', async () => {
        const lines = [READ, SEND, 'boss approves mail.send', 'wait 5m', SEND, 'incident(level: "low") happens'];
        const { offset, text } = await run<KeptScenario>({ kind: 'keep', params: { lines, name: 'kept' } });
        const changed = POLICY.slice(0, offset) + text + POLICY.slice(offset);
        expect(text).toBe(`

scenario "kept":
  ${READ} -> allowed
  ${SEND} -> held
  boss approves mail.send
  wait 5m
  ${SEND} -> allowed
  incident(level: "low") happens`);
        const kept = await open({ 'main.guardrail': changed, 'tools.guardrail': TOOLS });
        expect(kept.document.diagnostics!.filter(({ severity }) => severity! < 3)).toEqual([]);
        const policy = lower(kept.document.parseResult.value as PolicyFile, kept.services);
        expect(runScenario(policy, policy.scenarios.at(-1)!)).toMatchObject({ name: 'kept', passed: true });
    });
});
