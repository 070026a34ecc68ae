/** Random next steps of a session, preferring what the rules and claims of the policy have conditions on. */
import { stepsOf } from '../checker/questions/parts.js';
import { questionOf } from '../checker/questions/question.js';
import { decide } from '../model/decide.js';
import { delegationBetween, isOpenDelegation } from '../model/events/delegation.js';
import { waysToApprove } from '../model/policy/lasting.js';
import type {
    Arguments,
    CallPattern,
    EventPattern,
    Outcome,
    Policy,
    Reading,
    ScenarioStep,
    Value
} from '../model/policy/policy.js';
import type { HeldCall, SessionState } from '../model/session/session.js';
import { mayBe, TRUE } from '../model/policy/truth.js';
import { misfit } from '../model/values/values.js';
import { toolsByInterest } from './interest.js';
import type { Random } from './random.js';
import { undeclaredArgument } from '../checker/system/unfit.js';
import type { PlayedSession } from '../checker/aimed-sessions/session.js';
import { Values } from './random-values.js';
import { beginningAt, type Vocabulary } from '../checker/aimed-sessions/vocabulary.js';

type CallStep = ScenarioStep & { readonly kind: 'call' | 'delegate' };

/** The maximum number of calls running at the same time. */
const MOST_RUNNING = 2;
/** A denied call changes little, so this number of others is tried instead. */
const OTHER_CALLS = 3;

export class Steps {
    private readonly values: Values;
    /** Tools by number, weighted by how often conditions mention them. */
    private readonly interesting: readonly number[];
    /** The tools of which a condition sees the calls that the inventory refuses. */
    private readonly refused: readonly number[];
    /** The tools that this session mostly calls; undefined if it calls all of them. */
    private favourites: readonly number[] = [];
    /** The tools and agents of each step of the `possible` that this session tries to complete, the next step first. */
    private work: readonly CallPattern[] = [];
    private calls: CallStep[] = [];
    private constants: Arguments = {};

    constructor(
        private readonly policy: Policy,
        private readonly vocabulary: Vocabulary,
        private readonly random: Random
    ) {
        this.values = new Values(vocabulary, random);
        this.interesting = toolsByInterest(policy);
        this.refused = refusedTools(policy);
    }

    /** The steps that start a session. */
    start(): ScenarioStep[] {
        const { policy, random, values } = this;
        values.restart();
        this.calls = [];
        this.favourites = random.chance(0.35) ? [random.of(this.interesting), random.of(this.interesting)] : [];
        const works = policy.claims.map((claim) => stepsOf(questionOf(claim)));
        const possible = works.filter((steps) => steps.length > 0);
        this.work = possible.length > 0 && random.chance(0.4) ? random.of(possible) : [];
        const constants = policy.sessionConstants ?? [];
        this.constants = Object.fromEntries(constants.map(({ name, type }) => [name, values.value(name, type)]));
        return [
            ...(constants.length > 0 ? [this.step({ kind: 'session', constants: this.constants })] : []),
            ...this.clock()
        ];
    }

    /** The maximum number of steps in the session: more if the policy counts far. */
    length(): number {
        const { random, vocabulary } = this;
        const { counts } = vocabulary;
        return (
            2 +
            random.below(9) +
            2 * this.work.length +
            (counts.length > 0 && random.chance(0.3) ? random.of(counts) + 2 : 0)
        );
    }

    /** The next step to try. It may be impossible: humans who were not asked answer too. */
    next({ state }: PlayedSession): ScenarioStep {
        const { random } = this;
        const roll = random.below(100);
        if (state.held.length > 0 && roll < 45) {
            return this.aboutHeld(
                state.held.items[state.held.length - 1 - random.below(Math.min(2, state.held.length))]!
            );
        }
        if (state.running.length > 0 && roll < (state.running.length < MOST_RUNNING ? 60 : 85)) {
            return this.end(state);
        }
        return roll < 68 || roll >= 92 ? this.call(state) : this.other(state);
    }

    private call(state: SessionState): ScenarioStep {
        const { random } = this;
        if (this.refused.length > 0 && random.chance(0.1)) {
            return this.refusedCall();
        }
        let step = this.someCall();
        for (let tries = 0; tries < OTHER_CALLS && this.isDenied(state, step); tries++) {
            step = this.someCall();
        }
        this.calls = [...this.calls.slice(-12), step];
        if (this.isAtWork(step) && random.chance(0.9)) {
            this.work = this.work.slice(1);
        }
        return step;
    }

    private refusedCall(): CallStep {
        const { policy, random, values, vocabulary } = this;
        const tool = random.of(this.refused);
        const { name, params } = policy.tools[tool]!;
        const args = spoilt(policy, tool, values.arguments(params), vocabulary.all, random);
        return this.step({
            kind: 'call',
            agent: random.below(policy.agents.length),
            tool: name,
            args,
            expected: 'denied'
        });
    }

    private isAtWork(step: CallStep): boolean {
        const [next] = this.work;
        const tool = this.policy.tools.findIndex(({ name }) => step.kind === 'call' && name === step.tool);
        return next !== undefined && tool >= 0 && mayBe(next.tools[tool]!) && this.agentsOf(next).includes(step.agent);
    }

    private agentsOf({ agents }: CallPattern): readonly number[] {
        return typeof agents === 'object' ? agents : [...this.policy.agents.keys()];
    }

    private isDenied(state: SessionState, step: CallStep): boolean {
        if (step.kind === 'delegate') {
            return false;
        }
        const tool = this.policy.tools.findIndex(({ name }) => name === step.tool);
        return (
            decide(this.policy, state, { agent: step.agent, tool, args: step.args }, step.readings).kind === 'denied'
        );
    }

    private someCall(): CallStep {
        const { policy, random, calls } = this;
        const [next] = this.work;
        if (next && random.chance(0.7)) {
            const tools = next.tools.flatMap((value, tool) =>
                mayBe(value) && policy.tools[tool]!.delegatesTo === undefined ? [tool] : []
            );
            if (tools.length > 0) {
                const tool = random.of(tools);
                return this.callOf(
                    random.of(this.agentsOf(next)),
                    tool,
                    this.values.arguments(policy.tools[tool]!.params)
                );
            }
        }
        if (calls.length > 0 && random.chance(0.25)) {
            return this.again(random.of(calls));
        }
        const tool = random.of(this.favourites.length > 0 && random.chance(0.8) ? this.favourites : this.interesting);
        const { delegatesTo } = policy.tools[tool]!;
        if (delegatesTo !== undefined) {
            const delegators = (policy.delegations ?? []).filter(({ to }) => to === delegatesTo);
            const agent = delegators.length > 0 ? random.of(delegators).from : 0;
            return this.step({ kind: 'delegate', agent, to: delegatesTo, expected: 'allowed' });
        }
        return this.callOf(random.below(policy.agents.length), tool, this.values.arguments(policy.tools[tool]!.params));
    }

    /** Repeats the call, or changes one argument or its agent. */
    private again(step: CallStep): CallStep {
        const { policy, random, values } = this;
        if (step.kind === 'delegate') {
            return step;
        }
        const tool = policy.tools.findIndex(({ name }) => name === step.tool);
        const { params } = policy.tools[tool]!;
        let { args, agent } = step;
        if (params.length > 0 && random.chance(0.5)) {
            const { name, type } = random.of(params);
            args = { ...args, [name]: values.value(name, type) };
        }
        agent = random.chance(0.2) ? random.below(policy.agents.length) : agent;
        return this.callOf(agent, tool, args);
    }

    private callOf(agent: number, tool: number, args: Arguments): CallStep {
        const { policy, random } = this;
        const { name } = policy.tools[tool]!;
        const call = { kind: 'call', agent, tool: name, args, expected: 'allowed' } as const;
        const ends = random.chance(0.85) ? this.ending(tool) : undefined;
        return this.step({ ...call, ...this.read(args), ...ends });
    }

    /** The end of a call: usually a success, with values if the tool returns fields. */
    private ending(tool: number): { readonly outcome: Outcome; readonly result?: Arguments } {
        const { random, values } = this;
        const { returns = [], succeeds } = this.policy.tools[tool]!;
        const outcome = random.of(['success', 'success', 'success', 'success', 'success', 'error', 'lost'] as const);
        const silence = succeeds ? 0 : returns.length > 0 ? 0.1 : 0.6;
        if (outcome !== 'success' || random.chance(silence)) {
            return { outcome };
        }
        const declared = returns.some(({ name }) => name === TEXT.name);
        const hasText = !declared && (returns.length === 0 || random.chance(0.4));
        return { outcome, result: values.arguments(hasText ? [...returns, TEXT] : returns) };
    }

    /** Random readings for an event; most signals get one. */
    private read(args: Arguments = {}): { readonly readings?: readonly Reading[] } {
        const readings = this.readings(args);
        return readings.length > 0 ? { readings } : {};
    }

    private readings(args: Arguments): Reading[] {
        const { random, values } = this;
        return (this.policy.signals ?? []).flatMap(({ name, type, params }, signal): Reading[] => {
            if (random.chance(0.1)) {
                return [];
            }
            const value = values.value(name, type);
            const own = Object.values(args).filter((arg) => misfit(params[0]?.type ?? ANY, arg) === undefined);
            const isFor = params.length === 1 && own.length > 0 && random.chance(0.2);
            return [{ signal, value, ...(isFor && { args: [random.of(own)] }) }];
        });
    }

    private aboutHeld(held: HeldCall): ScenarioStep {
        const { policy, random } = this;
        const asked = held.requirements.flatMap((index) => {
            const rule = policy.rules[index]!;
            return rule.kind === 'approval' ? rule.humans : [];
        });
        const name = policy.tools[held.call.tool]!.name;
        if (held.approvals.length > 0 && random.chance(0.7)) {
            const { agent, tool, args } = held.call;
            const { delegatesTo: to } = policy.tools[tool]!;
            return to === undefined
                ? this.callOf(agent, tool, args)
                : this.step({ kind: 'delegate', agent, to, expected: 'allowed' });
        }
        const humans = random.chance(0.9) && asked.length > 0 ? asked : [...policy.humans.keys()];
        const subject = { tools: policy.tools.map((_, tool) => (tool === held.call.tool ? TRUE : 0)), text: name };
        const human = random.of(humans);
        return random.chance(0.85)
            ? this.step({
                  kind: 'approve',
                  human,
                  subject,
                  lasts: random.of(waysToApprove(policy, held.requirements, human))
              })
            : this.step({ kind: 'refuse', human, subject });
    }

    private end(state: SessionState): ScenarioStep {
        const { tool } = this.random.of(state.running.items).call;
        return this.step({ kind: 'end', tool: this.policy.tools[tool]!.name, ...this.ending(tool), ...this.read() });
    }

    /** Steps that are not calls. */
    private other(state: SessionState): ScenarioStep {
        const { policy, random, values, vocabulary } = this;
        const choices: (() => ScenarioStep)[] = [
            () => this.step({ kind: 'wait', seconds: this.waiting(state) ?? random.of(vocabulary.waits) })
        ];
        policy.outsideEvents.forEach(({ special, params = [] }, event) => {
            if (special === undefined) {
                choices.push(() => {
                    const args = values.arguments(params);
                    return this.step({ kind: 'event', event, ...(params.length > 0 && { args }), ...this.read(args) });
                });
            }
        });
        if (hearsUser(policy)) {
            choices.push(() => this.says());
        }
        (policy.delegations ?? []).forEach(({ from, to }) => {
            const delegation = delegationBetween(policy, from, to);
            if (delegation >= 0 && isOpenDelegation(policy, state, delegation)) {
                choices.push(() => this.step({ kind: 'return', agent: to, to: from }));
            }
        });
        if (random.chance(0.3)) {
            choices.push(() => this.step({ kind: 'session', constants: this.constants }));
        }
        return random.of(choices)();
    }

    private says(): ScenarioStep {
        const { policy, values } = this;
        const fields = values.arguments((policy.request ?? []).filter(({ name }) => name !== 'text'));
        return this.step({ kind: 'says', request: { text: values.sentence(), ...fields }, ...this.read() });
    }

    /** Seconds until a moment at which a condition on the clock changes, or the second before it. */
    private waiting({ epoch, time }: SessionState): number | undefined {
        const { random, vocabulary } = this;
        if (epoch === undefined || random.chance(0.5)) {
            return undefined;
        }
        const now = epoch + time;
        const next = vocabulary.clock.after(now);
        return next.length > 0 ? random.of(next) - now : undefined;
    }

    /** Sets the clock near a moment at which a condition on it changes. */
    private clock(): ScenarioStep[] {
        const { random, policy, vocabulary } = this;
        const starts = vocabulary.clock.starts();
        if (starts.length === 0) {
            return [];
        }
        return beginningAt(policy, random.of(starts));
    }

    private step<const T extends object>(step: T): T & { readonly source: Policy['source']; readonly text: string } {
        return { ...step, source: this.policy.source, text: '' };
    }
}

const ANY = { kind: 'any' } as const;
const TEXT = { name: 'text', type: { kind: 'string' }, optional: false } as const;

function hearsUser({ outsideEvents, request = [], sources = [] }: Policy): boolean {
    return (
        request.length > 0 ||
        sources.some(({ kind }) => kind === 'user') ||
        outsideEvents.some(({ special }) => special === 'user says')
    );
}

/** The tools of which some pattern sees the calls that are refused. */
function refusedTools({ tools, monitors, recorders = [], machines = [] }: Policy): readonly number[] {
    const patterns: EventPattern[] = [
        ...[...monitors, ...recorders].flatMap(({ event, from }) => (from ? [event, from] : [event])),
        ...machines.flatMap(({ transitions }) => transitions.map(({ event }) => event))
    ].filter(({ status }) => status === 'attempted' || status === 'denied');
    return tools.flatMap(({ delegatesTo }, tool) =>
        delegatesTo === undefined && patterns.some((pattern) => mayBe(pattern.tools[tool]!)) ? [tool] : []
    );
}

/** The arguments with one that does not fit: a value outside of its type, or one that the tool does not declare. */
function spoilt({ tools }: Policy, tool: number, args: Arguments, values: readonly Value[], random: Random): Arguments {
    const { params } = tools[tool]!;
    const param = params.length > 0 && random.chance(0.8) ? random.of(params) : undefined;
    const others = param ? [...values, ...UNUSUAL].filter((value) => misfit(param.type, value) !== undefined) : [];
    return others.length > 0
        ? { ...args, [param!.name]: random.of(others) }
        : { ...args, ...undeclaredArgument({ params }) };
}

const UNUSUAL: readonly Value[] = [-1, -100, 100, 0.5, true, 'x', []];
