/**
 * The naive checker: it explores whole sessions, breadth first by the number of steps, up to a bound. Calls run one
 * after the other (M2), seconds pass one at a time, humans answer any request. Two sessions are merged only if every
 * pattern saw the same things in the same order.
 */
import type {
    AlwaysClaim,
    WithheldClaim,
    Claim,
    DecidedClaim,
    Outcome,
    Policy,
    SafetyClaim,
    Tool
} from '../../server/model/policy/policy.js';
import type { Call, Decision } from '../../server/model/session/session.js';
import { every } from './answer.js';
import { bystander, NO_CALL } from './bystander.js';
import { candidates, isNext } from './candidates.js';
import * as oracle from './decide.js';
import { answer } from './conditions.js';
import { happened, isOne } from './events.js';
import { fits } from './schema.js';
import { look, oldestAge, stateText, type Sight } from './sights.js';
import type { Entry, View } from './view.js';

export interface ClaimFacts {
    /**
     * The number of steps of a shortest session that breaks the claim, or completes its steps; absent if none was
     * found.
     */
    readonly steps?: number;
    /** True if the subject of the claim can happen; otherwise it is vacuous (M22). */
    readonly triggered: boolean;
    /** The number of steps up to which every session was examined; infinite if longer ones add nothing new. */
    readonly bound: number;
}

export interface Facts {
    readonly claims: readonly ClaimFacts[];
    /** True if no new sessions remain. */
    readonly exhausted: boolean;
}

interface Node {
    readonly session: oracle.OracleSession;
    /** For each `possible` claim, the number of completed steps; -1 once an approval has invalidated it. */
    readonly progress: readonly number[];
    /** The events that the patterns have seen, up to those that they have not examined yet. */
    readonly sights: readonly Sight[];
    readonly unseen: readonly Entry[];
}

const OUTCOMES: readonly Outcome[] = ['success', 'error', 'lost'];

export interface Limits {
    readonly steps: number;
    readonly decisions: number;
}

/** The set of sessions: all of them, or those that certainly lie in the scope that the product names. */
export interface Scope {
    readonly lapses: boolean;
    readonly ofEachKind: number;
    readonly held: number;
    /** True if calls that the schema refuses are tried. */
    readonly refused: boolean;
}

export const EVERYTHING: Scope = { lapses: true, ofEachKind: 2, held: Infinity, refused: true };

export const FEW_HOLDS: Scope = { lapses: true, ofEachKind: 1, held: 1, refused: true };

/** Examines every session up to a number of steps, or fewer if that would exceed the decision budget. */
export function check(policy: Policy, limits: Limits, scope: Scope = EVERYTHING): Facts {
    return new Exploration(policy, limits, scope).run();
}

class Exploration {
    private readonly calls: readonly Call[];
    private readonly seen = new Set<string>();
    private readonly found: (number | undefined)[];
    /** True where F happened, and where the claim had something to judge. */
    private readonly triggered: boolean[];
    private readonly judged: boolean[];
    /** Ages above this are equivalent; undefined if no condition reads an age. */
    private readonly oldest: number | undefined;
    private budget: number;

    constructor(
        private readonly policy: Policy,
        private readonly limits: Limits,
        private readonly scope: Scope
    ) {
        this.budget = limits.decisions;
        this.calls = candidates(policy, scope.ofEachKind, scope.refused);
        this.found = policy.claims.map(() => undefined);
        this.triggered = policy.claims.map(() => false);
        this.judged = policy.claims.map(() => false);
        this.oldest = oldestAge(policy);
    }

    run(): Facts {
        const begin: Node = {
            session: oracle.start,
            progress: this.policy.claims.map(() => 0),
            sights: [],
            unseen: []
        };
        let level = this.closed([begin], 0);
        let bound = 0;
        while (level !== undefined && bound < this.limits.steps && this.found.includes(undefined)) {
            if (level.length === 0) {
                return this.facts(Infinity, Infinity);
            }
            const next = level.flatMap((node) => this.successors(node, bound + 1));
            bound++;
            level = this.closed(next, bound);
        }
        return this.facts(bound, level === undefined ? bound - 1 : bound);
    }

    /**
     * @param states the number of steps up to which the states of sessions, and every second after them, were examined
     */
    private facts(bound: number, states: number): Facts {
        const claims = this.policy.claims.map((claim, i): ClaimFacts => {
            const steps = this.found[i];
            const triggered = hasTrigger(claim) ? this.triggered[i] === true : true;
            return {
                ...(steps === undefined ? {} : { steps }),
                triggered: triggered && (!needsSubject(claim) || this.judged[i] === true),
                bound: 'condition' in claim ? states : bound
            };
        });
        return { claims, exhausted: bound === Infinity };
    }

    /**
     * The new nodes and their successors by waiting: waiting is free (M23). Undefined if continuing from all of them
     * would exceed the decision budget.
     */
    private closed(nodes: readonly Node[], steps: number): Node[] | undefined {
        const fresh: Node[] = [];
        const queue = [...nodes];
        for (const { session, progress, sights, unseen } of queue) {
            const seen = [...sights, ...unseen.flatMap((entry) => look(this.policy, entry, session))];
            const node: Node = { session, progress, sights: seen, unseen: [] };
            const key = JSON.stringify([stateText(this.policy, session, seen, this.oldest), progress]);
            if (!this.seen.has(key)) {
                this.seen.add(key);
                fresh.push(node);
                if (fresh.length * this.calls.length > this.budget) {
                    return undefined;
                }
                this.noteTriggers(node);
                this.judgeState(node, steps);
                const isHeld = oracle.holds(this.policy, node.session).length > 0;
                if (isHeld ? this.scope.lapses : this.oldest !== undefined) {
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
        this.policy.outsideEvents.forEach((_, event) => reach(oracle.occur(node.session, event), false));
        for (const call of this.calls.filter((candidate) => isNext(candidate, node.session))) {
            this.budget--;
            const decision = oracle.decide(this.policy, node.session, call);
            if (decision.kind === 'waits') {
                throw new Error('no call runs, so nothing can be waited for');
            }
            this.judgeDecision(node, call, decision, steps);
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
                for (const lasts of oracle.choices(this.policy, hold, human)) {
                    reach(oracle.approve(this.policy, node.session, hold, human, lasts), true);
                }
                reach(oracle.refuse(this.policy, node.session, hold, human), false);
            }
        }
        return next;
    }

    /** A release is judged at its moment, over the history before it (M20). */
    private judge(node: Node, call: Call, steps: number): void {
        this.policy.claims.forEach((claim, i) => {
            if (!isSafety(claim)) {
                return;
            }
            this.judged[i] ||= isOne(this.policy, claim.subject, call, call.agent) !== 'no';
            if (this.found[i] === undefined && breaks(this.policy, claim, node.session, call)) {
                this.found[i] = steps;
            }
        });
    }

    private judgeDecision(node: Node, call: Call, decision: Decision, steps: number): void {
        this.policy.claims.forEach((claim, i) => {
            if (claim.kind === 'decided' && speaksOf(this.policy, claim, node.session, call)) {
                this.judged[i] = true;
                if (decision.kind !== claim.decision) {
                    this.found[i] ??= steps;
                }
            }
        });
    }

    private judgeState(node: Node, steps: number): void {
        this.policy.claims.forEach((claim, i) => {
            if ('condition' in claim && isBroken(this.policy, claim, node.session)) {
                this.found[i] ??= steps;
            }
        });
    }

    private noteTriggers(node: Node): void {
        this.policy.claims.forEach((claim, i) => {
            const trigger = 'trigger' in claim ? claim.trigger : undefined;
            if (trigger !== undefined) {
                this.triggered[i] ||= [...this.policy.agents.keys()].some(
                    (agent) => answer(trigger, bystander(this.policy, node.session, agent)) !== 'no'
                );
            }
        });
    }

    /** Each step must happen after the previous one was known to have happened (M21). */
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
}

/**
 * True if the release of a call that is about to happen breaks a claim: unknown counts against it (M3). Unlike a
 * decision (M4), a claim considers the whole history before the release (M20), including the call's own attempt and
 * hold.
 */
export function breaks(policy: Policy, claim: SafetyClaim, session: oracle.OracleSession, call: Call): boolean {
    const view: View = { ...oracle.viewOf(policy, session, call), own: NO_CALL };
    return every([isOne(policy, claim.subject, call, call.agent), answer(claim.bad, view)]) !== 'no';
}

/**
 * A call is judged that some `allow` names, made with no approval outstanding, while the claim's condition is true
 * (M20); unknown counts against the claim (M3).
 */
export function speaksOf(policy: Policy, claim: DecidedClaim, session: oracle.OracleSession, call: Call): boolean {
    if (!isNamed(policy, session, call)) {
        return false;
    }
    const view = oracle.viewOf(policy, session, call);
    const asked = every([isOne(policy, claim.subject, call, call.agent), answer(claim.when, view)]);
    return claim.decision === 'allowed' ? asked === 'yes' : asked !== 'no';
}

/** True if some `allow` names the call, its arguments fit, and no approval is outstanding. */
export function isNamed(policy: Policy, session: oracle.OracleSession, call: Call): boolean {
    const open = oracle.holds(policy, session);
    const approved = open.some(({ call: held }) => oracle.viewOf(policy, session, held).approvers.length > 0);
    const allows = policy.rules.filter((rule) => rule.kind === 'allow');
    return (
        !approved &&
        allows.some((rule) => isOne(policy, rule.subject, call, call.agent) !== 'no') &&
        fits(policy.tools[call.tool] as Tool, call.args) &&
        oracle.holdOf(policy, session, call) === undefined
    );
}

/**
 * True if the claim is broken, which is judged after every event and every second (M20); unknown counts against the
 * claim.
 */
export function isBroken(policy: Policy, claim: AlwaysClaim | WithheldClaim, session: oracle.OracleSession): boolean {
    return answer(claim.condition, bystander(policy, session, 0)) !== 'yes';
}

export function isSafety(claim: Claim): claim is SafetyClaim {
    return 'bad' in claim;
}

function hasTrigger(claim: Claim): boolean {
    return 'trigger' in claim && claim.trigger !== undefined;
}

function needsSubject(claim: Claim): boolean {
    return ['requires', 'no flow', 'decided'].includes(claim.kind);
}

/** The number of completed steps after what was added to the session. */
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
