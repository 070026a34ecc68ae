/**
 * Plays random concrete sessions of a policy, with values from the pools of their kinds, that search for what no
 * session should do.
 */
import { completeCall } from '../../../server/model/advance.js';
import { decide } from '../../../server/model/decide.js';
import type { Arguments, Param, Policy, Reading, Type, Value } from '../../../server/model/policy/policy.js';
import type { Call } from '../../../server/model/session/session.js';
import { KINDS } from './kinds.js';
import { Random } from './random.js';
import { Session, type Seen, type Start, type Step } from './session.js';

/** The effect of a session on a claim. */
export interface Prey {
    readonly start: Start;
    readonly session: readonly Step[];
    readonly steps: number;
}

/** The shortest session for each claim, among all that were played. */
export interface Bag {
    readonly broken: readonly (Prey | undefined)[];
    readonly judged: readonly boolean[];
    readonly triggered: readonly boolean[];
}

/** Seconds on both sides of every window, and of the durations of approvals and holds. */
export const WAITS = [1, 9, 10, 11, 20, 29, 30, 31, 40, 41, 899, 900, 901, 86_399, 86_401, 604_800];

/** The number of steps that are tried in a session, some of which are not possible. */
const MOST_TRIES = 60;

export function hunt(policy: Policy, sessions: number, seed: number): Bag {
    const hunter = new Hunter(policy, new Random(seed));
    for (let i = 0; i < sessions; i++) {
        hunter.play();
    }
    return hunter.bag();
}

class Hunter {
    private readonly broken: (Prey | undefined)[];
    private readonly judged: boolean[];
    private readonly triggered: boolean[];
    /** The values of the session so far, least recently used first. */
    private used: Value[] = [];

    constructor(
        private readonly policy: Policy,
        private readonly random: Random
    ) {
        this.broken = policy.claims.map(() => undefined);
        this.judged = policy.claims.map(() => false);
        this.triggered = policy.claims.map(() => false);
    }

    bag(): Bag {
        return {
            broken: this.broken.map((prey) => prey && shortened(this.policy, prey, this.broken.indexOf(prey))),
            judged: this.judged,
            triggered: this.triggered
        };
    }

    play(): void {
        const { policy, random } = this;
        this.used = [];
        const start: Start = {
            constants: Object.fromEntries(
                (policy.sessionConstants ?? []).map(({ name, type }) => [name, this.valueOf(type)])
            ),
            // A time around nine or five o'clock on a Friday or a Saturday, in Berlin.
            epoch:
                1_772_784_000 +
                random.of([0, 1, 2]) * 86_400 +
                random.of([28_799, 28_800, 57_599, 57_600, 40_000, 0]) -
                1
        };
        const session = new Session(policy, start);
        const taken: Step[] = [];
        this.note(session, start, taken);
        const length = 2 + random.below(8);
        for (let tries = 0; session.steps < length && tries < MOST_TRIES; tries++) {
            const step = this.step(session);
            if (session.take(step)) {
                taken.push(step);
                this.note(session, start, taken);
            }
        }
    }

    private note(session: Session, start: Start, taken: readonly Step[]): void {
        session.seen.forEach(({ steps, judged, triggered }: Seen, index) => {
            this.judged[index] ||= judged;
            this.triggered[index] ||= triggered;
            const best = this.broken[index];
            if (steps !== undefined && steps < (best?.steps ?? Infinity)) {
                this.broken[index] = { start, session: [...taken], steps };
            }
        });
    }

    private step({ state }: Session): Step {
        const { policy, random } = this;
        const roll = random.next();
        const held =
            state.held.length > 0
                ? state.held.items[state.held.length - 1 - random.below(Math.min(2, state.held.length))]!
                : undefined;
        if (held && roll < 0.55) {
            const rules = held.requirements.flatMap((index) => {
                const rule = policy.rules[index];
                return rule?.kind === 'approval' ? [rule] : [];
            });
            const asked = rules.flatMap(({ humans }) => humans);
            const choices = rules.flatMap((rule) => rule.choices ?? []);
            const chosen = choices.length > 0 ? { lasts: random.of(choices) } : {};
            const isApproved = held.approvals.length > 0;
            return isApproved && random.chance(0.7)
                ? this.callOf(held.call)
                : {
                      kind: random.chance(0.85) ? 'approve' : 'refuse',
                      call: held.call,
                      human: random.of(asked),
                      ...chosen
                  };
        }
        if (roll < 0.65 || roll >= 0.92) {
            return this.call(state);
        }
        const others: Step[] = [{ kind: 'wait', seconds: random.of(WAITS) }];
        policy.outsideEvents.forEach(({ special, params = [] }, event) => {
            if (special === undefined) {
                others.push({ kind: 'outside', event, ...(params.length > 0 && { args: this.argumentsOf(params) }) });
            }
        });
        if ((policy.request ?? []).length > 0) {
            const request = this.argumentsOf(policy.request!);
            others.push({
                kind: 'says',
                request: { ...request, text: `use ${random.of(['"a"', '"b"', 'a', '"k1"'])}` }
            });
        }
        for (const [index, { from, to }] of (policy.delegations ?? []).entries()) {
            if (state.settled.delegated?.[index] === true) {
                others.push({ kind: 'return', agent: to, to: from });
            }
        }
        if (random.chance(0.3)) {
            others.push({ kind: 'session' });
        }
        return random.of(others);
    }

    /** A denied call changes little, so the first of several that is not denied is used. */
    private call(state: Session['state']): Step {
        let step = this.callOf(this.someCall());
        for (let tries = 0; tries < 3; tries++) {
            if (
                step.kind !== 'call' ||
                decide(this.policy, state, completeCall(this.policy, step.call), step.readings).kind !== 'denied'
            ) {
                break;
            }
            step = this.callOf(this.someCall());
        }
        return step;
    }

    private someCall(): Call {
        const { policy, random } = this;
        const tool = random.below(policy.tools.length);
        return { agent: random.below(policy.agents.length), tool, args: this.argumentsOf(policy.tools[tool]!.params) };
    }

    private callOf(call: Call): Step & { readonly kind: 'call' } {
        const { policy, random } = this;
        const { returns = [] } = policy.tools[call.tool]!;
        const outcome = random.of(['success', 'success', 'success', 'success', 'error', 'lost'] as const);
        const result =
            outcome === 'success' && returns.length > 0 && random.chance(0.9) ? this.argumentsOf(returns) : undefined;
        const readings = (policy.signals ?? []).flatMap(({ type }, signal): Reading[] => {
            const value = random.chance(0.1) ? undefined : this.signalOf(type);
            return [{ signal, ...(value !== undefined && { value }) }];
        });
        return { kind: 'call', call, answer: { outcome, ...(result && { result }) }, readings };
    }

    private signalOf(type: Type): Value {
        return type.kind === 'bool' ? this.random.chance(0.5) : this.random.of([0, 50, 51, 100]);
    }

    private argumentsOf(params: readonly Param[]): Arguments {
        const args: Record<string, Value> = {};
        for (const { name, type, optional, default: byDefault } of params) {
            if (!((optional || byDefault !== undefined) && this.random.chance(0.3))) {
                args[name] = this.valueOf(type);
            }
        }
        return args;
    }

    private valueOf(type: Type): Value {
        const { random } = this;
        const alike = this.used.filter((value) => fitsRoughly(type, value));
        const value = alike.length > 0 && random.chance(0.5) ? random.of(alike) : random.of(poolOf(type));
        this.used.push(value);
        return value;
    }
}

const pools = new WeakMap<Type, readonly Value[]>();

/** The values of all kinds that the type allows. */
function poolOf(type: Type): readonly Value[] {
    let pool = pools.get(type);
    if (!pool) {
        const all = KINDS.flatMap((kind) => kind.pool);
        const some = all.filter((value, index) => all.indexOf(value) === index && fitsRoughly(type, value));
        pools.set(type, (pool = some.length > 0 ? some : ['a']));
    }
    return pool;
}

/** True if the value may be tried; if a value does not fit, the inventory refuses it. */
function fitsRoughly(type: Type, value: Value): boolean {
    switch (type.kind) {
        case 'bool':
            return typeof value === 'boolean';
        case 'string':
            return (
                typeof value === 'string' &&
                (!type.pattern || new RegExp(`^(?:${type.pattern.regex})$`, 's').test(value))
            );
        case 'entity':
            return typeof value === 'string' && value.length <= 2;
        case 'int':
        case 'number':
        case 'decimal':
            return (
                typeof value === 'number' &&
                value >= (type.min ?? -Infinity) &&
                value <= (type.max ?? Infinity) &&
                (type.kind !== 'int' || Number.isInteger(value))
            );
        case 'literals':
            return type.values.includes(value as string);
        case 'list':
            return Array.isArray(value) && value.every((element: Value) => fitsRoughly(type.element, element));
        case 'map':
        case 'record':
            return typeof value === 'object' && value !== null && !Array.isArray(value) && 'name' in value;
        case 'any':
            return true;
    }
}

/** The session without unneeded steps. */
function shortened(policy: Policy, prey: Prey, claim: number): Prey {
    let best = prey;
    for (let at = prey.session.length - 1; at >= 0; at--) {
        const fewer = best.session.filter((_, index) => index !== at);
        const steps = stepsUntil(policy, best.start, fewer, claim);
        if (steps !== undefined && steps <= best.steps) {
            best = { ...best, session: fewer, steps };
        }
    }
    return best;
}

/**
 * The number of steps after which the session breaks the claim; undefined if it cannot be played, or does not break it.
 */
export function stepsUntil(policy: Policy, start: Start, steps: readonly Step[], claim: number): number | undefined {
    const session = new Session(policy, start);
    return steps.every((step) => session.take(step)) ? session.seen[claim]!.steps : undefined;
}
