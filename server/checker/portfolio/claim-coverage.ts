/**
 * The number of reachable situations in which a claim applies. A claim that holds but rarely applies is not wrong, and
 * one that never applies is vacuous (M22): the number indicates how much its verdict is worth.
 */
import type { Policy } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import type { Memory } from '../../model/session/session.js';
import { evaluate } from '../../model/conditions/evaluate.js';
import { and, FALSE, mayBe, mustBe } from '../../model/policy/truth.js';
import { searchedFor } from '../reductions/new-sessions.js';
import type { Action } from '../system/actions.js';
import { actionsOf } from '../system/actions.js';
import { unsupportedPartsOf } from '../system/unsupported.js';
import { reachOf } from '../reductions/cone.js';
import { whyUnexplored } from './exact.js';
import type { ExploreOptions, TransitionSystem } from '../search/breadth-first.js';
import { explore } from '../search/breadth-first.js';
import { fewHolds } from '../system/held-calls.js';
import { overlapScopes } from '../reductions/overlaps.js';
import { situationOf } from '../system/situations.js';
import type { Slice } from '../reductions/slice.js';
import { seesHolds, sliceFor, withScope } from '../reductions/slice.js';
import { withReusableApprovals } from '../reductions/reusable-approvals.js';
import type { TimedActs } from '../system/successors.js';
import { represented } from '../system/represented-totals.js';
import { PolicySystem } from '../system/system.js';
import { twinsOf } from '../system/twin-calls.js';
import type { NamedScope } from '../limits/scopes.js';

export interface ClaimCoverage {
    /** The number of distinct states that sessions reach, in the part of the policy that the claim sees. */
    readonly states: number;
    /**
     * The states in which an agent can submit a call that the claim is about: a call whose release would break the
     * claim or, for `E is D when C`, a call that must be decided as D.
     */
    readonly applies: number;
    /** True if all states within `scopes` were counted. */
    readonly exhausted: boolean;
    /** The bounds of the count, in words; empty if there are none. */
    readonly scopes: readonly string[];
    /** The limit that stopped the count, in words. */
    readonly limit?: string;
}

/** The number of values of each kind of key, if one is not enough. */
const TRACKED = 2;

/**
 * The reason why they are not counted, to follow a colon: the claim judges no calls, or its states cannot be
 * enumerated.
 */
export function claimCoverageOf(whole: Policy, written: Question, options: ExploreOptions): ClaimCoverage | string {
    const { policy, question } = searchedFor(whole, written);
    if (!('bad' in question) && question.goal !== 'decision') {
        return 'it does not judge single calls';
    }
    const kept = withReusableApprovals(policy, question, reachOf(policy, question));
    const seen = represented(kept.policy, kept.question, reachOf(kept.policy, kept.question));
    const [beyond] = unsupportedPartsOf(seen.policy, seen.question, reachOf(seen.policy, seen.question));
    if (beyond) {
        return `it depends on ${beyond.what}, and only exact searches count`;
    }
    const { slice, scopes } = narrowed(sliceFor(seen.policy, seen.question));
    const divided = actionsOf(slice);
    if (!Array.isArray(divided)) {
        return divided.undecidable;
    }
    const actions = seesHolds(slice) ? [...divided, ...twinsOf(slice, divided)] : divided;
    const count = new Count(slice, actions);
    const obstacle = whyUnexplored(count.system, divided);
    if (obstacle !== undefined) {
        return obstacle;
    }
    const { states, exhausted, limit } = explore(count, options);
    return {
        states,
        applies: count.applies,
        exhausted,
        scopes: [...scopes, ...count.system.scopes, ...overlapScopes(policy, question, reachOf(policy, question))],
        ...(limit !== undefined && { limit })
    };
}

function narrowed(slice: Slice): { readonly slice: Slice; readonly scopes: readonly NamedScope[] } {
    if (!slice.grounding.isKeyed) {
        return { slice, scopes: [] };
    }
    const few = withScope(slice, { values: TRACKED, others: false });
    const { narrowing } = few.grounding;
    const most = `keys have at most ${TRACKED} different values (values)` as const;
    return { slice: few, scopes: [most, ...(narrowing === undefined ? [] : [narrowing])] };
}

/** The system of a claim that judges nothing: sessions continue past steps that would break the claim. */
class Count implements TransitionSystem<TimedActs> {
    readonly system: PolicySystem;
    readonly width: number;
    applies = 0;
    private isAsked = false;

    constructor(
        private readonly slice: Slice,
        actions: readonly Action[]
    ) {
        const asked = new Map<Action, Action>(
            actions.map((action) => [{ ...action, condition: { op: 'constant', value: FALSE } }, action])
        );
        this.system = new PolicySystem(slice, [...asked.keys()], fewHolds(), (action, memory) => {
            this.isAsked ||= this.isAbout(asked.get(action)!, memory);
        });
        this.width = this.system.width;
    }

    initial(): ReturnType<PolicySystem['initial']> {
        return this.system.initial();
    }

    edges(...[state, zone, emit]: Parameters<TransitionSystem<TimedActs>['edges']>): void {
        this.isAsked = false;
        this.system.edges(state, zone, emit);
        this.applies += this.isAsked ? 1 : 0;
    }

    /**
     * True if the claim is about the call, as the claim judges it (M3): unknown counts against the claim, except for
     * `is allowed when C`.
     */
    private isAbout({ call, subject, condition }: Action, memory: Memory): boolean {
        const { question, ground } = this.slice;
        const asked = and(subject, evaluate(ground, condition, situationOf(call, memory)));
        return question.goal === 'decision' && question.decision === 'allowed' ? mustBe(asked) : mayBe(asked);
    }
}
