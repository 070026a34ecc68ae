/** Runs one random session in the product and in the oracle, side by side. */
import { isDeepStrictEqual } from 'node:util';
import { advance, initial } from '../../server/model/advance.js';
import { decide } from '../../server/model/decide.js';
import type { Outcome, Policy } from '../../server/model/policy/policy.js';
import type { Call, Decision, SessionEvent, SessionState, Waiting } from '../../server/model/session/session.js';
import { plainState } from '../support/plain-state.js';
import * as oracle from './decide.js';
import { answer } from './conditions.js';
import { lastSeconds, waitUntil } from './edges.js';
import { printCall, printDecision } from './print.js';
import { callOf, type RawStep } from './sessions.js';

/** Counts the features of sessions, so that a test can see that the generator still reaches everything. */
export type Tally = Map<string, number>;

/** The session up to the first disagreement, in words; undefined if product and oracle agree throughout. */
export function disagreement(policy: Policy, steps: readonly RawStep[], tally: Tally): string | undefined {
    const session = new SideBySide(policy, tally);
    for (const step of steps) {
        const problem = session.take(step);
        if (problem !== undefined) {
            return [...session.log, problem].join('\n');
        }
    }
    return undefined;
}

/** The maximum number of calls running at once: each multiplies the possible continuations of a session by three. */
const MAX_RUNNING = 3;

class SideBySide {
    readonly log: string[] = [];
    private product: SessionState;
    private oracle: oracle.OracleSession = oracle.start;

    constructor(
        private readonly policy: Policy,
        private readonly tally: Tally
    ) {
        this.product = initial(policy);
    }

    take(step: RawStep): string | undefined {
        const open = oracle.holds(this.policy, this.oracle);
        const running = oracle.runningIds(this.oracle);
        switch (step.kind) {
            case 'call':
                this.submit(callOf(this.policy, step), step.outcome, step.overlaps);
                break;
            case 'again': {
                const hold = open[step.hold % Math.max(1, open.length)];
                if (hold !== undefined) {
                    this.count('submitted again');
                    this.submit(hold.call, step.outcome, step.overlaps);
                }
                break;
            }
            case 'approve':
            case 'refuse': {
                const hold = open[step.hold % Math.max(1, open.length)];
                if (hold !== undefined) {
                    this.answer(step.kind, hold, this.someone(hold, step.human));
                    if (step.kind === 'approve' && step.again) {
                        this.submit(hold.call, step.outcome, false);
                    }
                }
                break;
            }
            case 'wait': {
                const moments = lastSeconds(this.policy, this.oracle);
                this.wait(waitUntil(moments, step.deadline, step.offset, this.oracle.time));
                break;
            }
            case 'outside':
                if (this.policy.outsideEvents.length > 0) {
                    this.occur(step.event % this.policy.outsideEvents.length);
                }
                break;
            case 'end': {
                const id = running[step.running % Math.max(1, running.length)];
                if (id !== undefined) {
                    this.end(id, step.outcome);
                }
                break;
            }
        }
        return this.problem ?? this.compareHolds();
    }

    private problem: string | undefined;

    private submit(call: Call, outcome: Outcome, overlaps: boolean): void {
        const [eldest] = oracle.runningIds(this.oracle);
        if (eldest !== undefined && oracle.runningIds(this.oracle).length >= MAX_RUNNING) {
            this.end(eldest, outcome);
        }
        let expected = this.decideBoth(call);
        while (expected?.kind === 'waits') {
            this.end(expected.on[0] as number, outcome);
            expected = this.decideBoth(call);
        }
        if (expected === undefined) {
            return;
        }
        const id = oracle.viewOf(this.policy, this.oracle, call).own;
        const before = this.product;
        this.advance({ kind: 'call', call, decision: expected });
        const approvers = new Set(oracle.viewOf(this.policy, this.oracle, call).approvers).size;
        if (expected.kind === 'allowed' && approvers > 1) {
            this.count('released with two approvals');
        }
        this.oracle = oracle.submit(this.policy, this.oracle, call, expected);
        if (expected.kind === 'allowed' && !overlaps) {
            this.end(id, outcome);
            const atOnce = advance(this.policy, before, {
                kind: 'call',
                call,
                decision: expected,
                answer: { outcome }
            });
            if (!isDeepStrictEqual(plainState(this.policy, atOnce), plainState(this.policy, this.product))) {
                this.problem = 'the session is another one where the end is told with the call';
            }
        }
    }

    private decideBoth(call: Call): Decision | Waiting | undefined {
        const expected = oracle.decide(this.policy, this.oracle, call);
        const actual = decide(this.policy, this.product, call);
        this.count(expected.kind === 'denied' ? `denied by ${expected.by}` : expected.kind);
        this.log.push(`${this.oracle.time}s ${printCall(this.policy, call)} -> ${printDecision(expected)}`);
        this.countForms(call);
        if (expected.kind === 'waits' && this.policy.tools[call.tool]?.clears.length) {
            this.count('waits to clear, perhaps');
        }
        if (alike(expected, actual)) {
            return expected;
        }
        this.problem = `the product says: ${printDecision(actual)}`;
        return undefined;
    }

    /** Usually a human who was asked; answers of others have no effect (M5). */
    private someone(hold: oracle.Hold, number: number): number {
        const asked = oracle.asked(this.policy, hold);
        const others = this.policy.humans.flatMap((_, human) => (asked.includes(human) ? [] : [human]));
        if (others.length > 0 && number % 4 === 3) {
            this.count('an answer of somebody who is not asked');
            return others[number % others.length] as number;
        }
        return asked[number % asked.length] as number;
    }

    private answer(kind: 'approve' | 'refuse', hold: oracle.Hold, human: number): void {
        this.log.push(`${this.oracle.time}s ${this.policy.humans[human]?.name} ${kind}s call ${hold.id}`);
        this.count(kind);
        if (hold.rules.some((index) => this.quorum(index) > 1)) {
            this.count('two are asked');
        }
        this.advance({ kind, id: hold.id, human });
        this.oracle =
            kind === 'approve'
                ? oracle.approve(this.policy, this.oracle, hold, human)
                : oracle.refuse(this.policy, this.oracle, hold, human);
    }

    private occur(event: number): void {
        this.log.push(`${this.oracle.time}s ${this.policy.outsideEvents[event]?.name}`);
        this.count('outside');
        this.advance({ kind: 'outside', event });
        this.oracle = oracle.occur(this.oracle, event);
    }

    private wait(seconds: number): void {
        this.oracle = oracle.wait(this.oracle, seconds);
        this.log.push(`wait until ${this.oracle.time}s`);
        this.advance({ kind: 'time', to: this.oracle.time });
    }

    private end(id: number, outcome: Outcome): void {
        this.log.push(`${this.oracle.time}s call ${id} ends: ${outcome}`);
        this.count(outcome);
        this.advance({ kind: 'end', id, outcome });
        this.oracle = oracle.end(this.oracle, id, outcome);
    }

    /** Counts the value of each form of history and labels for a call that is decided. */
    private countForms(call: Call): void {
        if (oracle.runningIds(this.oracle).length > 0) {
            return;
        }
        const view = oracle.viewOf(this.policy, this.oracle, call);
        this.policy.monitors.forEach((monitor, index) => {
            const name = `${monitor.kind}${monitor.window === undefined ? '' : ' within'}${monitor.keys ? ' keyed' : ''}`;
            const said =
                monitor.kind === 'count'
                    ? answer({ op: 'count', monitor: index, cmp: '>=', bound: 2 }, view)
                    : answer({ op: 'monitor', monitor: index }, view);
            this.count(`${name}: ${said}`);
        });
        this.policy.labels.forEach((_, label) => {
            const cleared = view.entries.some(
                ({ kind, call: { agent, tool } }) =>
                    kind === 'release' && agent === call.agent && this.policy.tools[tool]?.clears.includes(label)
            );
            const said = answer({ op: 'carries', label }, view);
            this.count(`carries${cleared ? ' after a clearing' : ''}: ${said}`);
        });
    }

    private advance(event: SessionEvent): void {
        this.product = advance(this.policy, this.product, event);
    }

    private quorum(rule: number): number {
        const approval = this.policy.rules[rule];
        return approval?.kind === 'approval' ? approval.quorum : 0;
    }

    /** The two must name the same open requests; otherwise a human's answer would mean different things. */
    private compareHolds(): string | undefined {
        const expected = oracle.holds(this.policy, this.oracle).map((h) => `${h.id}: ${h.rules.join()}`);
        const actual = this.product.held.items.map((h) => `${h.id}: ${h.requirements.join()}`);
        return expected.join('; ') === actual.join('; ')
            ? undefined
            : `held by the oracle: ${expected.join('; ')}\nheld by the product: ${actual.join('; ')}`;
    }

    private count(what: string): void {
        this.tally.set(what, (this.tally.get(what) ?? 0) + 1);
    }
}

function alike(expected: Decision | Waiting, actual: Decision | Waiting): boolean {
    if (expected.kind === 'waits' && actual.kind === 'waits') {
        return expected.on.every((id) => actual.on.includes(id));
    }
    return printDecision(expected) === printDecision(actual);
}
