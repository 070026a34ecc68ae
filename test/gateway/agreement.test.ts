/**
 * Plays random sessions: the gateway decides each call as scenarios and replay do. A gateway plays the session and
 * writes it down twice, as a scenario with its decisions and as a log with them; both have to agree. On the way, other
 * gateways continue with what it has stored.
 */
import { deserialize, serialize } from 'node:v8';
import { describe, expect, test } from 'vitest';
import { runScenario } from '../../server/checker/scenarios/scenarios.js';
import {
    createGateway,
    type JsonObject,
    parsePolicy,
    type Session,
    type SessionRecord
} from '../../server/gateway/library.js';
import { restoreSessions, storeSessions } from '../../server/gateway/stored-sessions.js';
import { decided, replayed } from '../cli/commands/replay/replaying.js';
import { runs } from '../support/depth.js';
import { randoms } from '../support/random.js';
import { policyOf } from '../support/policies.js';

interface Tool {
    readonly name: string;
    readonly args: readonly JsonObject[];
    readonly results?: readonly JsonObject[];
}

const ids = (values: readonly (string | number)[], name = 'id'): JsonObject[] =>
    values.map((value) => ({ [name]: value }));

/** Policies that read everything a session can contain, and the possible actions of their agents. */
const POLICIES: readonly {
    readonly policy: string;
    readonly tools: readonly Tool[];
    readonly constants?: readonly string[];
}[] = [
    {
        policy: `policy Windows
            label private
            agent a
            agent b
            human h
            server s {
                tool read(id: int) readonly returns (code: int) reads private when result.code > 1
                tool pay(id: int, amount: int = 5) atomic
                tool send(id: int) external
            }
            allow a: s.*
            allow b: s.read
            allow b: s.pay when once s.read(id) within 5m
            deny s.pay when total(s.pay.amount within 10m) + amount > 12
            deny s.send when count(attempted s.send) >= 4
            require once s.read(id) where result.code >= 1 for s.pay
            require approval by h for s.send when carries private valid 5m timeout 10m`,
        tools: [
            { name: 's.read', args: ids([1, 2]), results: [{ code: 0 }, { code: 1 }, { code: 2 }] },
            { name: 's.pay', args: [{ id: 1 }, { id: 1, amount: 5 }, { id: 2, amount: 3 }] },
            { name: 's.send', args: ids([1, 2]) }
        ]
    },
    {
        policy: `policy Shared
            label private
            session user: string
            agent a
            agent b
            human h
            server crm { tool get() readonly reads private }
            server notes stores { tool add(text: string) tool list() readonly }
            server bank { tool pay(amount: int) tool ask() }
            server web { tool post() external }
            allow any agent: any tool
            deny web.post when carries private
            limit total(bank.pay.amount) to 20 per session.user within 15m across sessions
            limit bank.ask to 2
            require approval by h for bank.pay when amount > 8`,
        tools: [
            { name: 'crm.get', args: [{}] },
            { name: 'notes.add', args: [{ text: 'x' }] },
            { name: 'notes.list', args: [{}] },
            { name: 'bank.pay', args: ids([3, 8, 9], 'amount') },
            { name: 'bank.ask', args: [{}] },
            { name: 'web.post', args: [{}] }
        ],
        constants: ['u', 'v']
    },
    {
        policy: `policy Sources
            agent a
            agent b
            human h
            server crm { tool find(name: string) returns (email: string) tool forget(name: string) }
            server mail { tool send(to: string) external tool draft(to: string) }
            allow any agent: crm.*, mail.draft
            allow a: mail.send when to from user or to from crm.find.result.email
            deny mail.send when no crm.find since crm.forget
            deny mail.draft when last is mail.draft
            require approval by h for mail.send valid 10m per to`,
        tools: [
            {
                name: 'crm.find',
                args: ids(['x', 'y'], 'name'),
                results: [{ email: 'x@acme.example' }, { email: 'y@acme.example' }]
            },
            { name: 'crm.forget', args: ids(['x'], 'name') },
            { name: 'mail.send', args: ids(['x@acme.example', 'y@acme.example', 'z@acme.example'], 'to') },
            { name: 'mail.draft', args: ids(['x@acme.example'], 'to') }
        ]
    }
];

const SESSIONS = 670;
const A_FILE = 67;
const START = Date.parse('2026-03-02T08:00:00Z');

describe.each(POLICIES.map((one) => [one.policy.split(/\s+/)[1]!, one] as const))(
    '%s',
    (_name, { policy, tools, constants }) => {
        test.each(Array.from({ length: runs(SESSIONS / A_FILE) }, (_, index) => index))(
            'sessions of seed %i',
            async (seed) => {
                const loaded = await parsePolicy(policy);
                const played = Array.from({ length: A_FILE }, (_, index) => play(seed * A_FILE + index + 1));
                const text = played.map(
                    ({ lines }, index) => `scenario "${index}":\n${lines.map((line) => `  ${line}\n`).join('')}`
                );
                const model = await policyOf(`${policy}\n${text.join('\n')}`);
                expect(model.scenarios).toHaveLength(A_FILE);
                for (const [index, scenario] of model.scenarios.entries()) {
                    const result = runScenario(model, scenario);
                    expect(result.passed ? '' : `${JSON.stringify(result.steps.at(-1))}\n${text[index]!}`).toBe('');
                }
                for (const [index, { log, decisions }] of played.entries()) {
                    const result = await replayed(model, log);
                    expect(
                        [result.unfit.first, result.unreadable.first, result.stopped.first, result.loosened.first],
                        text[index]
                    ).toEqual([[], [], [], []]);
                    const { allowed = 0, held = 0, ...denied } = decided(result);
                    expect([allowed, held, Object.values(denied).reduce((sum, count) => sum + count, 0)]).toEqual(
                        ['allowed', 'held', 'denied'].map((kind) => decisions.filter((one) => one === kind).length)
                    );
                }

                function play(number: number): { lines: string[]; log: object[]; decisions: string[] } {
                    const random = randoms(number);
                    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
                    let now = START;
                    let gateway = createGateway(loaded, { clock: () => now });
                    let session: Session = gateway.session('1');
                    const [lines, log, decisions]: [string[], object[], string[]] = [[], [], []];
                    let running: { id: string; tool: string; results: readonly JsonObject[] }[] = [];
                    let held: { id: string; tool: string; key: string }[] = [];
                    const record = (event: SessionRecord): void => {
                        session.record(event);
                        log.push({ ...event, time: now });
                    };
                    const begin = (): void => {
                        const user = pick(constants ?? []);
                        record({ type: 'session', constants: { user } });
                        lines.push(`new session with user: "${user}"`);
                        [running, held] = [[], []];
                    };
                    if (constants) {
                        begin();
                    }
                    for (let step = 0; step < 12; step++) {
                        if (step % 4 === number % 4) {
                            // Another process continues with what this one has stored.
                            const stored: unknown = deserialize(serialize(storeSessions(gateway)));
                            gateway = createGateway(loaded, { clock: () => now });
                            restoreSessions(gateway, stored);
                            session = gateway.session('1');
                            expect(plainText(storeSessions(gateway))).toBe(plainText(stored));
                        }
                        const act = random();
                        const [asked] = held;
                        if (act < 0.12 && running.length > 0) {
                            const { tool } = pick(running);
                            const first = running.find((one) => one.tool === tool)!;
                            running = running.filter((one) => one !== first);
                            const result = first.results.length > 0 ? pick(first.results) : undefined;
                            record({ type: 'result', id: first.id, ...(result && { result }) });
                            lines.push(result ? `${tool} returns (${written(result)})` : `${tool} ends`);
                        } else if (act < 0.27 && asked && held.filter(({ tool }) => tool === asked.tool).length === 1) {
                            const approves = random() < 0.8;
                            try {
                                record({ type: approves ? 'approve' : 'refuse', id: asked.id, human: 'h' });
                            } catch (error) {
                                // The hold has lapsed.
                                expect(error).toMatchObject({ code: 'GR933' });
                                held.shift();
                                continue;
                            }
                            lines.push(`h ${approves ? 'approves' : 'refuses'} ${asked.tool}`);
                            held = approves ? held : held.slice(1);
                        } else if (act < 0.37) {
                            const minutes = pick([1, 4, 5, 6, 11]);
                            now += minutes * 60_000;
                            lines.push(`wait ${minutes}m`);
                        } else if (act < 0.42) {
                            const text = pick(['Write to z@acme.example.', 'Hello.']);
                            record({ type: 'says', text });
                            lines.push(`user says "${text}"`);
                        } else if (act < 0.47 && constants) {
                            begin();
                        } else {
                            call(step);
                        }
                    }
                    return { lines, log, decisions };

                    function call(step: number): void {
                        const again = held.length > 0 && random() < 0.5 ? held[0]!.key : undefined;
                        const agent = again ? (JSON.parse(again) as [string])[0] : pick(['a', 'a', 'b']);
                        const tool = again
                            ? tools.find(({ name }) => name === (JSON.parse(again) as [string, string])[1])!
                            : pick(tools);
                        const args = again ? (JSON.parse(again) as [string, string, JsonObject])[2] : pick(tool.args);
                        const key = JSON.stringify([agent, tool.name, args]);
                        const id = held.find((one) => one.key === key)?.id ?? `c${step}`;
                        const { kind } = session.decide({ agent, tool: tool.name, args });
                        const said = `${agent} calls ${tool.name}(${written(args)})`;
                        decisions.push(...(kind === 'waits' ? [] : [kind]));
                        if (kind === 'waits') {
                            lines.push(`${said} -> waits`);
                            return;
                        }
                        held = held.filter((one) => one.key !== key);
                        if (kind === 'denied') {
                            record({ type: 'call', id, agent, tool: tool.name, args, decision: 'denied' });
                            lines.push(`${said} -> denied`);
                            return;
                        }
                        if (kind === 'held') {
                            record({ type: 'call', id, agent, tool: tool.name, args, decision: 'held' });
                            lines.push(`${said} -> held`);
                            held.push({ id, tool: tool.name, key });
                            return;
                        }
                        const end = pick(['success', 'success', 'success', 'error', 'lost', 'runs'] as const);
                        const result = end === 'success' && tool.results ? pick(tool.results) : undefined;
                        record({
                            type: 'call',
                            id,
                            agent,
                            tool: tool.name,
                            args,
                            decision: 'allowed',
                            ...(end !== 'runs' && { outcome: end }),
                            ...(result && { result })
                        });
                        const how = {
                            success: result ? ` returns (${written(result)})` : '',
                            error: ' fails',
                            lost: ' lost',
                            runs: ' runs'
                        }[end];
                        lines.push(`${said}${how} -> allowed`);
                        if (end === 'runs') {
                            running.push({ id, tool: tool.name, results: tool.results ?? [] });
                        }
                    }
                }
            }
        );
    }
);

function written(fields: JsonObject): string {
    return Object.entries(fields)
        .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
        .join(', ');
}

/** Also what maps and sets contain. */
function plainText(value: unknown): string {
    return JSON.stringify(value, (_, one: unknown) => (one instanceof Map || one instanceof Set ? [...one] : one));
}
