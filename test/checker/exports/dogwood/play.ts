/** Random sessions, decided by a policy and, as an engine sees them, by its export to Dogwood. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { dogwoodOf } from '../../../../server/checker/exports/dogwood/policies.js';
import type { CallOutcome, JsonObject, SessionRecord } from '../../../../server/gateway/events.js';
import { createSession, parsePolicy, policyFromLowered, type Session } from '../../../../server/gateway/library.js';
import type { Policy } from '../../../../server/model/policy.js';
import { Engine, expectAccepted, type Submitted } from './engine.js';

const INVENTORY = `policy Gate
agent assistant
agent clerk
human user
label private
session role: string
event ticket
server bank {
  tool pay(account: string, amount: int >= 0 <= 9, note?: string) external
  tool verify(account: string) readonly
  tool read(folder: "a" | "b") readonly reads private
  tool close(account: string, force: bool = false)
  tool probe(account?: string) atomic
}
server odd { tool list() }
`;

/** What makes more events, or more labels, than calls are seen to; each with what declares it. */
const MORE: { readonly [name: string]: string } = {
    delegation: 'agent boss delegates to helper on its own rights\nagent helper\nallow boss: delegate to helper',
    'run.any': 'server run { tool any(cmd: string) may do bank.pay, bank.read }',
    'scan.some': 'server scan { tool some(folder: "a" | "b") readonly reads private when folder == "a" }',
    'mind.wipe': 'server mind { tool wipe() clears private }',
    'inbox.open': 'server inbox { tool open() readonly reads private }',
    'exam.check':
        'server exam { tool check(account: string) readonly returns (ok: bool) succeeds when result.ok == true }',
    'odds.guess': 'server odds { tool guess(account: string) hint external }',
    'fx.rate': 'server fx { tool rate(value: number) }',
    'books.move': 'server books {\n  tool move(delta: int)\n  tool lend(amount: int >= 0)\n}',
    'disk.load': 'server disk stores {\n  tool write(text: string)\n  tool load() readonly\n}'
};

/** What happens next. */
export interface Step {
    readonly wait: number;
    readonly agent: 'assistant' | 'clerk' | 'boss' | 'helper';
    readonly tool: keyof typeof ALL_TOOLS;
    readonly account: string;
    readonly amount: number;
    readonly isFull: boolean;
    /** Else the call has no arguments that fit its tool. */
    readonly isFit: boolean;
    /** How the call ends, if it is made; `running`: later, as the next one has it. */
    readonly end: CallOutcome | 'running' | 'refused';
}

const TOOLS = {
    'bank.pay': ({ account, amount, isFull }: Step) => ({ account, amount, ...(isFull && { note: 'n' }) }),
    'bank.verify': ({ account }: Step) => ({ account }),
    'bank.read': ({ isFull }: Step) => ({ folder: isFull ? 'a' : 'b' }),
    'bank.close': ({ account, isFull }: Step) => ({ account, force: isFull }),
    'bank.probe': ({ account, isFull }: Step) => (isFull ? { account } : {}),
    'odd.list': () => ({})
};

const ALL_TOOLS = {
    ...TOOLS,
    'run.any': () => ({ cmd: 'x' }),
    'scan.some': ({ isFull }: Step) => ({ folder: isFull ? 'a' : 'b' }),
    'mind.wipe': () => ({}),
    'inbox.open': () => ({}),
    'exam.check': ({ account }: Step) => ({ account }),
    'odds.guess': ({ account }: Step) => ({ account }),
    'fx.rate': ({ amount }: Step) => ({ value: amount / 2 }),
    'books.move': ({ amount }: Step) => ({ delta: amount - 2 }),
    'books.lend': ({ amount }: Step) => ({ amount }),
    'disk.write': () => ({ text: 'x' }),
    'disk.load': () => ({}),
    /** It is begun, or ended. */
    delegation: () => ({}),
    /** Another session begins. */
    session: () => ({})
};

const SESSION = { role: 'admin' };

/** Of all tools that `INVENTORY` has, calls of `bank.pay` more often. */
export const USUAL: readonly Step['tool'][] = ['bank.pay', 'bank.pay', ...(Object.keys(TOOLS) as Step['tool'][])];

/** @param ends how calls end: where in one way, all have arguments that fit */
export function steps(ends: readonly Step['end'][], tools = USUAL): fc.Arbitrary<Step[]> {
    const step: fc.Arbitrary<Step> = fc.record({
        wait: fc.constantFrom(0, 0, 0, 0, 1, 60, 299, 300, 301, 3600),
        agent: tools.includes('delegation')
            ? fc.constantFrom('boss', 'helper')
            : fc.constantFrom('assistant', 'assistant', 'clerk'),
        tool: fc.constantFrom(...tools),
        account: fc.constantFrom('x', 'x', 'y'),
        amount: fc.integer({ min: 0, max: 5 }),
        isFull: fc.boolean(),
        isFit: ends.length === 1 ? fc.constant(true) : fc.nat({ max: 11 }).map((number) => number > 0),
        end: fc.constantFrom(...ends)
    });
    return fc.array(step, { minLength: 30, maxLength: 30 });
}

export interface Outcome {
    readonly tool: string;
    readonly kind: string;
    readonly permitted: boolean;
}

/** A policy with its export, which is one that Dogwood accepts. */
export class Game {
    private readonly policy: Policy;
    private readonly engine: Engine;
    readonly text: string;

    private constructor(policy: Policy, about: string) {
        this.policy = policy;
        const exported = dogwoodOf(policy, 'gate.guardrail');
        expectAccepted(exported, about);
        this.text = exported.policies;
        this.engine = new Engine(exported);
    }

    /** @param tools those of the steps, as far as they are declared for them */
    static async of(rules: string, tools: readonly Step['tool'][] = []): Promise<Game> {
        const more = tools.map((tool) => `${MORE[tool] ?? ''}\n`).join('');
        return new Game((await parsePolicy(INVENTORY + more + rules)).lowered as Policy, rules);
    }

    /** Plays the steps; the policy's own gateway lets calls through, and the engine is asked for each. */
    play(played: readonly Step[]): Outcome[] {
        const log: SessionRecord[] = [{ type: 'session', constants: SESSION, time: 0 }];
        const session = this.sessionOf(log);
        const running: { readonly id: string; readonly call: Submitted; readonly end: CallOutcome }[] = [];
        this.engine.begin();
        const record = (event: SessionRecord): void => {
            session.record(event);
            log.push(event);
        };
        let time = 0;
        const ended = (id: string, call: Submitted, end: CallOutcome): void => {
            record(end === 'success' ? { type: 'result', id, result: resultOf(id) } : { type: end, id });
            if (end !== 'lost') {
                this.engine.observe(end === 'success' ? 'response' : 'error', { ...call, time });
            }
        };
        let isDelegated = false;
        return played.flatMap((step, index) => {
            time += step.wait;
            while (running.length > 0 && step.amount % 2 === 0) {
                const { id, call, end } = running.shift()!;
                ended(id, call, end);
            }
            const { agent, tool } = step;
            if (tool === 'delegation') {
                record({
                    ...(isDelegated
                        ? { type: 'return', agent: 'helper', to: 'boss' }
                        : { type: 'delegate', agent: 'boss', to: 'helper', decision: 'allowed' }),
                    time: time * 1000
                });
                isDelegated = !isDelegated;
                return [];
            }
            if (tool === 'session') {
                record({ type: 'session', constants: SESSION, time: time * 1000 });
                running.length = 0;
                this.engine.begin();
                return [];
            }
            const [id, args] = [`r${index}`, step.isFit ? ALL_TOOLS[tool](step) : { other: true }];
            // Cedar has no numbers that need not be whole.
            const input = tool === 'fx.rate' && step.isFit ? {} : args;
            const call: Submitted = { time, agent, tool, input, session: SESSION, requestId: id };
            const asked = { agent, tool, args, time: time * 1000 };
            const { kind } = session.decide(asked);
            const permitted = this.engine.permits(call, step.isFit);
            if (permitted) {
                this.expectAllowed(
                    kind === 'waits'
                        ? this.onceEnded(
                              log,
                              running.map((one) => one.id),
                              asked
                          )
                        : [kind],
                    step
                );
            }
            if (kind === 'held') {
                record({ type: 'call', id, decision: 'held', ...asked });
            } else if (kind !== 'allowed' || step.end === 'refused') {
                record({ type: 'call', id, decision: 'denied', ...asked });
            } else {
                record({ type: 'call', id, decision: 'allowed', ...asked });
                if (step.end === 'running') {
                    running.push({ id, call, end: ENDS[index % ENDS.length]! });
                } else {
                    ended(id, call, step.end);
                }
            }
            return [{ tool, kind, permitted }];
        });
    }

    /** What a decision that waits is, however the calls end that it waits for. */
    private onceEnded(
        log: readonly SessionRecord[],
        running: readonly string[],
        asked: Parameters<Session['decide']>[0]
    ): string[] {
        return ENDS.map((end, shift) => {
            const session = this.sessionOf(log);
            running.forEach((id, index) => {
                const own = ENDS[(index * shift + ENDS.indexOf(end)) % ENDS.length]!;
                session.record(own === 'success' ? { type: 'result', id, result: resultOf(id) } : { type: own, id });
            });
            return session.decide(asked).kind;
        });
    }

    private sessionOf(log: readonly SessionRecord[]): Session {
        const session = createSession(policyFromLowered(this.policy));
        log.forEach((event) => session.record(event));
        return session;
    }

    private expectAllowed(kinds: readonly string[], step: Step): void {
        const others = kinds.filter((kind) => kind !== 'allowed');
        expect(others, `${JSON.stringify(step)}\n${this.text}`).toEqual([]);
    }
}

const ENDS: readonly CallOutcome[] = ['success', 'error', 'lost'];

/** Each second call is one that is told apart. */
function resultOf(id: string): JsonObject {
    const isOther = Number(id.slice(1)) % 2 === 1;
    return { ok: isOther, text: isOther ? 'x' : 'y' };
}
