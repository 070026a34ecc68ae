/** Tests the debug adapter through its protocol, with sessions that the server plays. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { beforeEach, describe, expect, test } from 'vitest';
import { SessionDebugger } from '../../client/debugger/adapter.js';
import type { ConditionValue, PlayedSession, SessionLines } from '../../server/lsp/protocol.js';
import { breakpointPlaces } from '../../server/lsp/session/connect.js';
import { SessionPlayer } from '../../server/simulator/player.js';
import { open } from '../lsp/support.js';

const POLICY = `policy P
server mail {
  tool read(folder: "inbox" | "archive") reads private
  tool send(to: string)
}
label private
agent bot
human boss
allow bot: mail.read, mail.send
require approval by boss for mail.send when carries private valid 10m timeout 1h
scenario "sent":
  bot calls mail.read(folder: "inbox") -> allowed
  bot calls mail.send(to: "a@x.example") -> held
  boss approves mail.send
  bot calls mail.send(to: "a@x.example") -> allowed
`;
const LINES = POLICY.split('\n');
const SESSION: SessionLines = {
    lines: [12, 13, 14, 15].map((line) => ({
        line: LINES[line - 1]!.replace(/->.*/, '').trim(),
        source: at(line)
    })),
    summary: 'Every step was decided as expected.',
    source: at(11)
};

function at(line: number) {
    return {
        uri: 'file:///p.guardrail',
        start: { line: line - 1, character: 2 },
        end: { line: line - 1, character: 40 }
    };
}

class Client {
    readonly events: DebugProtocol.Event[] = [];
    private readonly responses = new Map<number, (response: DebugProtocol.Response) => void>();
    private seq = 0;
    private heard = 0;
    private wake = (): void => undefined;

    constructor(private readonly session: SessionDebugger) {
        session.onDidSendMessage((message) => {
            const sent = message as unknown as DebugProtocol.Response | DebugProtocol.Event;
            if (sent.type === 'response') {
                const response = sent as DebugProtocol.Response;
                this.responses.get(response.request_seq)?.(response);
            } else {
                this.events.push(sent as DebugProtocol.Event);
                this.wake();
            }
        });
    }

    async request<B>(command: string, args: object = {}): Promise<B> {
        const seq = ++this.seq;
        const response = await new Promise<DebugProtocol.Response>((resolve) => {
            this.responses.set(seq, resolve);
            this.session.handleMessage({ seq, type: 'request', command, arguments: args } as never);
        });
        if (!response.success) {
            throw new Error((response.body as DebugProtocol.ErrorResponse['body']).error?.variables?.message);
        }
        return response.body as B;
    }

    /** The next event other than output. */
    async next(): Promise<DebugProtocol.Event> {
        for (;;) {
            while (this.heard < this.events.length) {
                const event = this.events[this.heard++]!;
                if (event.event !== 'output') {
                    return event;
                }
            }
            await new Promise<void>((resolve) => (this.wake = resolve));
        }
    }

    async go(command: string): Promise<unknown> {
        await this.request(command, { threadId: 1 });
        const { event, body } = await this.next();
        return event === 'stopped' ? (body as { reason: string }).reason : event;
    }

    async stack(): Promise<DebugProtocol.StackFrame[]> {
        return (await this.request<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId: 1 }))
            .stackFrames;
    }

    async variables(scope: string): Promise<Record<string, string>> {
        const [frame] = await this.stack();
        const { scopes } = await this.request<DebugProtocol.ScopesResponse['body']>('scopes', { frameId: frame!.id });
        const { variables } = await this.request<DebugProtocol.VariablesResponse['body']>('variables', {
            variablesReference: scopes.find(({ name }) => name === scope)!.variablesReference
        });
        return Object.fromEntries(variables.map(({ name, value }) => [name, value]));
    }
}

let client: Client;

beforeEach(async () => {
    const { document, shared } = await open(POLICY);
    const player = new SessionPlayer(shared.workspace.FileSystemProvider);
    const texts = { text: POLICY, files: [] };
    const uri = 'file:///p.guardrail';
    client = new Client(
        new SessionDebugger({
            lines: ({ kind, name }) => Promise.resolve(kind === 'scenario' && name === 'sent' ? SESSION : null),
            play: async (_, lines) =>
                (await player.run({ kind: 'play', params: { uri, lines }, ...texts })) as PlayedSession,
            evaluate: async (_, lines, condition) =>
                (await player.run({ kind: 'evaluate', params: { uri, lines, condition }, ...texts })) as ConditionValue,
            breakpointPlaces: (other) =>
                other === uri ? Promise.resolve(breakpointPlaces(document)) : Promise.reject(new Error('No server.')),
            uriOf: (path) => `file://${path}`,
            pathOf: (text) => text.slice('file://'.length)
        })
    );
    await client.request('initialize', { adapterID: 'guardrail', pathFormat: 'path' });
});

async function launch(lines: readonly number[] = [], stopOnEntry = true): Promise<unknown> {
    await client.request('launch', { policy: '/p.guardrail', scenario: 'sent', stopOnEntry });
    expect((await client.next()).event).toBe('initialized');
    await client.request('setBreakpoints', {
        source: { path: '/p.guardrail' },
        breakpoints: lines.map((line) => ({ line }))
    });
    return client.go('configurationDone');
}
const top = async (): Promise<unknown> => {
    const [frame] = await client.stack();
    return [frame!.line, frame!.name];
};

describe('a scenario', () => {
    test('is stepped forwards and backwards', async () => {
        expect(await launch()).toBe('entry');
        expect(await top()).toEqual([11, 'The session starts']);
        expect(await client.go('next')).toBe('step');
        expect(await top()).toEqual([12, 'bot calls mail.read(folder: "inbox"): allowed by line 9']);
        expect(await client.go('next')).toBe('step');
        expect(await top()).toEqual([13, 'bot calls mail.send(to: "a@x.example"): held by line 10']);
        expect((await client.stack()).length).toBe(3);
        expect(await client.go('stepBack')).toBe('step');
        expect(await top()).toEqual([12, 'bot calls mail.read(folder: "inbox"): allowed by line 9']);
        expect(await client.go('stepBack')).toBe('step');
        expect(await client.go('stepBack')).toBe('entry');
    });

    test('stops where a rule with a breakpoint decided, in both directions', async () => {
        expect(await launch([10], false)).toBe('breakpoint');
        expect(await top()).toEqual([13, 'bot calls mail.send(to: "a@x.example"): held by line 10']);
        expect(await client.go('continue')).toBe('pause');
        expect((await client.stack()).length).toBe(5);
        expect(await client.go('reverseContinue')).toBe('breakpoint');
        expect((await client.stack()).length).toBe(3);
        expect(await client.go('reverseContinue')).toBe('entry');
    });

    test('stops at one of its lines', async () => {
        expect(await launch([14], false)).toBe('breakpoint');
        expect(await top()).toEqual([14, 'boss approves mail.send']);
    });

    test('ends after its last step, and reports the result', async () => {
        expect(await launch([], false)).toBe('pause');
        const outputs = client.events.filter(({ event }) => event === 'output');
        expect(outputs.map(({ body }) => (body as { output: string }).output)).toContain(`${SESSION.summary}\n`);
        expect(await client.go('next')).toBe('terminated');
    });
});

describe('breakpoints', () => {
    const set = async (path: string, lines: readonly number[]): Promise<unknown[]> => {
        const { breakpoints } = await client.request<DebugProtocol.SetBreakpointsResponse['body']>('setBreakpoints', {
            source: { path },
            breakpoints: lines.map((line) => ({ line }))
        });
        return breakpoints.map(({ verified, line, message }) => (verified ? line : message));
    };

    test('move to the next rule or step, even before there is a session; if there is none below, a message reports it', async () => {
        expect(await set('/p.guardrail', [1, 9, 10, 11, 13, 16])).toEqual([
            9,
            9,
            10,
            12,
            13,
            'There is no rule or scenario step on this line or below.'
        ]);
        expect(await set('/other.guardrail', [1])).toEqual(['No server.']);
    });

    test('stop where they were moved to', async () => {
        expect(await launch([8, 16], false)).toBe('breakpoint');
        expect(await top()).toEqual([12, 'bot calls mail.read(folder: "inbox"): allowed by line 9']);
    });
});

describe('jumping', () => {
    test('moves to a step at the line, in both directions', async () => {
        await launch();
        const targets = async (line: number): Promise<DebugProtocol.GotoTarget[]> =>
            (
                await client.request<DebugProtocol.GotoTargetsResponse['body']>('gotoTargets', {
                    source: { path: '/p.guardrail' },
                    line
                })
            ).targets;
        const [approval, none] = [await targets(14), await targets(2)];
        expect(approval.map(({ label }) => label)).toEqual(['3. boss approves mail.send']);
        expect(none).toEqual([]);
        // The targets are the held call and the one that has the approval.
        expect((await targets(10)).map(({ id }) => id)).toContain(2);
        await client.request('goto', { threadId: 1, targetId: approval[0]!.id });
        expect((await client.next()).body).toMatchObject({ reason: 'goto' });
        expect(await top()).toEqual([14, 'boss approves mail.send']);
        const [first] = await targets(12);
        await client.request('goto', { threadId: 1, targetId: first!.id });
        expect((await client.stack()).length).toBe(2);
    });
});

describe('variables', () => {
    test('show the state of the session, and the values of the step', async () => {
        await launch([13], false);
        expect(await client.variables('Labels')).toEqual({ bot: 'private' });
        expect(await client.variables('Step')).toMatchObject({ to: '"a@x.example"', decision: 'held' });
        expect(Object.values(await client.variables('Held calls'))[0]).toMatch(
            /asks boss \(line 10\); lapses in 1 hour/
        );
        await client.go('stepBack');
        expect(await client.variables('Held calls')).toEqual({});
    });
});

describe('evaluation', () => {
    const evaluate = async (expression: string): Promise<string> => {
        const [frame] = await client.stack();
        const args = { expression, frameId: frame!.id, context: 'repl' };
        return (await client.request<DebugProtocol.EvaluateResponse['body']>('evaluate', args)).result;
    };

    test('of a condition uses its place', async () => {
        await launch();
        expect(await evaluate('once mail.read')).toBe('false');
        await client.go('next');
        expect(await evaluate('once mail.read')).toBe('true');
        expect(await evaluate('folder')).toBe('"inbox"');
    });

    test('of anything but a condition reports why', async () => {
        await launch();
        await expect(evaluate('once mail.reed')).rejects.toThrow(/reed/);
    });
});

test.each([
    [{ policy: '/p.guardrail', claim: 'none' }, /no session of the claim "none"/],
    [{ policy: '/p.guardrail' }, /the claim or scenario/]
])('%j: reports why there is nothing to step through', async (args, message) => {
    await expect(client.request('launch', args)).rejects.toThrow(message);
});
