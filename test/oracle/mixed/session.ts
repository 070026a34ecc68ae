/**
 * Plays a concrete session with only the decision procedure, one call at a time, and judges each step by M20 and M21.
 * This uses nothing of the checker except the plain data of its results.
 */
import { isDeepStrictEqual } from 'node:util';
import { advance, completeCall, initial, placeOf } from '../../../server/model/advance.js';
import { withAnswer } from '../../../server/model/events/call-answers.js';
import { plainState } from '../../support/plain-state.js';
import { servingApprovals } from '../../../server/model/session/approvals.js';
import { decide, findHeld } from '../../../server/model/decide.js';
import { type Situation, situationIn } from '../../../server/model/conditions/inputs.js';
import { evaluate, matchesCall } from '../../../server/model/conditions/evaluate.js';
import { matchesEvent } from '../../../server/model/events/matching.js';
import type {
    Arguments,
    Assumption,
    Claim,
    Condition,
    Lasting,
    Policy,
    Reading
} from '../../../server/model/policy/policy.js';
import type { Answer, Call, Decision, HistoryEvent, SessionState } from '../../../server/model/session/session.js';
import { FALSE, TRUE } from '../../../server/model/policy/truth.js';

/** One step as counted by M23; `wait` is free. */
export type Step =
    | { readonly kind: 'call'; readonly call: Call; readonly answer: Answer; readonly readings: readonly Reading[] }
    | { readonly kind: 'approve' | 'refuse'; readonly call: Call; readonly human: number; readonly lasts?: Lasting }
    | { readonly kind: 'outside'; readonly event: number; readonly args?: Arguments }
    | { readonly kind: 'says'; readonly request: Arguments }
    | { readonly kind: 'return'; readonly agent: number; readonly to: number }
    | { readonly kind: 'session' }
    | { readonly kind: 'wait'; readonly seconds: number };

export interface Start {
    readonly constants: Arguments;
    readonly epoch: number;
}

/** The result of one claim in a session. */
export interface Seen {
    /** The number of steps until the claim was broken, or until its steps were completed. */
    steps?: number;
    /** True if the claim's subject happened (M22). */
    judged: boolean;
    triggered: boolean;
}

interface Work {
    readonly done: number;
    readonly began: number;
}

const NOBODY: Call = { agent: -1, tool: -1, args: {} };

export class Session {
    readonly seen: Seen[];
    state: SessionState;
    steps = 0;
    /** The policy that reads everything across sessions, and the history in it, which claims `across sessions` also see. */
    private readonly lasting: Policy;
    private kept: SessionState | undefined;
    private works: Work[][];
    private approved = false;
    private sessions = 1;

    constructor(
        private readonly policy: Policy,
        { constants, epoch }: Start
    ) {
        this.lasting = withoutResets(policy);
        this.state = initial(policy);
        this.kept = policy.claims.some(({ across }) => across) ? initial(this.lasting) : undefined;
        if ((policy.sessionConstants ?? []).length > 0) {
            this.change({ kind: 'session', constants });
        }
        if (policy.timezone !== undefined) {
            this.change({ kind: 'clock', epoch });
        }
        this.seen = policy.claims.map(() => ({ judged: false, triggered: false }));
        this.works = policy.claims.map(() => []);
        this.look();
    }

    /** True if the step is possible here; an impossible step changes nothing. */
    take(step: Step): boolean {
        switch (step.kind) {
            case 'wait':
                return this.wait(step.seconds);
            case 'call':
                return this.submit(step);
            case 'approve':
            case 'refuse':
                return this.answer(step);
            case 'outside': {
                const { event, args } = step;
                if (
                    !this.isAssumed('event', this.at({ ...NOBODY, args: args ?? {} }), ({ index }) => index === event)
                ) {
                    return false;
                }
                const place = { id: -1 as const, outside: event, time: this.state.time, ...(args && { args }) };
                return this.happened({ kind: 'outside', event, ...(args && { args }) }, place);
            }
            case 'says': {
                const { request } = step;
                const outside = this.policy.outsideEvents.findIndex(({ special }) => special === 'user says');
                return this.happened(step, { id: -1, outside, time: this.state.time, args: request });
            }
            case 'return':
                return this.giveBack(step.agent, step.to);
            case 'session':
                this.sessions++;
                return this.happened({ kind: 'session', constants: this.state.constants ?? {} });
        }
    }

    private wait(seconds: number): boolean {
        this.change({ kind: 'time', to: this.state.time + seconds });
        this.look();
        return true;
    }

    private happened(event: Parameters<typeof advance>[2], place?: HistoryEvent): boolean {
        this.steps++;
        this.change(event);
        this.after(place);
        return true;
    }

    private change(event: Parameters<typeof advance>[2]): void {
        this.state = advance(this.policy, this.state, event);
        this.keep(event);
    }

    private keep(event: Parameters<typeof advance>[2]): void {
        this.kept &&= advance(this.lasting, this.kept, event);
    }

    private giveBack(agent: number, to: number): boolean {
        const index = (this.policy.delegations ?? []).findIndex((one) => one.from === to && one.to === agent);
        if (this.state.settled.delegated?.[index] !== true) {
            return false;
        }
        const outside = this.policy.outsideEvents.findIndex(
            ({ special, delegate }) => special === 'end of delegation' && delegate === agent
        );
        return this.happened({ kind: 'return', agent, to }, { id: -1, outside, time: this.state.time, agent: to });
    }

    private answer({ kind, call, human, lasts }: Step & { readonly kind: 'approve' | 'refuse' }): boolean {
        const held = findHeld(this.state, completeCall(this.policy, call));
        const isAsked = held?.requirements.some((index) => {
            const rule = this.policy.rules[index];
            return rule?.kind === 'approval' && rule.humans.includes(human);
        });
        if (!held || isAsked !== true || (kind === 'approve' && !this.mayApprove(human, held.call))) {
            return false;
        }
        this.approved ||= kind === 'approve';
        return this.happened(kind === 'approve' ? { kind, id: held.id, human, lasts } : { kind, id: held.id, human }, {
            id: held.id,
            call: held.call,
            time: this.state.time,
            attempted: false,
            denied: false,
            held: false,
            released: false,
            ...(kind === 'approve' ? { approvedBy: human } : { refusedBy: human })
        });
    }

    private submit({ call: raw, answer, readings }: Step & { readonly kind: 'call' }): boolean {
        const { policy, state } = this;
        const call = completeCall(policy, raw);
        if (!this.mayMake(call, answer, readings)) {
            return false;
        }
        const decision = decide(policy, state, call, readings);
        if (decision.kind === 'waits') {
            throw new Error('every call has ended');
        }
        this.steps++;
        this.judge(call, decision, readings);
        const read = readings.length > 0 ? { readings } : {};
        const place = placeOf(policy, state, call, decision, readings.length > 0 ? readings : undefined);
        let after = advance(policy, state, { kind: 'call', call, decision, ...read });
        const runs = after.running.has(place.id);
        if (runs) {
            after = advance(policy, after, { kind: 'end', id: place.id, ...answer });
        }
        const atOnce = advance(policy, state, { kind: 'call', call, decision, ...read, answer });
        if (!isDeepStrictEqual(plainState(policy, after), plainState(policy, atOnce))) {
            throw new Error('the session is another one where the end is told with the call');
        }
        this.state = after;
        this.keep({ kind: 'call', call, decision, ...read, answer });
        this.after(runs ? withAnswer(policy, place, answer) : place);
        return true;
    }

    /** Judges a release, or a decision, over the history before it (M20). */
    private judge(call: Call, decision: Decision, readings: readonly Reading[]): void {
        const { policy, state } = this;
        const approvals = servingApprovals(policy, state, call, findHeld(state, call), state.time);
        policy.claims.forEach((claim, index) => {
            if (claim.kind === 'decided') {
                this.judgeDecision(claim, index, call, decision, readings);
            }
            if (!('bad' in claim) || decision.kind !== 'allowed') {
                return;
            }
            const done = (policy.tools[call.tool]?.mayDo ?? []).flatMap((may, tool) =>
                may === FALSE ? [] : [{ ...call, tool, args: {} }]
            );
            for (const subject of [call, ...done]) {
                if (matchesCall(claim.subject, subject) !== FALSE) {
                    this.seen[index]!.judged = true;
                    const isBad = (at: Situation): boolean =>
                        evaluate(policy, claim.bad, { ...at, approvals, readings }) !== FALSE;
                    if (this.views(claim, subject).some(isBad)) {
                        this.found(index);
                    }
                }
            }
        });
    }

    /**
     * True for a call that some `allow` names, made again, with no approval outstanding and accepted by the inventory
     * (M20).
     */
    private judgeDecision(
        claim: Claim & { readonly kind: 'decided' },
        index: number,
        call: Call,
        decision: Decision,
        readings: readonly Reading[]
    ): void {
        const { policy, state } = this;
        const isNamed = policy.rules.some((rule) => rule.kind === 'allow' && matchesCall(rule.subject, call) !== FALSE);
        const isApproved =
            state.held.items.some(({ approvals }) => approvals.length > 0) || (state.approvals ?? []).length > 0;
        const meant = matchesCall(claim.subject, call);
        if (!isNamed || isApproved || decision.by === 'inventory' || meant === FALSE || findHeld(state, call)) {
            return;
        }
        const asked = this.views(claim, call)
            .map((at) => Math.min(meant, evaluate(policy, claim.when, { ...at, readings })))
            .reduce((one, other) => Math.max(one, other));
        if (claim.decision === 'allowed' ? asked === TRUE : asked !== FALSE) {
            this.seen[index]!.judged = true;
            if (decision.kind !== claim.decision) {
                this.found(index);
            }
        }
    }

    private after(place?: HistoryEvent): void {
        const { policy, state } = this;
        policy.claims.forEach((claim, index) => {
            if (
                claim.kind !== 'possible' ||
                place === undefined ||
                (claim.withoutApproval && this.approved) ||
                this.sessions > 1
            ) {
                return;
            }
            const works = [...this.works[index]!, { done: 0, began: state.time }];
            this.works[index] = works
                .map((work) => {
                    const step = claim.steps[work.done];
                    const caller = place.outside === undefined ? place.call.agent : 0;
                    return step && matchesEvent(policy, step, place, caller) === TRUE
                        ? { ...work, done: work.done + 1 }
                        : work;
                })
                .filter(({ done }) => done > 0);
            const inTime = ({ began }: Work): boolean =>
                claim.window === undefined || state.time - began <= claim.window;
            if (this.works[index].some((work) => work.done === claim.steps.length && inTime(work))) {
                this.found(index);
            }
        });
        this.look();
    }

    /** Judges `always` after every event and every passing second (M20). */
    private look(): void {
        const { policy } = this;
        policy.claims.forEach((claim, index) => {
            const isFalse = (condition: Condition): boolean =>
                this.views(claim, NOBODY).some((at) => evaluate(policy, condition, at) !== TRUE);
            if ('condition' in claim && isFalse(claim.condition)) {
                this.found(index);
            }
            if ('trigger' in claim && claim.trigger && this.isTriggered(claim, claim.trigger)) {
                this.seen[index]!.triggered = true;
            }
        });
    }

    private isTriggered(claim: Claim, trigger: Condition): boolean {
        const views = this.policy.agents.flatMap((_, agent) => this.views(claim, { ...NOBODY, agent }));
        return views.some((at) => evaluate(this.policy, trigger, at) === TRUE);
    }

    private found(index: number): void {
        const seen = this.seen[index]!;
        seen.steps = Math.min(seen.steps ?? Infinity, this.steps);
    }

    private mayApprove(human: number, call: Call): boolean {
        return this.isAssumed('approval', this.at(call), ({ humans = [] }) => humans.includes(human));
    }

    /** True for steps that an assumption certainly excludes, which do not happen (M26). */
    private isAssumed(
        kind: Assumption['kind'],
        situation: Situation,
        concerns: (assumption: Assumption) => boolean
    ): boolean {
        return (this.policy.assumptions ?? []).every(
            (one) =>
                one.kind !== kind ||
                !concerns(one) ||
                (one.subject !== undefined && matchesCall(one.subject, situation.call) !== TRUE) ||
                evaluate(this.policy, one.when, situation) !== FALSE
        );
    }

    private mayMake(call: Call, { result }: Answer, readings: readonly Reading[]): boolean {
        const situation = { ...this.at(call), readings };
        const read = new Set(readings.map(({ signal }) => signal));
        return (
            this.isAssumed('agent', situation, ({ index }) => index === call.agent) &&
            this.isAssumed('signal', situation, ({ index = -1 }) => read.has(index)) &&
            (result === undefined || this.isAssumed('result', { ...situation, result }, () => true))
        );
    }

    private at(call: Call): Situation {
        return situationIn(this.state, { call });
    }

    /** The histories over which the claim is judged: that of the session and, `across sessions`, that of all of them (M19). */
    private views({ across }: Claim, call: Call): Situation[] {
        return [this.at(call), ...(across && this.kept ? [situationIn(this.kept, { call })] : [])];
    }
}

/** The policy in which a new session resets no history, label, mode or source of values. */
function withoutResets(policy: Policy): Policy {
    const lasting = <T>(all: readonly T[]): T[] => all.map((one) => ({ ...one, across: true }));
    const { labels, machines, monitors, recorders, sources } = policy;
    return {
        ...policy,
        labels: lasting(labels),
        monitors: lasting(monitors),
        ...(machines && { machines: lasting(machines) }),
        ...(recorders && { recorders: lasting(recorders) }),
        ...(sources && { sources: lasting(sources) })
    };
}
