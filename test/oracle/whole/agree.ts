/** Runs one random session in the product and in the oracle, side by side. */
import { advance, initial } from '../../../server/model/advance.js';
import { decide } from '../../../server/model/decide.js';
import type { Policy, Reading, Tool } from '../../../server/model/policy/policy.js';
import type { Call, Decision, SessionEvent, SessionState, Waiting } from '../../../server/model/session/session.js';
import * as oracle from '../decide.js';
import { open, principals } from '../delegation.js';
import { lastSeconds, waitUntil } from '../edges.js';
import { places } from '../modes.js';
import { printCall, printDecision } from '../print.js';
import { amountOf, latestOf, recorded } from '../recorders.js';
import { canonicalFields, completed } from '../schema.js';
import type { Ending } from '../view.js';
import type { Step } from './sessions.js';
import { DELEGATIONS, endingsOf } from './vocabulary.js';

/** Counts the features of sessions, so that a test can see that the generator still reaches everything. */
export type Tally = Map<string, number>;

/** The session up to the first disagreement, in words; undefined if product and oracle agree throughout. */
export function disagreement(policy: Policy, steps: readonly Step[], tally: Tally): string | undefined {
    const session = new SideBySide(policy, tally);
    for (const step of steps) {
        const problem = session.take(step);
        if (problem !== undefined) {
            return [...session.log, problem].join('\n');
        }
    }
    return undefined;
}

interface EndedSo {
    readonly ending: number;
    readonly answered: readonly Reading[];
}

interface Submitted extends EndedSo {
    readonly readings: readonly Reading[];
    readonly overlaps: boolean;
}

const PLAINLY: Submitted = { readings: [], ending: 0, answered: [], overlaps: false };

function saidText(readings: readonly Reading[]): string {
    return readings.length === 0 ? '' : ` with ${JSON.stringify(readings)}`;
}

/** The maximum number of calls running at once: each multiplies the possible continuations of a session. */
const MAX_RUNNING = 2;

class SideBySide {
    readonly log: string[] = [];
    private product: SessionState;
    private oracle: oracle.OracleSession = oracle.start;
    private problem: string | undefined;

    constructor(
        private readonly policy: Policy,
        private readonly tally: Tally
    ) {
        this.product = initial(policy);
    }

    take(step: Step): string | undefined {
        try {
            this.takeStep(step);
            return this.problem ?? this.compareHolds();
        } catch (error) {
            return `thrown: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
        }
    }

    private takeStep(step: Step): void {
        const holds = oracle.holds(this.policy, this.oracle);
        const running = oracle.runningIds(this.oracle);
        switch (step.kind) {
            case 'call':
                return this.submit(step, step);
            case 'again': {
                const hold = holds[step.hold % Math.max(1, holds.length)];
                return hold && this.submit(hold.call, step);
            }
            case 'approve':
            case 'refuse': {
                const hold = holds[step.hold % Math.max(1, holds.length)];
                return hold && this.answer(step, hold);
            }
            case 'end': {
                const id = running[step.running % Math.max(1, running.length)];
                return id === undefined ? undefined : this.end(id, step);
            }
            case 'wait':
                return this.wait(step.seconds);
            case 'wait until': {
                const moments = lastSeconds(this.policy, this.oracle);
                return this.wait(waitUntil(moments, step.which, step.offset, this.oracle.time));
            }
            case 'outside': {
                const event = this.policy.outsideEvents[step.event];
                const args = event?.params === undefined ? undefined : step.args;
                const { readings } = step;
                this.countSaid('of an event', readings);
                this.oracle = oracle.occur(this.oracle, step.event, args, readings);
                return this.note(`${event?.name}(${JSON.stringify(args ?? {})}) happens${saidText(readings)}`, {
                    kind: 'outside',
                    event: step.event,
                    ...(args && { args }),
                    readings
                });
            }
            case 'says':
                this.countSaid('of a request', step.readings);
                this.oracle = oracle.say(this.oracle, step.request, step.readings);
                return this.note(`user says ${JSON.stringify(step.request)}${saidText(step.readings)}`, step);
            case 'session':
                this.oracle = oracle.begin(this.oracle, step.constants);
                return this.note(`new session with ${JSON.stringify(step.constants)}`, step);
            case 'clock':
                this.oracle = oracle.setClock(this.oracle, step.epoch);
                return this.note(`the clock shows ${new Date(step.epoch * 1000).toISOString()}`, step);
            case 'delegate': {
                const delegation = DELEGATIONS[step.which];
                return delegation && this.submit({ agent: delegation.from, tool: delegation.tool, args: {} }, PLAINLY);
            }
            case 'return': {
                const view = oracle.viewOf(this.policy, this.oracle, { agent: -1, tool: -1, args: {} });
                const delegations = open(view);
                const delegation = delegations[step.which % Math.max(1, delegations.length)];
                return delegation && this.giveBack(delegation.to, delegation.from);
            }
        }
    }

    private wait(seconds: number): void {
        this.oracle = oracle.wait(this.oracle, seconds);
        this.note(`wait until ${this.oracle.time}s`, { kind: 'time', to: this.oracle.time });
    }

    private submit(raw: Call, { readings, overlaps, ...ending }: Submitted): void {
        const call = {
            agent: raw.agent,
            tool: raw.tool,
            args: completed(this.policy.tools[raw.tool] as Tool, raw.args)
        };
        const running = oracle.runningIds(this.oracle);
        if (running.length >= MAX_RUNNING) {
            this.end(running[0] as number, ending);
        }
        let decision = this.decideBoth(call, raw, readings);
        while (decision?.kind === 'waits') {
            this.end(decision.on[0] as number, ending);
            decision = this.decideBoth(call, raw, readings);
        }
        if (decision === undefined) {
            return;
        }
        const { own: id, approvers } = oracle.viewOf(this.policy, this.oracle, call);
        if (decision.kind === 'allowed' && approvers.length > 1) {
            this.count('released with two approvals');
        }
        this.advance({ kind: 'call', call: { ...raw, args: raw.args }, decision, readings });
        this.oracle = oracle.submit(this.policy, this.oracle, call, decision, readings);
        if (decision.kind === 'allowed' && this.policy.tools[call.tool]?.delegatesTo !== undefined) {
            // The work is handed over at once, without an answer.
            this.oracle = oracle.end(this.oracle, id, 'success');
        } else if (decision.kind === 'allowed' && !overlaps) {
            this.end(id, ending);
        }
    }

    private decideBoth(call: Call, raw: Call, readings: readonly Reading[]): Decision | Waiting | undefined {
        const endings = (tool: number): Ending[] => endingsOf(tool).map((ending) => this.canonical(tool, ending));
        const expected = oracle.decide(this.policy, this.oracle, call, readings, endings);
        this.count(expected.kind === 'denied' ? `denied by ${expected.by}` : expected.kind);
        this.log.push(
            `${this.oracle.time}s ${printCall(this.policy, raw)}${saidText(readings)} -> ${printDecision(expected)}`
        );
        this.countForms(call);
        const actual = decide(this.policy, this.product, raw, readings);
        if (expected.kind === 'waits' && actual.kind === 'waits') {
            const common = expected.on.filter((id) => actual.on.includes(id));
            return { kind: 'waits', on: common.length > 0 ? common : actual.on };
        }
        if (actual.kind === 'waits' && oracle.runningIds(this.oracle).length > 0) {
            // No end known to the oracle makes a difference, but there may be others (M2).
            this.count('waits longer');
            return actual;
        }
        if (printDecision(expected) === printDecision(actual)) {
            return expected;
        }
        if (expected.kind === 'waits' && actual.kind !== 'waits') {
            // The decision is the same for all ends; only the rules behind it differ.
            const ways = oracle.possibleDecisions(this.policy, this.oracle, call, readings, endings);
            if (ways.every(({ kind, by }) => kind === actual.kind && by === actual.by)) {
                this.count('the same for other rules');
                return actual;
            }
        }
        this.problem = `the product says: ${printDecision(actual)}`;
        return undefined;
    }

    /** Counts the value of each form of history for a call that is decided. */
    private countForms(call: Call): void {
        if (oracle.runningIds(this.oracle).length > 0 || this.oracle.entries.length < 5) {
            return;
        }
        const view = oracle.viewOf(this.policy, this.oracle, call);
        this.policy.recorders?.forEach((recorder) => {
            const { kind } = recorder;
            if (kind === 'latest') {
                this.count(`latest: ${latestOf(recorder, view) === undefined ? 'none' : 'one'}`);
            } else if (['count', 'distinct', 'total', 'total distinct'].includes(kind)) {
                const range = amountOf(recorder, view);
                this.count(`${kind}: ${range && (range.least === range.most ? 'exact' : 'interval')}`);
            } else {
                this.count(`${kind}: ${recorded(recorder, view)}`);
            }
        });
        this.policy.machines?.forEach((machine) => {
            const possible = places(machine, call.agent, view);
            this.count(possible.length > 1 ? 'several modes possible' : 'one mode possible');
        });
        if (principals(view).length > 1) {
            this.count('decided for several');
        }
    }

    private answer(step: Step & { readonly kind: 'approve' | 'refuse' }, hold: oracle.Hold): void {
        const humans = oracle.asked(this.policy, hold);
        const human = humans[step.human % humans.length] as number;
        const { kind } = step;
        const choices = oracle.choices(this.policy, hold, human);
        const lasts = kind === 'approve' ? choices[step.lasts % choices.length] : undefined;
        this.count(kind);
        if (lasts !== undefined) {
            this.count(
                lasts === 0 ? 'chosen: once' : lasts === 'session' ? 'chosen: for the session' : 'chosen: a time'
            );
        }
        this.oracle =
            kind === 'approve'
                ? oracle.approve(this.policy, this.oracle, hold, human, lasts)
                : oracle.refuse(this.policy, this.oracle, hold, human);
        this.note(`${this.policy.humans[human]?.name} ${kind}s call ${hold.id} ${lasts ?? ''}`, {
            kind,
            id: hold.id,
            human,
            lasts
        });
        if (kind === 'approve' && step.again && this.compareHolds() === undefined) {
            this.submit(hold.call, PLAINLY);
        }
    }

    private end(id: number, { ending: which, answered: readings }: EndedSo): void {
        const tool = this.oracle.entries.find((entry) => entry.id === id)?.call.tool ?? -1;
        const endings = endingsOf(tool);
        const raw = endings[which % endings.length] as Ending;
        const { outcome, result } = this.canonical(tool, raw);
        this.count(outcome);
        this.countSaid(result?.['owner'] === undefined ? 'with an answer' : 'of a result', readings);
        this.oracle = oracle.end(this.oracle, id, outcome, result, readings);
        this.note(`call ${id} ends: ${outcome} ${raw.result ? JSON.stringify(raw.result) : ''}${saidText(readings)}`, {
            kind: 'end',
            id,
            ...raw,
            readings
        });
    }

    private giveBack(agent: number, to: number): void {
        this.count('return');
        this.oracle = oracle.giveBack(this.oracle, agent, to);
        this.note(`${this.policy.agents[agent]?.name} returns to ${this.policy.agents[to]?.name}`, {
            kind: 'return',
            agent,
            to
        });
    }

    private canonical(tool: number, ending: Ending): Ending {
        const returns = this.policy.tools[tool]?.returns ?? [];
        return ending.result === undefined ? ending : { ...ending, result: canonicalFields(returns, ending.result) };
    }

    private note(what: string, event: SessionEvent): void {
        this.count(event.kind);
        this.log.push(`${this.oracle.time}s ${what}`);
        this.advance(event);
    }

    private advance(event: SessionEvent): void {
        this.product = advance(this.policy, this.product, event);
    }

    /** The two must name the same open requests; otherwise a human's answer would mean different things. */
    private compareHolds(): string | undefined {
        const expected = oracle
            .holds(this.policy, this.oracle)
            .map((h) => `${h.id}: ${[...h.rules].sort((a, b) => a - b).join()}`);
        const actual = this.product.held.items.map(
            (h) => `${h.id}: ${[...h.requirements].sort((a, b) => a - b).join()}`
        );
        return expected.join('; ') === actual.join('; ')
            ? undefined
            : `held by the oracle: ${expected.join('; ')}\nheld by the product: ${actual.join('; ')}`;
    }

    private countSaid(of: string, readings: readonly Reading[]): void {
        if (readings.length > 0) {
            this.count(`signals ${of}`);
        }
    }

    private count(what: string): void {
        this.tally.set(what, (this.tally.get(what) ?? 0) + 1);
    }
}
