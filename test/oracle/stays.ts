/**
 * Evaluates `stays possible` by its definition (M21): sessions of whole histories, second by second. A session is dead
 * if no continuation of a few more steps leads to a release of E in time, regardless of who cooperates.
 */
import type { Claim, Outcome, Policy } from '../../server/model/policy/policy.js';
import type { Call } from '../../server/model/session/session.js';
import { bystander } from './bystander.js';
import { candidates, isNext } from './candidates.js';
import { answer } from './conditions.js';
import * as oracle from './decide.js';
import { isOne } from './events.js';
import { look, oldestAge, stateText, type Sight } from './sights.js';

type StaysPossible = Claim & { readonly kind: 'stays possible' };

export interface StaysLimits {
    /** The maximum number of steps of the sessions that may be dead, and of the ways out. */
    readonly steps: number;
    readonly out: number;
    /** The maximum number of sessions examined in total. */
    readonly sessions: number;
}

export interface StaysFacts {
    /** The number of steps of a shortest dead session; absent if there is none with this many steps. */
    readonly dead?: number;
    /** True if the claim's subject occurred in some session. */
    readonly triggered: boolean;
}

interface Node {
    readonly session: oracle.OracleSession;
    readonly sights: readonly Sight[];
    readonly state: string;
}

interface Next extends Node {
    /** The values for the keys, if a release of E leads directly here. */
    readonly released?: string;
    readonly approved: boolean;
}

const OUTCOMES: readonly Outcome[] = ['success', 'error', 'lost'];

/** Undefined if the limits are reached before anything is known. */
export function staysPossible(policy: Policy, claim: StaysPossible, limits: StaysLimits): StaysFacts | undefined {
    try {
        return new Search(policy, claim, limits).run();
    } catch (error) {
        if (error instanceof LimitMet) {
            return undefined;
        }
        throw error;
    }
}

class LimitMet extends Error {}

class Search {
    private readonly calls: readonly Call[];
    private readonly oldest: number | undefined;
    private readonly known = new Map<string, boolean>();
    private readonly successors = new Map<string, Next[]>();
    /** The values that the claim is quantified over: those of some certain or possible call of E. */
    private readonly keys: readonly string[];
    private left: number;

    constructor(
        private readonly policy: Policy,
        private readonly claim: StaysPossible,
        private readonly limits: StaysLimits
    ) {
        this.calls = candidates(policy, 1, true);
        this.oldest = oldestAge(policy);
        this.left = limits.sessions;
        const subjects = this.calls.filter((call) => isOne(policy, claim.subject, call, call.agent) !== 'no');
        const given = subjects.filter((call) => claim.keys.every((name) => call.args[name] !== undefined));
        this.keys = claim.keys.length === 0 ? ['[]'] : [...new Set(given.map((call) => this.keyOf(call)))];
    }

    run(): StaysFacts {
        const seen = new Set<string>();
        let triggered = false;
        let level: Node[] = [this.node({ session: oracle.start, sights: [] })];
        for (let steps = 0; steps <= this.limits.steps; steps++) {
            const fresh: Node[] = [];
            for (const node of level) {
                if (!seen.has(node.state)) {
                    seen.add(node.state);
                    fresh.push(node);
                    level.push(...this.second(node));
                }
            }
            const spoken = fresh.filter((node) => this.speaksOf(node));
            triggered ||= spoken.length > 0;
            if (spoken.some((node) => this.keys.some((key) => this.isDead(node, key)))) {
                return { dead: steps, triggered };
            }
            level = fresh.flatMap((node) => this.steps(node));
        }
        return { triggered };
    }

    private isDead(node: Node, key: string): boolean {
        const state = `${node.state} ${key}`;
        let dead = this.known.get(state);
        if (dead === undefined) {
            dead = !this.hasWayOut(node, key);
            this.known.set(state, dead);
        }
        return dead;
    }

    private keyOf(call: Call): string {
        return JSON.stringify(this.claim.keys.map((name) => call.args[name] ?? null));
    }

    /** Searches breadth first by steps; among the paths to one state, it keeps the fastest. */
    private hasWayOut(from: Node, key: string): boolean {
        const least = new Map<string, number>();
        let level: [Node, number][] = [[from, 0]];
        for (let steps = 0; steps < this.limits.out; steps++) {
            const fresh: [Node, number][] = [];
            for (const [node, elapsed] of level) {
                if (elapsed <= this.claim.window && elapsed < (least.get(node.state) ?? Infinity)) {
                    least.set(node.state, elapsed);
                    fresh.push([node, elapsed]);
                    this.second(node).forEach((later) => level.push([later, elapsed + 1]));
                }
            }
            const next = fresh.flatMap(([node, elapsed]) =>
                this.steps(node)
                    .filter(({ approved }) => !approved || !this.claim.withoutApproval)
                    .map((after): [Next, number] => [after, elapsed])
            );
            if (next.some(([{ released }]) => released === key)) {
                return true;
            }
            level = next;
        }
        return false;
    }

    /** The node one second later, if that can make a difference. */
    private second({ session, sights }: Node): Node[] {
        const matters = this.oldest !== undefined || oracle.holds(this.policy, session).length > 0;
        return matters ? [this.node({ session: oracle.wait(session, 1), sights })] : [];
    }

    private steps(node: Node): Next[] {
        let found = this.successors.get(node.state);
        if (!found) {
            found = this.stepsOf(node);
            this.successors.set(node.state, found);
            this.left -= found.length;
            if (this.left < 0) {
                throw new LimitMet();
            }
        }
        return found;
    }

    private stepsOf(node: Node): Next[] {
        const { policy, claim } = this;
        const next: Next[] = [];
        const reach = (session: oracle.OracleSession, approved = false, released?: string): void => {
            const added = session.entries.slice(node.session.entries.length);
            const sights = [...node.sights, ...added.flatMap((entry) => look(policy, entry, session))];
            next.push({ ...this.node({ session, sights }), ...(released !== undefined && { released }), approved });
        };
        policy.outsideEvents.forEach((_, event) => reach(oracle.occur(node.session, event)));
        // The values that the claim is quantified over are known from the start.
        for (const call of this.calls.filter((one) => claim.keys.length > 0 || isNext(one, node.session))) {
            const decision = oracle.decide(policy, node.session, call);
            if (decision.kind === 'waits') {
                throw new Error('no call runs, so nothing can be waited for');
            }
            const after = oracle.submit(policy, node.session, call, decision);
            if (decision.kind === 'allowed') {
                const isE = isOne(policy, claim.subject, call, call.agent) === 'yes';
                const { own } = oracle.viewOf(policy, node.session, call);
                OUTCOMES.forEach((outcome) =>
                    reach(oracle.end(after, own, outcome), false, isE ? this.keyOf(call) : undefined)
                );
            } else {
                reach(after);
            }
        }
        for (const hold of oracle.holds(policy, node.session)) {
            for (const human of oracle.asked(policy, hold)) {
                reach(oracle.approve(policy, node.session, hold, human), true);
                reach(oracle.refuse(this.policy, node.session, hold, human));
            }
        }
        return next;
    }

    private node({ session, sights }: Omit<Node, 'state'>): Node {
        return { session, sights, state: stateText(this.policy, session, sights, this.oldest) };
    }

    /** True if the claim is about the session; unknown counts as true (M3). */
    private speaksOf({ session }: Node): boolean {
        const { trigger } = this.claim;
        return (
            trigger === undefined ||
            [...this.policy.agents.keys()].some(
                (agent) => answer(trigger, bystander(this.policy, session, agent)) !== 'no'
            )
        );
    }
}
