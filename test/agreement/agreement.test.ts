/**
 * Tests that every component that decides gives the same session the same history: scenarios, the simulator, the
 * library for gateways, recorded logs and, for the claims that it breaks, the checker. The sessions are those of
 * docs/language/meaning.md and meaning-of-claims.md, and the policies in this folder.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { EmptyFileSystemProvider } from 'langium';
import { describe, expect, it } from 'vitest';
import { checkPolicy } from '../../server/checker/check.js';
import { stepsOfScenario } from '../../server/checker/scenarios/scenarios.js';
import type { RanStep } from '../../server/checker/scenarios/scenarios.js';
import type { SessionRecord } from '../../server/gateway/events.js';
import { createSession, parsePolicy } from '../../server/gateway/library.js';
import { matchesCall } from '../../server/model/conditions/evaluate.js';
import { lastingText } from '../../server/model/policy/lasting.js';
import type { Policy, Scenario, ScenarioStep } from '../../server/model/policy/policy.js';
import type { Call } from '../../server/model/session/session.js';
import { SessionPlayer } from '../../server/simulator/player.js';
import type { PlayedSession, SessionOrder } from '../../server/simulator/session.js';
import { replayed } from '../cli/commands/replay/replaying.js';
import { MEANING_RULES } from '../support/meaning.js';
import { policyOf } from '../support/policies.js';

const blocks = [...MEANING_RULES.join('').matchAll(/```guardrail\n([\s\S]*?)```/g)].map(([, text]) => text!);
const own = readdirSync(new URL('.', import.meta.url))
    .filter((name) => name.endsWith('.guardrail'))
    .map((name) => readFileSync(new URL(name, import.meta.url), 'utf8'));

/**
 * Sequences of several sessions, sessions with a given clock, and sessions with delegated work are recorded in other
 * ways.
 */
const RECORDED: ReadonlySet<ScenarioStep['kind']> = new Set([
    'call',
    'approve',
    'refuse',
    'event',
    'wait',
    'says',
    'end'
]);
const START = Date.UTC(2026, 0, 5);

interface Session {
    readonly name: string;
    readonly scenario: Scenario;
    readonly policy: Policy;
    readonly text: string;
}

const sessions: Session[] = [];
for (const text of [...blocks, ...own]) {
    const policy = await policyOf(text);
    // All sessions share the servers that store, so a log has to name the sessions. Signals are recorded with the event
    // at which they are read.
    const isOfOne = policy.tools.every(({ stores }) => stores === undefined) && !policy.signals;
    for (const scenario of policy.scenarios) {
        if (
            isOfOne &&
            scenario.steps.every((step) => RECORDED.has(step.kind) && !(step.kind === 'call' && step.rest))
        ) {
            sessions.push({ name: `${policy.name}: ${scenario.name}`, scenario, policy, text });
        }
    }
}

it('there are enough sessions', () => expect(sessions.length).toBeGreaterThan(25));

describe.each(sessions)('$name', ({ scenario, policy, text }) => {
    const ran = stepsOfScenario(policy, scenario);
    const expected = scenario.steps.flatMap((step, index) => (step.kind === 'call' ? [decisionAt(ran, index)] : []));
    const events = recorded(policy, scenario, ran);

    it('its scenario passes', () => {
        expect(ran.filter(({ result }) => !result.passed).map(({ result }) => result.message)).toEqual([]);
    });

    it('the simulator decides it the same way', async () => {
        const played = await play(text, scenario);
        expect(played.problem).toBeUndefined();
        expect(played.steps.flatMap(({ decision }) => (decision === undefined ? [] : [decision]))).toEqual(expected);
    });

    it('the library decides it the same way', async () => {
        let now = START;
        const session = createSession(await parsePolicy(text), { clock: () => now });
        const decisions = events.flatMap((event) => {
            now = Number(event.time);
            const asked = event.type === 'call' ? [session.decide(event).kind] : [];
            if (asked[0] !== 'waits') {
                session.record(event);
            }
            return asked;
        });
        expect(decisions).toEqual(expected);
    });

    it('a log of it is decided the same way, and breaks the same claims', async () => {
        const log = events.filter((_, index) => decisionOfEvent(events, index, expected) !== 'waits');
        const { decisions, claims } = await replayed(
            policy,
            log.map((event) => ({ ...event, session: 'one' }))
        );
        const count = (kind: string): number => expected.filter((one) => one === kind).length;
        const denied = Object.values(decisions.denied).reduce((sum, more) => sum + more, 0);
        expect({ ...decisions, denied }).toMatchObject({
            allowed: count('allowed'),
            held: count('held'),
            denied: count('denied')
        });
        const broken = claims.flatMap(({ name, broken: times }) => (times.count > 0 ? [name] : []));
        const verdicts = broken.map((claim) => checkPolicy(policy, { claim }).claims.map(({ verdict }) => verdict));
        expect(verdicts).toEqual(broken.map(() => ['violated']));
    });
});

it('an answer by someone who was not asked has no effect, in the library and in a log', async () => {
    const text = own.find((one) => one.includes('policy Answers'))!;
    const policy = await policyOf(text);
    const pay = { type: 'call', id: '1', time: START, tool: 's.pay', args: { n: 1 } } as const;
    const ask = (tool: string): SessionRecord => ({ type: 'call', time: START, tool, decision: 'denied' });
    const events: readonly SessionRecord[] = [
        { ...pay, decision: 'held' },
        { type: 'refuse', id: '1', time: START, human: 'g' },
        { type: 'approve', id: '1', time: START, human: 'g' },
        ask('s.shown'),
        ask('s.trusted'),
        { ...pay, decision: 'held' },
        { type: 'approve', id: '1', time: START, human: 'h' },
        { ...pay, decision: 'allowed', outcome: 'success' }
    ];
    const session = createSession(await parsePolicy(text), { clock: () => START });
    const decisions = events.flatMap((event) => {
        const asked = event.type === 'call' ? [session.decide(event).kind] : [];
        session.record(event);
        return asked;
    });
    expect(decisions).toEqual(['held', 'denied', 'denied', 'held', 'allowed']);
    const log = await replayed(
        policy,
        events.map((event) => ({ ...event, session: 'one' }))
    );
    expect(log.decisions).toMatchObject({ held: 2, allowed: 1, denied: { default: 2 } });
});

function decisionAt(ran: readonly RanStep[], index: number): string | undefined {
    return ran[index]!.result.actual;
}

function decisionOfEvent(
    events: readonly SessionRecord[],
    index: number,
    decisions: readonly (string | undefined)[]
): string | undefined {
    const before = events.slice(0, index).filter(({ type }) => type === 'call').length;
    return events[index]!.type === 'call' ? decisions[before] : undefined;
}

async function play(text: string, scenario: Scenario): Promise<PlayedSession> {
    const player = new SessionPlayer(new EmptyFileSystemProvider());
    const lines = scenario.steps.map((step) => step.text.replace(/ -> [\s\S]*$/, ''));
    const order = { kind: 'play', text, files: [], params: { uri: 'memory:///main.guardrail', lines } };
    return (await player.run(order as unknown as SessionOrder)) as PlayedSession;
}

/** The session as a gateway records it; a call that is submitted again keeps its id. */
function recorded(policy: Policy, { steps }: Scenario, ran: readonly RanStep[]): SessionRecord[] {
    const ids = new Map<string, string>();
    const running: { readonly tool: string; readonly id: string }[] = [];
    const held = (index: number): readonly Call[] => ran[index - 1]?.after.held.items.map(({ call }) => call) ?? [];
    const keyOf = ({ agent, tool, args }: Call): string => JSON.stringify([agent, tool, Object.entries(args).sort()]);
    let now = 0;
    return steps.flatMap((step, index): SessionRecord[] => {
        const time = START + now * 1000;
        switch (step.kind) {
            case 'wait':
                now += step.seconds;
                return [];
            case 'call': {
                const tool = policy.tools.findIndex(({ name }) => name === step.tool);
                const decision = decisionAt(ran, index);
                const again = held(index).find(
                    (call) => call.agent === step.agent && call.tool === tool && contains(call, step.args)
                );
                const id = (again && ids.get(keyOf(again))) ?? `call ${index}`;
                const after = held(index + 1).find((call) => call.tool === tool && contains(call, step.args));
                if (after) {
                    ids.set(keyOf(after), id);
                }
                if (decision === 'allowed' && step.outcome === undefined) {
                    running.push({ tool: step.tool, id });
                }
                const signals = Object.fromEntries(
                    (step.readings ?? []).map(({ signal, value }) => [policy.signals![signal]!.name, value])
                );
                return [
                    {
                        ...{ type: 'call', id, time, agent: policy.agents[step.agent]!.name, tool: step.tool },
                        args: step.args,
                        ...(step.readings && { signals }),
                        ...(decision !== 'waits' && { decision }),
                        ...(decision === 'allowed' && step.outcome && { outcome: step.outcome }),
                        ...(decision === 'allowed' && step.result && { result: step.result })
                    } as SessionRecord
                ];
            }
            case 'approve':
            case 'refuse': {
                const call = held(index)
                    .filter((one) => matchesCall(step.subject, one) !== 0)
                    .at(-1);
                const answer = { time, id: ids.get(keyOf(call!))!, human: policy.humans[step.human]!.name };
                const lasts = step.kind === 'approve' ? step.lasts : undefined;
                return [{ type: step.kind, ...answer, ...(lasts !== undefined && { valid: lastingText(lasts) }) }];
            }
            case 'event':
                return [
                    {
                        ...{ type: 'event', time, name: policy.outsideEvents[step.event]!.name },
                        ...(step.args && { args: step.args })
                    }
                ];
            case 'says': {
                const { text, ...request } = step.request;
                return [{ type: 'says', time, text: text as string, request }];
            }
            case 'end': {
                const [ended] = running.splice(
                    running.findIndex(({ tool }) => tool === step.tool),
                    1
                );
                return [
                    step.outcome === 'success'
                        ? ({ type: 'result', time, id: ended!.id, result: step.result } as SessionRecord)
                        : { type: step.outcome, time, id: ended!.id }
                ];
            }
            default:
                throw new Error(`a step of kind ${step.kind} is not recorded here`);
        }
    });
}

/** True if the call has these arguments; arguments with a default may be omitted. */
function contains({ args }: Call, given: Call['args']): boolean {
    return Object.entries(given).every(([name, value]) => JSON.stringify(args[name]) === JSON.stringify(value));
}
