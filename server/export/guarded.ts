/**
 * The finite system of a claim as guarded commands over named variables (Dijkstra 1975), for tools that explore such
 * systems. It is built from the actions of the exact search. It is equivalent to `PolicySystem`, but with expressions
 * instead of the decision procedure. A held call is approved and released in one step, and every second is a separate
 * step if the policy has windows.
 */
import { matchesCall } from '../model/conditions/evaluate.js';
import type { Effect } from '../model/events/effects.js';
import type { Assumption, Claim, Condition, Policy } from '../model/policy/policy.js';
import { stepsOf } from '../checker/questions/parts.js';
import { policyFor } from '../checker/questions/assumptions-of-claim.js';
import { questionOf } from '../checker/questions/question.js';
import { mayBe, mustBe, UNKNOWN } from '../model/policy/truth.js';
import type { Action } from '../checker/system/actions.js';
import { actionsOf } from '../checker/system/actions.js';
import { monitorOfBeginning } from '../checker/reductions/work-beginning.js';
import { unsupportedPartsOf } from '../checker/system/unsupported.js';
import type { End } from '../checker/system/ends.js';
import type { ExternalEvent } from '../checker/system/external-events.js';
import { externalEventsOf } from '../checker/system/external-events.js';
import { refusalsOf } from '../checker/system/refusals-by-inventory.js';
import { specialise } from '../checker/conditions/walk.js';
import { eventCall, forAnyKey, NO_CALL } from '../checker/system/situations.js';
import type { Slice } from '../checker/reductions/slice.js';
import { seesHolds, sliceFor, withScope } from '../checker/reductions/slice.js';
import { callText, eventText, readingTexts } from '../checker/traces/trace.js';
import type { Asker } from './conditions.js';
import { Conditions } from './conditions.js';
import type { SymbolicDecision } from './decisions.js';
import { Decisions } from './decisions.js';
import type { Assignment } from './effects.js';
import { Effects } from './effects.js';
import type { Bool } from './expressions.js';
import { all, any, bool, choose, compare, NO, not, number, successor, variable, YES } from './expressions.js';
import { Unexportable } from './unexportable.js';
import type { Variable } from './variables.js';
import { Variables } from './variables.js';

/** A step that can be taken in every state in which `guard` is true. All its assignments read the state before it. */
export interface Command {
    /** The step in words: `clerk calls bank.pay(amount: 5), which succeeds`. */
    readonly text: string;
    readonly guard: Bool;
    readonly assignments: readonly Assignment[];
}

/** A violation of the claim: a step or, without assignments, a state. */
export interface Goal {
    readonly text: string;
    readonly guard: Bool;
}

export interface GuardedSystem {
    readonly policy: string;
    readonly claim: Claim;
    readonly variables: readonly Variable[];
    readonly commands: readonly Command[];
    /** The goals: reaching one breaks the claim, or completes the steps of a `possible`. */
    readonly goals: readonly Goal[];
    /** The differences between this system and that of the checker, in sentences; empty if there are none. */
    readonly differences: readonly string[];
}

/** The number of tracked values of each key, if some history has keys. */
const TRACKED_VALUES = 2;

/** Throws `Unexportable`; its message names the unsupported feature that the claim depends on. */
export function guardedSystemOf(whole: Policy, claim: Claim): GuardedSystem {
    const policy = policyFor(whole, claim);
    const question = questionOf(claim);
    if (question.goal === 'recovery') {
        throw new Unexportable('claims that something stays possible');
    }
    if (monitorOfBeginning(question).length > 0) {
        throw new Unexportable('the time from the first step to the last');
    }
    const sliced = sliceFor(policy, question);
    const [beyond] = unsupportedPartsOf(policy, question, sliced.reach);
    if (beyond) {
        throw new Unexportable(beyond.what);
    }
    if (sliced.outlivesSessions || question.across === true) {
        throw new Unexportable('history across sessions, or a server that stores labels');
    }
    const isKeyed = sliced.grounding.isKeyed;
    const slice = isKeyed ? withScope(sliced, { values: TRACKED_VALUES, others: false }) : sliced;
    if (seesHolds(slice)) {
        throw new Unexportable('conditions that can see that a call is attempted, held or answered before its release');
    }
    const differences = isKeyed ? [`Keys have at most ${TRACKED_VALUES} different values.`] : [];
    return new Builder(policy, slice).build(claim, differences);
}

class Builder {
    private readonly variables: Variables;
    private readonly conditions: Conditions;
    private readonly decisions: Decisions;
    private readonly effects: Effects;
    private readonly commands: Command[] = [];
    private readonly goals: Goal[] = [];
    private readonly steps: number;

    constructor(
        private readonly policy: Policy,
        private readonly slice: Slice
    ) {
        const { question, ground } = slice;
        const entered = ground.outsideEvents.flatMap(({ special }, index) => (special === 'entered' ? [index] : []));
        const asksEntered = ground.monitors.some(({ event, from }) =>
            [event, from].some((pattern) => pattern?.outside?.some((index) => entered.includes(index)))
        );
        if (asksEntered) {
            throw new Unexportable('history of modes that were entered');
        }
        this.steps = stepsOf(question).length;
        this.variables = new Variables(slice, this.steps);
        this.conditions = new Conditions(slice, this.variables);
        this.decisions = new Decisions(slice, this.variables, this.conditions);
        this.effects = new Effects(slice, this.variables, this.conditions);
    }

    build(claim: Claim, differences: readonly string[]): GuardedSystem {
        const actions = actionsOf(this.slice);
        if (!Array.isArray(actions)) {
            throw new Unexportable(actions.undecidable);
        }
        actions.forEach((action) => this.addAction(action));
        externalEventsOf(this.slice).forEach((happening) => this.addHappening(happening));
        refusalsOf(this.slice).forEach(({ act, call, effect }) =>
            this.addCommand(
                `${this.callerText({ made: act })}, which the inventory refuses`,
                this.callAllowed(call),
                effect
            )
        );
        if (this.slice.question.goal === 'state') {
            const condition = forAnyKey(this.slice, this.slice.question.condition);
            const guard = not(this.conditions.must(condition, askerOf(0)));
            this.goals.push({ text: `not always ${claim.text}`, guard });
        }
        this.addSecond();
        return {
            policy: this.policy.name,
            claim,
            variables: this.variables.all,
            commands: this.commands,
            goals: this.goals,
            differences
        };
    }

    private addAction(action: Action): void {
        const { call } = action;
        const isAssumed = this.callAllowed(call);
        const decision = this.decisions.decide(action);
        this.addJudgement(action, decision, isAssumed);
        const releases = this.decisions.releases(decision, (human) =>
            this.allowedBy(
                'approval',
                ({ humans, subject }) => Boolean(humans?.includes(human)) && concernsCall(subject, call),
                call
            )
        );
        for (const { guard, approvers } of releases) {
            const isHeld = approvers.length > 0;
            if (!isHeld || !this.withoutApproval()) {
                const known = isHeld ? (action.endsApproved?.(approvers) ?? action.endsAfterHold) : action.ends;
                this.addRelease(action, all([isAssumed, guard]), approvers, known);
            }
        }
        const isDenied = all([isAssumed, not(decision.passes)]);
        this.addCommand(`${this.callerText(action)}, which is denied`, isDenied, action.denied);
    }

    /** The claim judges the release over the history before it (M20). */
    private addRelease(action: Action, guard: Bool, approvers: readonly number[], ends: readonly End[]): void {
        const { question } = this.slice;
        const { call } = action;
        const by = approvers.map((human) => this.slice.ground.humans[human]!.name).join(' and ');
        const text = `${this.callerText(action)}${by === '' ? '' : `, approved by ${by}`}`;
        const judges = question.goal !== 'decision' && 'bad' in question && mayBe(action.subject);
        const broken = judges ? this.conditions.may(action.condition, { ...askerOf(call.agent), approvers }) : NO;
        if (broken !== NO) {
            this.goals.push({ text, guard: all([guard, broken]) });
        }
        for (const { outcome, effect, completes, withheld, assumedOf } of ends) {
            if (withheld || assumedOf) {
                throw new Unexportable(withheld ? 'results that are withheld' : 'assumptions about results');
            }
            const ended = outcome === 'success' ? 'succeeds' : outcome === 'error' ? 'fails' : 'is lost';
            this.addCommand(`${text}, which ${ended}`, all([guard, not(broken)]), effect, completes);
        }
    }

    /**
     * `is allowed when C` requires C to be certainly true; the others only require C not to be certainly false (M3).
     */
    private addJudgement(action: Action, { passes, asks }: SymbolicDecision, isAssumed: Bool): void {
        const { question } = this.slice;
        if (question.goal !== 'decision') {
            return;
        }
        const asker = askerOf(action.call.agent);
        const isAsked =
            question.decision === 'allowed'
                ? all([bool(mustBe(action.subject)), this.conditions.must(action.condition, asker)])
                : all([bool(mayBe(action.subject)), this.conditions.may(action.condition, asker)]);
        const isHeld = all([passes, any([...asks.values()])]);
        const isSo = { denied: not(passes), held: isHeld, allowed: all([passes, not(any([...asks.values()]))]) };
        const guard = all([isAssumed, isAsked, not(isSo[question.decision])]);
        if (guard !== NO) {
            this.goals.push({ text: `${this.callerText(action)}, which is not ${question.decision}`, guard });
        }
    }

    private addHappening({ act, args, delegation, effect, completes }: ExternalEvent): void {
        const { ground } = this.slice;
        const isOpen =
            delegation === undefined ? YES : compare('==', variable(this.variables.delegated(delegation)), number(1));
        if (act.kind === 'return') {
            const text = `${ground.agents[act.agent]!.name} returns to ${ground.agents[act.to]!.name}`;
            this.addCommand(text, isOpen, effect, completes);
        } else if (act.kind === 'happen') {
            const asked = eventCall(args);
            const mayHappen = this.allowedBy('event', ({ index }) => index === act.event, asked);
            this.addCommand(
                eventText(ground, {
                    event: { id: -1, outside: act.event, time: 0, ...(act.args && { args: act.args }) }
                }),
                all([isOpen, mayHappen]),
                effect,
                completes
            );
        } else {
            this.addCommand('the user says something', isOpen, effect, completes);
        }
    }

    /** Adds a step of a session; with `completes`, the next step of a `possible`. */
    private addCommand(text: string, guard: Bool, effect: Effect, completes: readonly boolean[] = []): void {
        const assignments = this.effects.assignments(effect);
        if (completes.some(Boolean)) {
            const progress = variable(this.variables.progress);
            const isNext = any(completes.map((done, step) => (done ? compare('==', progress, number(step)) : NO)));
            const isLast = completes[this.steps - 1] ? compare('==', progress, number(this.steps - 1)) : NO;
            if (isLast !== NO) {
                this.goals.push({ text, guard: all([guard, isLast]) });
            }
            assignments.push({
                variable: this.variables.progress,
                value: choose(isNext, successor(progress), progress)
            });
        }
        if (guard !== NO && assignments.length > 0) {
            this.commands.push({ text, guard, assignments });
        }
    }

    /** Ages grow until they exceed their windows, and are then absent. */
    private addSecond(): void {
        const ages = this.variables.all.flatMap(({ isAge, max }, index) => (isAge ? [{ index, max }] : []));
        if (ages.length > 0) {
            this.commands.push({
                text: 'a second passes',
                guard: any(ages.map(({ index }) => compare('>=', variable(index), number(1)))),
                assignments: ages.map(({ index, max }) => {
                    const age = variable(index);
                    const isYoung = all([compare('>=', age, number(1)), compare('<', age, number(max))]);
                    return { variable: index, value: choose(isYoung, successor(age), number(0)) };
                })
            });
        }
    }

    /** The condition that no assumption about its agent excludes the call. */
    private callAllowed(call: Action['call']): Bool {
        return this.allowedBy(
            'agent',
            ({ index, subject }) => index === call.agent && concernsCall(subject, call),
            call
        );
    }

    /**
     * The condition that no assumption of the kind excludes the call. An unreadable condition excludes nothing (M26).
     */
    private allowedBy(
        kind: Assumption['kind'],
        concerns: (assumption: Assumption) => boolean,
        call: Action['call']
    ): Bool {
        const resolve = (condition: Condition): Condition =>
            call === NO_CALL
                ? forAnyKey(this.slice, condition)
                : this.slice.grounding.resolve(condition, call, () => ({ op: 'constant', value: UNKNOWN }));
        return all(
            (this.slice.ground.assumptions ?? [])
                .filter((assumption) => assumption.kind === kind && concerns(assumption))
                .map(({ when }) => this.conditions.may(specialise(resolve(when), call), askerOf(call.agent)))
        );
    }

    private withoutApproval(): boolean {
        return this.slice.question.goal === 'work' && this.slice.question.withoutApproval;
    }

    private callerText({ made: { call, readings = [] } }: Pick<Action, 'made'>): string {
        const read = readings.length > 0 ? ` with ${readingTexts(this.policy, { readings }).join(', ')}` : '';
        return `${this.policy.agents[call.agent]!.name} calls ${callText(this.policy, { call })}${read}`;
    }
}

/** True if an assumption about calls certainly covers the call. */
function concernsCall(subject: Assumption['subject'], call: Action['call']): boolean {
    return subject === undefined || mustBe(matchesCall(subject, call));
}

function askerOf(agent: number): Asker {
    return { agent, carrier: agent, approvers: [] };
}
