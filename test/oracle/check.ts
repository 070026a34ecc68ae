/**
 * The naive checker: whole sessions, breadth first by the number of steps, up to a bound. Calls run one after the
 * other (M2), seconds pass one at a time, humans answer any request. Two sessions are taken for the same only if
 * every pattern saw the same things in the same order.
 */
import type { Claim, Outcome, Policy } from '../../server/model/policy.js';
import type { Call } from '../../server/model/session.js';
import { every } from './answer.js';
import { candidates } from './candidates.js';
import * as oracle from './decide.js';
import { answer, happened, isOne, type Entry, type View } from './history.js';

export interface ClaimFacts {
    /** Steps of a shortest session that breaks the claim, or does the work; absent if none was found. */
    readonly steps?: number;
    /** `never … after F`: F happened somewhere. `requires`: its subject was released somewhere. */
    readonly triggered: boolean;
}

export interface Facts {
    readonly claims: readonly ClaimFacts[];
    /** Every session of at most this many steps was looked at; infinite if longer ones bring nothing new. */
    readonly bound: number;
}

interface Node {
    readonly session: oracle.OracleSession;
    /** For each `possible` claim how many of its steps are done; -1 once an approval has spoilt it. */
    readonly progress: readonly number[];
    /** What the patterns saw of it, up to what they have not looked at yet. */
    readonly sights: readonly Sight[];
    readonly unseen: readonly Entry[];
}

/** How one thing that happened looks to every pattern, and to every agent that may ask; left out if nobody sees it. */
interface Sight {
    readonly position: number;
    readonly id: number;
    readonly seen: string;
}

/** No call has this number. */
const NO_CALL = -1;

const OUTCOMES: readonly Outcome[] = ['success', 'error', 'lost'];

export interface Limits {
    readonly steps: number;
    readonly decisions: number;
}

/** Which sessions there are: all of them, or those that surely lie in the scope that the product names. */
export interface Scope {
    readonly lapses: boolean;
    readonly ofEachKind: number;
    readonly held: number;
}

export const EVERYTHING: Scope = { lapses: true, ofEachKind: 2, held: Infinity };

export const FEW_HOLDS: Scope = { lapses: false, ofEachKind: 1, held: 1 };

/** Looks at every session of at most so many steps, fewer where that would take more than so many decisions. */
export function check(policy: Policy, limits: Limits, scope: Scope = EVERYTHING): Facts {
    return new Exploration(policy, limits, scope).run();
}

class Exploration {
    private readonly calls: readonly Call[];
    private readonly seen = new Set<string>();
    private readonly found: (number | undefined)[];
    private readonly triggered: boolean[];
    private budget: number;

    constructor(
        private readonly policy: Policy,
        private readonly limits: Limits,
        private readonly scope: Scope
    ) {
        this.budget = limits.decisions;
        this.calls = candidates(policy, scope.ofEachKind);
        this.found = policy.claims.map(() => undefined);
        this.triggered = policy.claims.map(() => false);
    }

    run(): Facts {
        const begin: Node = {
            session: oracle.start,
            progress: this.policy.claims.map(() => 0),
            sights: [],
            unseen: []
        };
        let level = this.closed([begin]);
        let bound = 0;
        while (level !== undefined && bound < this.limits.steps && this.found.includes(undefined)) {
            if (level.length === 0) {
                return this.facts(Infinity);
            }
            const next = level.flatMap((node) => this.successors(node, bound + 1));
            bound++;
            level = bound < this.limits.steps ? this.closed(next) : undefined;
        }
        return this.facts(bound);
    }

    private facts(bound: number): Facts {
        const claims = this.policy.claims.map((_, i): ClaimFacts => {
            const steps = this.found[i];
            return { ...(steps === undefined ? {} : { steps }), triggered: this.triggered[i] ?? false };
        });
        return { claims, bound };
    }

    /**
     * The nodes that are new, and all that waiting makes of them: waiting is free (M23). Nothing if going on from all
     * of them would take more decisions than are left.
     */
    private closed(nodes: readonly Node[]): Node[] | undefined {
        const fresh: Node[] = [];
        const queue = [...nodes];
        for (const { session, progress, sights, unseen } of queue) {
            const seen = [...sights, ...unseen.flatMap((entry) => this.look(entry, session))];
            const node: Node = { session, progress, sights: seen, unseen: [] };
            const key = this.key(node);
            if (!this.seen.has(key)) {
                this.seen.add(key);
                fresh.push(node);
                if (fresh.length * this.calls.length > this.budget) {
                    return undefined;
                }
                this.noteTriggers(node);
                if (this.scope.lapses && oracle.holds(this.policy, node.session).length > 0) {
                    queue.push({ ...node, session: oracle.wait(node.session, 1) });
                }
            }
        }
        return fresh;
    }

    private successors(node: Node, steps: number): Node[] {
        const next: Node[] = [];
        const reach = (session: oracle.OracleSession, approved: boolean): void => {
            const added = session.entries.slice(node.session.entries.length);
            next.push({
                session,
                progress: this.progress(node, session, added, approved, steps),
                sights: node.sights,
                unseen: added
            });
        };
        for (const call of this.calls) {
            this.budget--;
            const decision = oracle.decide(this.policy, node.session, call);
            if (decision.kind === 'waits') {
                throw new Error('no call runs, so nothing can be waited for');
            }
            const after = oracle.submit(this.policy, node.session, call, decision);
            if (decision.kind === 'allowed') {
                this.judge(node, call, steps);
                const { own } = oracle.viewOf(this.policy, node.session, call);
                OUTCOMES.forEach((outcome) => reach(oracle.end(after, own, outcome), false));
            } else if (oracle.holds(this.policy, after).length <= this.scope.held) {
                reach(after, false);
            }
        }
        for (const hold of oracle.holds(this.policy, node.session)) {
            for (const human of oracle.asked(this.policy, hold)) {
                reach(oracle.approve(this.policy, node.session, hold, human), true);
                reach(oracle.refuse(node.session, hold, human), false);
            }
        }
        return next;
    }

    /** M20: a release is judged at its moment, over the history before it. */
    private judge(node: Node, call: Call, steps: number): void {
        this.policy.claims.forEach((claim, i) => {
            if (claim.kind === 'possible') {
                return;
            }
            if (claim.kind === 'requires' && isOne(claim.subject, call, call.agent) !== 'no') {
                this.triggered[i] = true;
            }
            if (this.found[i] === undefined && breaks(this.policy, claim, node.session, call)) {
                this.found[i] = steps;
            }
        });
    }

    private noteTriggers(node: Node): void {
        this.policy.claims.forEach((claim, i) => {
            const { trigger } = claim.kind === 'possible' ? {} : claim;
            if (trigger !== undefined) {
                this.triggered[i] ||= [...this.policy.agents.keys()].some(
                    (agent) => answer(trigger, bystander(this.policy, node.session, agent)) !== 'no'
                );
            }
        });
    }

    /** M21: each step happens after the one before it was known to have happened. */
    private progress(
        node: Node,
        session: oracle.OracleSession,
        added: readonly Entry[],
        approved: boolean,
        steps: number
    ): number[] {
        return this.policy.claims.map((claim, i) => {
            const done = node.progress[i] as number;
            if (claim.kind !== 'possible' || done < 0) {
                return done;
            }
            if (approved && claim.withoutApproval) {
                return -1;
            }
            const now = advanceWork(this.policy, claim, done, session, added);
            if (now === claim.steps.length) {
                this.found[i] ??= steps;
            }
            return now;
        });
    }

    /** What can still make a difference: what each pattern saw, who carries what, and the open requests. */
    private key(node: Node): string {
        const { session, progress } = node;
        const open = oracle.holds(this.policy, session);
        const agents = [...this.policy.agents.keys()];
        const sights = node.sights.map(({ position, id, seen }, _, all) => [
            new Set(all.filter((other) => other.position < position).map((other) => other.position)).size,
            open.findIndex((hold) => hold.id === id),
            seen
        ]);
        const last = agents.flatMap((agent) =>
            this.policy.monitors.map((monitor, index) =>
                monitor.kind === 'last is'
                    ? answer({ op: 'monitor', monitor: index }, bystander(this.policy, session, agent))
                    : ''
            )
        );
        const carried = agents.flatMap((agent) =>
            this.policy.labels.map((_, label) =>
                answer({ op: 'carries', label }, bystander(this.policy, session, agent))
            )
        );
        const requests = open.map((hold) => [
            hold.call,
            hold.rules,
            Math.max(-1, hold.until - session.time),
            session.entries
                .filter((entry) => entry.kind === 'approve' && entry.id === hold.id)
                .flatMap((entry) => entry.rules.map((rule) => [rule, this.rest(entry, rule, session.time)]))
        ]);
        return JSON.stringify([sights, last, carried, requests, progress]);
    }

    private look(entry: Entry, session: oracle.OracleSession): Sight[] {
        const view = bystander(this.policy, session, 0);
        const seen = this.policy.monitors
            .filter((monitor) => monitor.kind !== 'last is')
            .flatMap((monitor) => (monitor.from === undefined ? [monitor.event] : [monitor.event, monitor.from]))
            .flatMap((pattern) => [...this.policy.agents.keys()].map((agent) => happened(pattern, entry, agent, view)));
        return seen.some((is) => is !== 'no') ? [{ position: entry.position, id: entry.id, seen: seen.join() }] : [];
    }

    private rest(approval: Entry, rule: number, time: number): number {
        const asking = this.policy.rules[rule];
        return Math.max(-1, approval.time + (asking?.kind === 'approval' ? asking.valid : 0) - time);
    }
}

/**
 * Whether the release of a call that is about to happen breaks a claim: unknown counts against it (M3). Unlike a
 * decision (M4), a claim looks at the whole history before the release (M20), the call's own attempt and hold too.
 */
export function breaks(
    policy: Policy,
    claim: Claim & { kind: 'never' | 'requires' },
    session: oracle.OracleSession,
    call: Call
): boolean {
    const view: View = { ...oracle.viewOf(policy, session, call), own: NO_CALL };
    return every([isOne(claim.subject, call, call.agent), answer(claim.bad, view)]) !== 'no';
}

/** How many steps of the work are done after what was added to the session. */
export function advanceWork(
    policy: Policy,
    claim: Claim & { kind: 'possible' },
    done: number,
    session: oracle.OracleSession,
    added: readonly Entry[]
): number {
    const step = claim.steps[done];
    const view = bystander(policy, session, 0);
    return step !== undefined && added.some((entry) => happened(step, entry, entry.call.agent, view) === 'yes')
        ? done + 1
        : done;
}

/** The history as an agent sees it who has submitted nothing. */
function bystander(policy: Policy, session: oracle.OracleSession, agent: number): View {
    const call: Call = { agent, tool: -1, args: {} };
    const { entries } = session;
    return { policy, entries, call, own: NO_CALL, approvers: [], before: Infinity, assumed: new Map() };
}
