/** Plays random sessions, decided by a policy and by its Dogwood export, as an engine would. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { dogwoodOf } from '../../../server/export/dogwood/policies.js';
import type { CallOutcome, SessionRecord } from '../../../server/gateway/events.js';
import type { Session } from '../../../server/gateway/library.js';
import type { Arguments, Policy } from '../../../server/model/policy/policy.js';
import { policyOf, sessionOf } from '../session-of.js';
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

/** Features that cause more events or more labels than the visible calls, with their declarations. */
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
    'shop.order':
        'server shop { tool order(items: string[], to: { city: string, zip?: int }, rates: { rate: number }, now?: bool) }',
    'books.move': 'server books {\n  tool move(delta: int)\n  tool lend(amount: int >= 0)\n}',
    'disk.load': 'server disk stores {\n  tool write(text: string)\n  tool load() readonly\n}'
};

/** The next event. */
export interface Step {
    readonly wait: number;
    readonly agent: 'assistant' | 'clerk' | 'boss' | 'helper';
    readonly tool: keyof typeof ALL_TOOLS;
    readonly account: string;
    readonly amount: number;
    readonly isFull: boolean;
    /** False if the call has no arguments that fit its tool. */
    readonly isFit: boolean;
    /** The end of the call, if it is made. With `running`, it ends later, as the next step states. */
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
    'shop.order': ({ account, amount, isFull }: Step) => ({
        items: [account],
        to: { city: account, ...(isFull && { zip: amount }) },
        rates: { rate: amount / 2 },
        ...(isFull && { now: false })
    }),
    'books.move': ({ amount }: Step) => ({ delta: amount - 2 }),
    'books.lend': ({ amount }: Step) => ({ amount }),
    'disk.write': () => ({ text: 'x' }),
    'disk.load': () => ({}),
    /** A delegation begins or ends. */
    delegation: () => ({}),
    /** Another session begins. */
    session: () => ({})
};

/** Omits one of the arguments, or gives one of another type or out of range. */
function unfit(args: Arguments, { amount, isFull }: Step): Arguments {
    const names = Object.keys(args);
    const name = names[amount % names.length]!;
    const value = args[name]!;
    if (typeof value === 'number') {
        return { ...args, [name]: isFull ? -1000 : '9' };
    }
    if (isFull || name !== names[0]) {
        return { ...args, [name]: typeof value === 'boolean' ? 'true' : 7 };
    }
    return Object.fromEntries(Object.entries(args).filter(([other]) => other !== name));
}

const SESSION = { role: 'admin' };

/** The tools of `INVENTORY`, with `bank.pay` more often than the others. */
export const USUAL: readonly Step['tool'][] = ['bank.pay', 'bank.pay', ...(Object.keys(TOOLS) as Step['tool'][])];

/** @param ends how calls end; if there is only one way, all calls have arguments that fit */
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

/** A policy with its export, which Dogwood accepts. */
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

    /** @param tools the tools of the steps, as far as they are declared */
    static async of(rules: string, tools: readonly Step['tool'][] = []): Promise<Game> {
        const more = tools.map((tool) => `${MORE[tool] ?? ''}\n`).join('');
        return new Game(await policyOf(INVENTORY + more + rules), rules);
    }

    /** Plays the steps: the policy's own gateway lets calls through, and the engine is asked about each. */
    play(steps: readonly Step[]): Outcome[] {
        const run = new Run(this.policy, this.engine, this.text);
        return steps.flatMap((step, index) => run.play(step, index));
    }
}

interface Running {
    readonly id: string;
    readonly call: Submitted;
    readonly end: CallOutcome;
}

class Run {
    private readonly log: SessionRecord[] = [];
    private readonly session: Session;
    private running: Running[] = [];
    private time = 0;
    private isDelegated = false;

    constructor(
        private readonly policy: Policy,
        private readonly engine: Engine,
        private readonly about: string
    ) {
        this.session = sessionOf(policy, () => this.time * 1000);
        this.begin();
    }

    play(step: Step, index: number): Outcome[] {
        this.time += step.wait;
        if (step.amount % 2 === 0) {
            this.running.forEach((call) => this.end(call));
            this.running = [];
        }
        switch (step.tool) {
            case 'delegation':
                this.delegate();
                return [];
            case 'session':
                this.begin();
                return [];
            default:
                return this.submit(step, index);
        }
    }

    private begin(): void {
        this.record({ type: 'session', constants: SESSION, time: this.time * 1000 });
        this.running = [];
        this.engine.begin();
    }

    private delegate(): void {
        const time = this.time * 1000;
        this.record(
            this.isDelegated
                ? { type: 'return', agent: 'helper', to: 'boss', time }
                : { type: 'delegate', agent: 'boss', to: 'helper', decision: 'allowed', time }
        );
        this.isDelegated = !this.isDelegated;
    }

    /** Submits a call. A held call is approved, if its arguments are complete, and submitted again. */
    private submit(step: Step, index: number, times = 1): Outcome[] {
        const { agent, tool } = step;
        const fit = ALL_TOOLS[tool](step);
        // Cedar has only whole numbers.
        const isSeen = tool !== 'fx.rate' && Object.keys(fit).length > 0;
        const isFit = step.isFit || !isSeen;
        const args = isFit ? fit : unfit(fit, step);
        const input =
            tool === 'fx.rate' ? {} : 'rates' in args && typeof args.rates === 'object' ? { ...args, rates: {} } : args;
        const id = `r${2 * index + times - 1}`;
        const call: Submitted = { time: this.time, agent, tool, input, session: SESSION, requestId: id };
        const asked: Asked = { agent, tool, args, time: this.time * 1000 };
        const { kind } = this.session.decide(asked);
        const permitted = this.engine.permits(call, isFit);
        if (permitted) {
            const others = (kind === 'waits' ? this.onceEnded(asked) : [kind]).filter((one) => one !== 'allowed');
            expect(others, `${JSON.stringify(step)}\n${this.about}`).toEqual([]);
        }
        if (kind === 'allowed' && step.end !== 'refused') {
            this.record({ type: 'call', id, decision: 'allowed', ...asked });
            this.make(id, call, step.end, ENDS[index % ENDS.length]!);
        } else {
            this.record({ type: 'call', id, decision: kind === 'held' ? 'held' : 'denied', ...asked });
        }
        const outcome: Outcome = { tool, kind: kind === 'allowed' && times > 1 ? 'approved' : kind, permitted };
        if (kind !== 'held' || !step.isFull || times > 1) {
            return [outcome];
        }
        this.record({ type: 'approve', id, human: 'user' });
        return [outcome, ...this.submit(step, index, times + 1)];
    }

    /** @param later the end of the call, if it keeps running for now */
    private make(id: string, call: Submitted, end: CallOutcome | 'running', later: CallOutcome): void {
        if (end === 'running') {
            this.running.push({ id, call, end: later });
        } else {
            this.end({ id, call, end });
        }
    }

    private end({ id, call, end }: Running): void {
        this.record(endOf(id, end));
        if (end !== 'lost') {
            this.engine.observe(end === 'success' ? 'response' : 'error', { ...call, time: this.time });
        }
    }

    private record(event: SessionRecord): void {
        const timed = { time: this.time * 1000, ...event };
        this.session.record(timed);
        this.log.push(timed);
    }

    /** The decision on a waiting call that is the same for all ends of the calls that it waits for. */
    private onceEnded(asked: Asked): string[] {
        return ENDS.map((_, shift) => {
            const session = sessionOf(this.policy, () => this.time * 1000);
            this.log.forEach((event) => session.record(event));
            this.running.forEach(({ id }, index) => session.record(endOf(id, ENDS[(index + shift) % ENDS.length]!)));
            return session.decide(asked).kind;
        });
    }
}

type Asked = Parameters<Session['decide']>[0];

const ENDS: readonly CallOutcome[] = ['success', 'error', 'lost'];

/** The end of a call, in which every second result differs. */
function endOf(id: string, end: CallOutcome): SessionRecord {
    const isOther = Number(id.slice(1)) % 4 < 2;
    return end === 'success'
        ? { type: 'result', id, result: { ok: isOther, text: isOther ? 'x' : 'y' } }
        : { type: end, id };
}
