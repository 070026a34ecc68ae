/**
 * The naive checker of claims over several sessions (M19): it explores whole histories, breadth first, and at any step
 * the agents may drop their session. A claim is judged twice: over the session's history, and over everything that ever
 * happened.
 */
import type { Claim, Outcome, Policy } from '../../server/model/policy/policy.js';
import type { Call, Decision } from '../../server/model/session/session.js';
import { every } from './answer.js';
import { bystander, NO_CALL } from './bystander.js';
import { candidates, isNext } from './candidates.js';
import { isNamed } from './check.js';
import { answer } from './conditions.js';
import * as oracle from './decide.js';
import { isOne } from './events.js';
import { holdersOf } from './labels.js';
import { look, oldestAge, stateText, type Sight } from './sights.js';
import type { View } from './view.js';

export interface AcrossFacts {
    /** The number of steps of a shortest session that breaks the claim over its own history. */
    readonly alone?: number;
    /** The number over its own history or the kept one; a new session is a step. */
    readonly across?: number;
    /** The number of steps up to which every session was examined; an `always` is judged at the end of each session. */
    readonly bound: number;
}

interface Node {
    readonly session: oracle.OracleSession;
    readonly sights: readonly Sight[];
    readonly from: number;
}

const OUTCOMES: readonly Outcome[] = ['success', 'error', 'lost'];

export function checkAcross(
    policy: Policy,
    limits: { readonly steps: number; readonly decisions: number }
): AcrossFacts[] {
    return new Exploration(policy, limits).run();
}

class Exploration {
    private readonly calls: readonly Call[];
    private readonly seen = new Set<string>();
    private readonly alone: (number | undefined)[];
    private readonly across: (number | undefined)[];
    private readonly oldest: number | undefined;
    private budget: number;

    constructor(
        private readonly policy: Policy,
        private readonly limits: { readonly steps: number; readonly decisions: number }
    ) {
        this.calls = candidates(policy, 1, true);
        this.alone = policy.claims.map(() => undefined);
        this.across = policy.claims.map(() => undefined);
        this.oldest = oldestAge(policy);
        this.budget = limits.decisions;
    }

    run(): AcrossFacts[] {
        let level = this.closed([{ session: oracle.start, sights: [], from: 0 }], 0);
        let bound = 0;
        while (level !== undefined && level.length > 0 && bound < this.limits.steps) {
            const steps = bound + 1;
            const next = level.flatMap((node) => this.successors(node, steps));
            level = this.closed(next, steps);
            bound++;
        }
        const covered = level?.length === 0 ? Infinity : bound;
        return this.policy.claims.map((claim, i) => ({
            ...(this.alone[i] !== undefined && { alone: this.alone[i] }),
            ...(this.across[i] !== undefined && { across: this.across[i] }),
            bound: 'condition' in claim && level === undefined ? covered - 1 : covered
        }));
    }

    /** The new nodes and their successors by waiting; undefined if the decision budget does not suffice for them. */
    private closed(nodes: readonly Node[], steps: number): Node[] | undefined {
        const fresh: Node[] = [];
        const queue = [...nodes];
        for (const { session, sights, from } of queue) {
            const added = session.entries
                .slice(from)
                .flatMap((entry): Sight[] =>
                    entry.kind === 'session'
                        ? [{ position: entry.position, time: entry.time, id: NO_CALL, seen: 'session' }]
                        : look(this.policy, entry, session)
                );
            const node: Node = { session, sights: [...sights, ...added], from: session.entries.length };
            const key = this.key(node);
            if (!this.seen.has(key)) {
                this.seen.add(key);
                fresh.push(node);
                if (fresh.length * this.calls.length > this.budget) {
                    return undefined;
                }
                this.judgeState(session, steps);
                if (this.oldest !== undefined || oracle.holds(this.policy, session).length > 0) {
                    queue.push({ ...node, session: oracle.wait(session, 1) });
                }
            }
        }
        return fresh;
    }

    private key({ session, sights }: Node): string {
        const { policy } = this;
        const held = keptView(bystander(policy, session, 0));
        const labels = policy.labels.map((_, label) =>
            [bystander(policy, session, 0), held].map((view) =>
                [false, true].map((ever) => {
                    const { agents, stores } = holdersOf(label, view, ever);
                    return [[...agents].sort(), [...stores].sort()];
                })
            )
        );
        const last = policy.agents.flatMap((_, agent) =>
            policy.monitors.flatMap((monitor, index) =>
                monitor.kind === 'last is'
                    ? [answer({ op: 'monitor', monitor: index }, keptView(bystander(policy, session, agent)))]
                    : []
            )
        );
        const ages = policy.monitors.some(({ kind, window }) => kind === 'last is' && window !== undefined)
            ? session.entries
                  .filter(({ kind }) => kind === 'release')
                  .map(({ time }) => Math.min(session.time - time, this.oldest ?? 0))
            : [];
        return JSON.stringify([stateText(policy, session, sights, this.oldest), labels, last, ages]);
    }

    private successors({ session, sights }: Node, steps: number): Node[] {
        const next: Node[] = [];
        const reach = (after: oracle.OracleSession): void =>
            void next.push({ session: after, sights, from: session.entries.length });
        reach(oracle.begin(session, {}));
        this.policy.outsideEvents.forEach((_, event) => reach(oracle.occur(session, event)));
        for (const call of this.calls.filter((candidate) => isNext(candidate, session))) {
            this.budget--;
            const decision = oracle.decide(this.policy, session, call);
            if (decision.kind === 'waits') {
                throw new Error('no call runs, so nothing can be waited for');
            }
            this.judge(session, call, decision, steps);
            const after = oracle.submit(this.policy, session, call, decision);
            if (decision.kind === 'allowed') {
                const { own } = oracle.viewOf(this.policy, session, call);
                OUTCOMES.forEach((outcome) => reach(oracle.end(after, own, outcome)));
            } else {
                reach(after);
            }
        }
        for (const hold of oracle.holds(this.policy, session)) {
            for (const human of oracle.asked(this.policy, hold)) {
                reach(oracle.approve(this.policy, session, hold, human));
                reach(oracle.refuse(this.policy, session, hold, human));
            }
        }
        return next;
    }

    private judge(session: oracle.OracleSession, call: Call, decision: Decision, steps: number): void {
        this.policy.claims.forEach((claim, i) => {
            const [own, kept] = judgedBy(this.policy, claim, session, call, decision);
            this.note(i, own, kept, steps);
        });
    }

    private judgeState(session: oracle.OracleSession, steps: number): void {
        this.policy.claims.forEach((claim, i) => {
            if ('condition' in claim) {
                const view = bystander(this.policy, session, 0);
                const isBroken = (one: View): boolean => answer(claim.condition, one) !== 'yes';
                this.note(i, isBroken(view), isBroken(keptView(view)), steps);
            }
        });
    }

    private note(claim: number, own: boolean, kept: boolean, steps: number): void {
        if (own) {
            this.alone[claim] ??= steps;
        }
        if (own || kept) {
            this.across[claim] ??= steps;
        }
    }
}

/** The view of all sessions as one: events of dropped sessions did happen. */
export function keptView(view: View): View {
    return { ...view, entries: view.entries.filter(({ kind }) => kind !== 'session') };
}

/**
 * True if a call that is about to be decided this way breaks the claim: over the session's history, and over the kept
 * one.
 */
export function judgedBy(
    policy: Policy,
    claim: Claim,
    session: oracle.OracleSession,
    call: Call,
    decision: Decision
): readonly [boolean, boolean] {
    const view = oracle.viewOf(policy, session, call);
    const views = [view, keptView(view)];
    const isSubject = 'subject' in claim ? isOne(policy, claim.subject, call, call.agent) : 'no';
    if ('bad' in claim && decision.kind === 'allowed') {
        const [own, kept] = views.map(
            (one) => every([isSubject, answer(claim.bad, { ...one, own: NO_CALL })]) !== 'no'
        );
        return [own!, kept!];
    }
    if (claim.kind === 'decided' && decision.kind !== claim.decision && isNamed(policy, session, call)) {
        const [own, kept] = views.map((one) => {
            const asked = every([isSubject, answer(claim.when, one)]);
            return claim.decision === 'allowed' ? asked === 'yes' : asked !== 'no';
        });
        return [own!, kept!];
    }
    return [false, false];
}
