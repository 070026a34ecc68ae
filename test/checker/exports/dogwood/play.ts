/** Random sessions, decided by a policy and, as an engine sees them, by its export to Dogwood. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { dogwoodOf } from '../../../../server/checker/exports/dogwood/policies.js';
import type { CallOutcome, SessionRecord } from '../../../../server/gateway/events.js';
import { createSession, parsePolicy, policyFromLowered, type Session } from '../../../../server/gateway/library.js';
import type { Policy } from '../../../../server/model/policy.js';
import { Engine, expectAccepted, type Submitted } from './engine.js';

export const INVENTORY = `policy Gate
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

/** What makes more events, or more labels, than calls are seen to. */
export const MORE = `agent boss delegates to helper on its own rights
agent helper
server ops {
  tool run(cmd: string) may do bank.pay, bank.read
  tool scan(folder: "a" | "b") readonly reads private when folder == "a"
  tool wipe() clears private
  tool check(account: string) readonly returns (ok: bool) succeeds when result.ok == true
  tool guess(account: string) hint external
  tool rate(value: number)
}
server disk stores {
  tool write(text: string)
  tool load() readonly
}
`;

/** What happens next. */
export interface Step {
    readonly wait: number;
    readonly agent: 'assistant' | 'clerk' | 'boss' | 'helper';
    readonly tool: keyof typeof MORE_TOOLS;
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

const MORE_TOOLS = {
    ...TOOLS,
    'ops.run': () => ({ cmd: 'x' }),
    'ops.scan': ({ isFull }: Step) => ({ folder: isFull ? 'a' : 'b' }),
    'ops.wipe': () => ({}),
    'ops.check': ({ account }: Step) => ({ account }),
    'ops.guess': ({ account }: Step) => ({ account }),
    'ops.rate': ({ amount }: Step) => ({ value: amount / 2 }),
    'disk.write': () => ({ text: 'x' }),
    'disk.load': () => ({}),
    /** It is begun, or ended. */
    delegation: () => ({})
};

const SESSION = { role: 'admin' };

/** @param ends how calls end: where in one way, all have arguments that fit */
export function steps(ends: readonly Step['end'][], withMore = false): fc.Arbitrary<Step[]> {
    const tools = Object.keys(withMore ? MORE_TOOLS : TOOLS) as Step['tool'][];
    const step: fc.Arbitrary<Step> = fc.record({
        wait: fc.constantFrom(0, 0, 0, 0, 1, 60, 299, 300, 301, 3600),
        agent: withMore
            ? fc.constantFrom('assistant', 'clerk', 'boss', 'helper')
            : fc.constantFrom('assistant', 'assistant', 'clerk'),
        tool: fc.constantFrom('bank.pay', 'bank.pay', ...tools),
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

    static async of(rules: string, inventory = INVENTORY): Promise<Game> {
        return new Game((await parsePolicy(`${inventory}${rules}\n`)).lowered as Policy, rules);
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
            record(end === 'success' ? { type: 'result', id, result: { ok: call.time % 2 === 0 } } : { type: end, id });
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
            const [id, args] = [`r${index}`, step.isFit ? MORE_TOOLS[tool](step) : { other: true }];
            // Cedar has no numbers that need not be whole.
            const input = tool === 'ops.rate' && step.isFit ? {} : args;
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
                session.record(own === 'success' ? { type: 'result', id, result: {} } : { type: own, id });
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
