/**
 * The calls of a session with an aim: each is submitted once everything that the rules ask for has been done, and is approved where
 * they ask people.
 */
import { evaluate, matchesCall, readTerm } from '../../model/conditions/evaluate.js';
import { type Situation, situationIn } from '../../model/conditions/inputs.js';
import { findHeld, rulesOf } from '../../model/decide.js';
import type {
    Arguments,
    CallPattern,
    Condition,
    EventPattern,
    Outcome,
    Policy,
    Reading,
    ScenarioStep,
    Term,
    Value
} from '../../model/policy/policy.js';
import { choicesOf } from '../../model/policy/lasting.js';
import { FALSE, TRUE, mayBe } from '../../model/policy/truth.js';
import { keyText } from '../../model/session/approvals.js';
import type { Call } from '../../model/session/session.js';
import { withConstants } from '../reductions/environment/constants.js';
import { spend } from '../limits/budget.js';
import { limitOf } from '../limits/limits.js';
import { UNITS } from '../limits/units.js';
import { undeclaredArgument } from '../system/unfit.js';
import { conditionsOf } from '../conditions/walk.js';
import { alikeIn, argumentsFor, completed, fieldsFor, valueOfCall } from './fitting.js';
import { PlayedSession, played } from './session.js';
import { misfit, ownField } from '../../model/values/values.js';

/** The number of calls that lead to each other, and of attempts to do what a call still lacks. */
export const DEPTH = 5;
const ROUNDS = 10;

export const ALWAYS: Condition = { op: 'constant', value: TRUE };

/** The tools and agents of such calls. */
export function callersOf(
    policy: Policy,
    { tools, agents }: CallPattern
): { readonly tool: number; readonly agent: number }[] {
    const among = typeof agents === 'object' ? agents : [...policy.agents.keys()];
    return tools.flatMap((value, tool) =>
        mayBe(value) && policy.tools[tool]!.delegatesTo === undefined ? among.map((agent) => ({ tool, agent })) : []
    );
}

/** A call that is to be released. */
interface Wanted {
    readonly tool: number;
    readonly agent: number;
    readonly args?: Arguments;
    readonly result?: Arguments;
    readonly outcome?: Outcome;
    /** What has to be true at its release. */
    readonly wanted?: Condition;
}

/** A session that is built for an aim. */
export abstract class AimedCalls {
    session: PlayedSession;
    protected readonly readings = new Map<number, Reading>();
    /** A call that has to stay held while something is brought about for it. */
    private own: Call | undefined;
    private isRefused = false;
    /** The constants of the session, and the policy with them as values. */
    private readonly constants: Arguments | undefined;
    private readonly fixed: Policy;
    /** True while texts that nothing asks for differ from call to call. */
    protected isVaried = false;
    protected texts = 0;
    protected readonly source: Policy['source'];
    protected left = limitOf('aimedSteps');

    /**
     * @param start the first steps of the session
     * @param isOverSessions true if the agent opens another session where this one does not let a call through
     */
    constructor(
        protected readonly policy: Policy,
        start: readonly ScenarioStep[] = [],
        private readonly isOverSessions = false
    ) {
        this.source = policy.source;
        const first = start.find((step) => step.kind === 'session');
        this.constants = first?.kind === 'session' ? first.constants : undefined;
        this.fixed = this.constants ? { ...policy, rules: withConstants(policy.rules, this.constants) } : policy;
        this.session = played(policy, start) ?? new PlayedSession(policy);
    }

    /** Releases such a call, after whatever has to happen before; false, and nothing changes, if that was not found. */
    released({ wanted = ALWAYS, ...call }: Wanted, depth: number): boolean {
        return this.isMade({ wanted, ...call }, depth, (one) => this.isReleased(one, { wanted, ...call }, depth));
    }

    /** Submits such a call once what is wanted is true, whatever the rules decide; false, and nothing changes, if that was not found. */
    submitted({ wanted = ALWAYS, outcome = 'success', ...call }: Wanted, depth: number): boolean {
        const isTrue = (one: Call): boolean => evaluate(this.policy, wanted, this.at(one)) === TRUE;
        return this.isMade({ wanted, ...call, mayBeStopped: true }, depth, (one) => {
            let left = ROUNDS;
            while (left > 0 && !isTrue(one)) {
                left = this.achieve(wanted, true, one, depth) ? left - 1 : 0;
            }
            if (findHeld(this.session.state, one)) {
                // The decision of a held call is not judged again.
                this.isLetThrough(one, {});
            }
            return isTrue(one) && this.take(this.callStep(one, outcome, call.result));
        });
    }

    /**
     * Releases a call with each kind of arguments that fit what is wanted, and then all of them again: of a second call something may be
     * true that the rules do not see, as a held call is decided without what belongs to it. False if none was released.
     */
    repeated({ tool, agent, wanted }: Wanted & { readonly wanted: Condition }): boolean {
        const all = this.argumentsFor({ tool, agent }, {}, wanted);
        const isMade = [...all, ...all].map((args) => this.tried(() => this.isReleased({ tool, agent, args }, {}, 0)));
        return isMade.includes(true);
    }

    /**
     * Holds such a call and has it approved before what is wanted is brought about: its own attempt, hold and answers then count for
     * what is wanted, as they do for a claim, and not for the rules. False, and nothing changes, if it was not released after that.
     *
     * @param isRefused true if attempts are of calls that the inventory refuses, which leave nothing else behind
     */
    heldFirst({ tool, agent, wanted }: Wanted & { readonly wanted: Condition }, isRefused: boolean): boolean {
        this.isRefused = isRefused;
        const asked: Condition = { op: 'and', args: [wanted, this.asksPeople(tool)] };
        return this.isMade({ tool, agent, wanted: asked }, 0, (call) => {
            const isHeld = this.isSubmitted(call) && this.decisionOfLast() === 'held' && this.isApproved(call);
            this.own = findHeld(this.session.state, call)?.call;
            return isHeld && this.achieve(wanted, true, call, 0) && this.isLetThrough(call, {});
        });
    }

    /** The condition under which people are asked about calls of the tool. */
    private asksPeople(tool: number): Condition {
        const asking = rulesOf(this.policy, tool).filter(({ rule }) => rule.kind === 'approval');
        return { op: 'or', args: asking.map(({ rule }) => rule.when) };
    }

    /** Submits the call once people are asked about it and no rule denies it. */
    private isSubmitted(call: Call): boolean {
        const rounds = ROUNDS + rulesOf(this.policy, call.tool).length;
        for (let round = 0; round < rounds; round++) {
            const open = this.lacking(call, this.asksPeople(call.tool));
            if (!open) {
                return this.take(this.callStep(call, 'success', undefined));
            }
            if (!this.achieve(open, true, call, 0)) {
                return false;
            }
        }
        return false;
    }

    /** Releases a call, and another one that its approval covers too. */
    covered({ tool, agent, wanted }: Wanted & { readonly wanted: Condition }): boolean {
        const { policy } = this;
        const asking = rulesOf(policy, tool).flatMap(({ rule }) => (rule.kind === 'approval' ? [rule] : []));
        const covering = asking.flatMap(({ per }) => (per ? [per] : []));
        return this.isMade({ tool, agent, wanted }, 0, (call) =>
            covering
                .flatMap((keys) => alikeIn(policy, call, (one) => keyText(keys, this.at(one))))
                .some(({ first, second }) =>
                    this.tried(() => {
                        const isCovered = this.isReleased(first, {}, 0);
                        // Nobody is asked about the second one for another reason, if that can be.
                        asking.forEach(({ per, when }) => per || this.achieve(when, false, second, 0));
                        return isCovered && this.isReleased(second, { wanted }, 0);
                    })
                )
        );
    }

    private isMade(
        { tool, agent, args: fixed = {}, wanted, mayBeStopped }: Wanted & { readonly mayBeStopped?: boolean },
        depth: number,
        make: (call: Call) => boolean
    ): boolean {
        const all = depth > DEPTH ? [] : this.argumentsFor({ tool, agent }, fixed, wanted ?? ALWAYS, mayBeStopped);
        return all.some((args) => {
            const call = { tool, agent, args: this.isVaried ? this.varied({ tool, agent, args }, fixed) : args };
            return this.tried(() => make(call));
        });
    }

    /** Does the work, and undoes it if it fails. */
    protected tried(work: () => boolean): boolean {
        const before = [...this.session.steps];
        if (work()) {
            return true;
        }
        if (this.session.steps.length > before.length) {
            this.left -= before.length;
            this.session = played(this.policy, before) ?? new PlayedSession(this.policy);
        }
        return false;
    }

    protected take(step: object): boolean {
        spend(UNITS.sessionStep);
        return --this.left >= 0 && this.session.take({ ...step, source: this.source, text: '' } as ScenarioStep);
    }

    protected at(call: Call): Situation {
        return situationIn(this.session.state, { call, readings: [...this.readings.values()] });
    }

    /** Makes the condition true, opens another session, and releases or submits the call there. */
    inAnotherSession({ tool, agent, wanted }: Wanted & { readonly wanted: Condition }, isReleased: boolean): boolean {
        return this.isMade({ tool, agent, wanted, mayBeStopped: !isReleased }, 0, (call) => {
            if (!this.achieve(wanted, true, call, 0) || !this.isAnew()) {
                return false;
            }
            return isReleased ? this.isReleased(call, {}, 0) : this.take(this.callStep(call, 'success', undefined));
        });
    }

    private isAnew(): boolean {
        return this.take({ kind: 'session', constants: this.constants ?? {} });
    }

    private argumentsFor(
        caller: Pick<Call, 'agent' | 'tool'>,
        given: Arguments,
        wanted: Condition,
        mayBeStopped = false
    ): Arguments[] {
        const { constants } = this;
        const asked = constants ? withConstants(wanted, constants) : wanted;
        return argumentsFor(this.fixed, caller, given, asked, mayBeStopped);
    }

    protected isReleased(call: Call, end: Omit<Wanted, 'tool' | 'agent'>, depth: number): boolean {
        return (
            this.tried(() => this.isReleasedHere(call, end, depth)) ||
            (this.isOverSessions && this.isAnew() && this.isReleasedHere(call, end, depth))
        );
    }

    private isReleasedHere(
        call: Call,
        { wanted = ALWAYS, ...end }: Omit<Wanted, 'tool' | 'agent'>,
        depth: number
    ): boolean {
        const rounds = ROUNDS + rulesOf(this.policy, call.tool).length;
        for (let round = 0; round < rounds; round++) {
            const open = this.lacking(call, wanted);
            if (!open) {
                return this.isLetThrough(call, end);
            }
            if (!this.achieve(open, true, call, depth)) {
                return false;
            }
        }
        return false;
    }

    /** Something that has to be true before the call is let through. */
    protected lacking(call: Call, wanted: Condition): Condition | undefined {
        const { policy } = this;
        const situation = this.at(call);
        const grants: Condition[] = [];
        const needed: Condition[] = [wanted];
        for (const { rule } of rulesOf(policy, call.tool)) {
            if (!mayBe(matchesCall(rule.subject, call))) {
                continue;
            }
            const inMode: Condition[] = rule.mode ? [{ op: 'in mode', ...rule.mode }] : [];
            if (rule.kind === 'allow') {
                grants.push({ op: 'and', args: [...inMode, rule.when] });
            } else if (rule.kind === 'deny') {
                needed.push({ op: 'not', arg: rule.when });
            } else if (rule.kind === 'require') {
                needed.push({ op: 'or', args: [rule.requires, { op: 'not', arg: rule.when }] });
            }
        }
        needed.push({ op: 'or', args: grants });
        return needed.find((condition) => evaluate(policy, condition, situation) !== TRUE);
    }

    /** Submits the call, and everybody whom the rules ask approves it. */
    isLetThrough(call: Call, { result, outcome = 'success' }: Pick<Wanted, 'result' | 'outcome'>): boolean {
        const step = this.callStep(call, outcome, result);
        for (let asked = 0; asked < 3; asked++) {
            if (!this.take(step)) {
                return false;
            }
            if (this.session.steps.at(-1)!.kind === 'call' && this.decisionOfLast() !== 'held') {
                return this.decisionOfLast() === 'allowed';
            }
            if (!this.isApproved(call)) {
                return false;
            }
        }
        return false;
    }

    protected decisionOfLast(): string | undefined {
        const step = this.session.steps.at(-1);
        return step?.kind === 'call' ? step.expected : undefined;
    }

    protected callStep({ agent, tool, args }: Call, outcome: Outcome, result: Arguments | undefined): object {
        const { name, returns = [], succeeds } = this.policy.tools[tool]!;
        const fields = succeeds ? fieldsFor(succeeds, this.readFrom({ agent, tool, args })).result : {};
        const all = outcome === 'success' ? completed(returns, { ...fields, ...result }) : undefined;
        const given = result && 'text' in result ? { ...all, text: result['text']! } : all;
        return {
            kind: 'call',
            agent,
            tool: name,
            args,
            expected: 'allowed',
            outcome,
            ...(given && Object.keys(given).length > 0 && { result: given }),
            ...(this.readings.size > 0 && { readings: [...this.readings.values()] })
        };
    }

    /** Everybody whom the rules ask approves the call. */
    protected isApproved(call: Call): boolean {
        const { policy, session } = this;
        const held = session.state.held.items.at(-1);
        const humans = new Set(
            (held?.requirements ?? []).flatMap((index) => {
                const rule = policy.rules[index]!;
                return rule.kind === 'approval' ? rule.humans : [];
            })
        );
        const subject = { tools: policy.tools.map((_, tool) => (tool === call.tool ? TRUE : FALSE)), text: '' };
        // The longest choice lets most through.
        const lasts = (human: number) => choicesOf(policy, held?.requirements ?? [], human).at(-1);
        return (
            [...humans].filter((human) => this.take({ kind: 'approve', human, subject, lasts: lasts(human) })).length >
            0
        );
    }

    waits(seconds: number): boolean {
        return this.take({ kind: 'wait', seconds });
    }

    says(value: Value): boolean {
        const fields = completed(
            (this.policy.request ?? []).filter(({ name }) => name !== 'text'),
            {}
        );
        const request = { ...fields, text: typeof value === 'string' ? value : JSON.stringify(value) };
        return this.take({ kind: 'says', request });
    }

    /** Makes such an event happen. */
    happens(pattern: EventPattern | CallPattern, keys: Arguments, decided: Call | undefined, depth: number): boolean {
        const { policy } = this;
        if (depth > DEPTH) {
            return false;
        }
        const status = 'status' in pattern ? pattern.status : 'succeeded';
        const where = 'where' in pattern ? pattern.where : ALWAYS;
        const read = this.readFrom(decided);
        const { args, result } = fieldsFor(where, read);
        const own = typeof pattern.agents === 'string' && decided ? { agents: [decided.agent] } : {};
        const among = callersOf(policy, { ...pattern, ...own });
        // While a call is held, others of its tool may be more than that tool is allowed.
        const nearness = ({ tool, agent }: { readonly tool: number; readonly agent: number }): number =>
            Number(agent === decided?.agent) + (this.own?.tool === tool ? 0 : 2);
        const near = [...among].sort((a, b) => nearness(b) - nearness(a));
        return (
            near.some(({ tool, agent }) =>
                this.tried(() => {
                    const wanted = { tool, agent, args: { ...args, ...keys }, result };
                    switch (status) {
                        case 'succeeded':
                        case 'returned':
                        case 'released':
                            return this.released(wanted, depth);
                        case 'failed':
                            return this.released({ ...wanted, outcome: 'error' }, depth);
                        default:
                            return this.attempts(wanted, status);
                    }
                })
            ) ||
            (pattern.outside ?? []).some((event) => {
                const { special, params = [] } = policy.outsideEvents[event]!;
                const all = completed(params, { ...args, ...keys });
                return special === undefined
                    ? all !== undefined && this.take({ kind: 'event', event, ...(params.length > 0 && { args: all }) })
                    : special === 'user says' && this.says('x');
            })
        );
    }

    /** Submits a call whatever the rules decide, and answers it if that is asked. */
    protected attempts({ tool, agent, args = {} }: Wanted, status: EventPattern['status']): boolean {
        const { policy } = this;
        const isAsked = status === 'held' || status === 'approved' || status === 'refused';
        const among = isAsked ? this.argumentsFor({ tool, agent }, args, this.asksPeople(tool)) : [];
        const fitting = among[0] ?? completed(policy.tools[tool]!.params, args);
        const held = fitting && findHeld(this.session.state, { tool, agent, args: fitting });
        const isOwn = held !== undefined && held.call === this.own;
        const isSpoilt = this.isRefused || status === 'denied' || isOwn;
        const other = fitting && (isSpoilt || isAsked) ? this.varied({ tool, agent, args: fitting }, args) : fitting;
        const spoilt = isSpoilt ? undeclaredArgument(policy.tools[tool]!) : {};
        const call = other && { tool, agent, args: { ...other, ...spoilt } };
        if (call && status === 'attempted' && held && !isSpoilt) {
            // Submitted again, a held call is the same attempt.
            this.isLetThrough(call, {});
        }
        if (!call || !this.take(this.callStep(call, 'success', {}))) {
            return false;
        }
        const decision = this.decisionOfLast();
        const subject = { tools: policy.tools.map((_, other) => (tool === other ? TRUE : FALSE)), text: '' };
        switch (status) {
            case 'attempted':
                return true;
            case 'approved':
                return decision === 'held' && this.isApproved(call);
            case 'refused':
                return (
                    decision === 'held' &&
                    policy.humans.some((_, human) => this.take({ kind: 'refuse', human, subject }))
                );
            default:
                return decision === status;
        }
    }

    /** Reads the terms of a `where` that are about the decided call. */
    protected readFrom(decided: Call | undefined): (term: Term) => Value | undefined {
        return (term) =>
            term.term === 'constant'
                ? term.value
                : decided && readTerm(term.term === 'call' ? term.of : term, this.at(decided));
    }

    /** The same with other texts than those of earlier calls, where no condition on the call alone can tell them apart. */
    private varied({ tool, agent, args }: Call, fixed: Arguments): Arguments {
        const number = ++this.texts;
        const conditions = rulesOf(this.policy, tool).flatMap(({ rule }) => conditionsOf(rule));
        const told = (of: Arguments): string =>
            conditions.map((condition) => valueOfCall(condition, { tool, agent, args: of })).join();
        let best = args;
        for (const { name, type } of this.policy.tools[tool]!.params) {
            const value = ownField(args, name);
            if (typeof value === 'string' && ownField(fixed, name) === undefined) {
                best =
                    [`${value}${number}`, `x${number}${value}`, `${value}/x${number}`]
                        .filter((other) => misfit(type, other) === undefined)
                        .map((other) => ({ ...best, [name]: other }))
                        .find((other) => told(other) === told(args)) ?? best;
            }
        }
        return best;
    }

    /** Makes the condition true, or false, at the call. */
    abstract achieve(condition: Condition, isWanted: boolean, call: Call, depth: number): boolean;
}
