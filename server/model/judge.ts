/** Judges a recorded or replayed session by the claims of a policy (M20). */
import { evaluate, matchesCall } from './conditions/evaluate.js';
import { findHeld } from './decide.js';
import { type GivenApproval, situationIn } from './conditions/inputs.js';
import type { SafetyClaim } from './policy/claims.js';
import type { Claim, Policy, Reading } from './policy/policy.js';
import type { SessionState } from './session/session.js';
import type { Decision } from './policy/decision.js';
import type { Call } from './memory/memory.js';
import { and, FALSE, mayBe, mustBe, not, or, type Truth } from './policy/truth.js';

/** A call, with its context at the decision. */
export interface JudgedRelease {
    /** The call with complete arguments. */
    readonly call: Call;
    readonly approvals: readonly GivenApproval[];
    readonly readings: readonly Reading[];
}

/** The judgement of a claim: undefined if the claim does not apply, otherwise true if it is broken. */
export type Judgement = Truth | undefined;

export class RecordedClaims {
    /** For each tool, the claims that judge its release. */
    private readonly byTool: readonly (readonly number[])[];
    private readonly decided: readonly number[];
    private readonly always: readonly number[];

    constructor(private readonly policy: Policy) {
        const { claims, tools } = policy;
        const indexed = claims.map((claim, index) => ({ claim, index }));
        this.byTool = tools.map(({ mayDo = [] }, tool) =>
            indexed.flatMap(({ claim, index }) =>
                isSafety(claim) &&
                [tool, ...mayDo.flatMap((value, other) => (mayBe(value) ? [other] : []))].some((one) =>
                    mayBe(claim.subject.tools[one] ?? FALSE)
                )
                    ? [index]
                    : []
            )
        );
        this.decided = indexed.flatMap(({ claim, index }) => (JUDGED[claim.kind] === 'decision' ? [index] : []));
        this.always = indexed.flatMap(({ claim, index }) => (JUDGED[claim.kind] === 'state' ? [index] : []));
    }

    /** True if any claim judges releases of the tool. */
    concern(tool: number): boolean {
        return this.byTool[tool]!.length > 0;
    }

    get hasDecided(): boolean {
        return this.decided.length > 0;
    }

    get hasAlways(): boolean {
        return this.always.length > 0;
    }

    /** Reports the claims that releasing the call breaks. Every call in the state before it has ended. */
    released(
        before: SessionState,
        { call, approvals, readings }: JudgedRelease,
        tell: (claim: number, broken: Truth) => void
    ): void {
        for (const index of this.byTool[call.tool]!) {
            const claim = this.policy.claims[index] as SafetyClaim;
            let broken: Judgement;
            for (const one of this.releasesOf(call)) {
                const subject = matchesCall(claim.subject, one);
                if (mayBe(subject)) {
                    const situation = situationIn(before, { call: one, approvals, readings });
                    broken = or(broken ?? FALSE, and(subject, evaluate(this.policy, claim.bad, situation)));
                }
            }
            if (broken !== undefined) {
                tell(index, broken);
            }
        }
    }

    /**
     * Reports the claims that a decision breaks. The decision is evaluated without running calls and without
     * outstanding approvals, as M20 defines. A call that is held already is decided over another history than the claim sees.
     */
    decidedSo(
        before: SessionState,
        { call, readings }: JudgedRelease,
        decision: Decision,
        tell: (claim: number, broken: Truth) => void
    ): void {
        if (
            decision.by === 'inventory' ||
            !this.isQuiet(before) ||
            !this.isGranted(call) ||
            findHeld(before, call) !== undefined
        ) {
            return;
        }
        for (const index of this.decided) {
            const claim = this.policy.claims[index] as Claim & { kind: 'decided' };
            const situation = situationIn(before, { call, readings });
            const asked = and(matchesCall(claim.subject, call), evaluate(this.policy, claim.when, situation));
            if (claim.decision === 'allowed' ? mustBe(asked) : mayBe(asked)) {
                tell(index, decision.kind === claim.decision ? FALSE : asked);
            }
        }
    }

    /** Reports the claims `always C` and `E is withheld` that are broken in a state in which every call has ended. */
    inState(state: SessionState, tell: (claim: number, broken: Truth) => void): void {
        if (state.unsettled.length > 0) {
            return;
        }
        for (const index of this.always) {
            const { condition } = this.policy.claims[index] as Claim & { kind: 'always' | 'withheld' };
            const situation = situationIn(state, { call: NO_CALL });
            tell(index, not(evaluate(this.policy, condition, situation)));
        }
    }

    /** The call itself and its possible inner calls, each of which counts as a release with unknown arguments. */
    private releasesOf(call: Call): Call[] {
        const { mayDo } = this.policy.tools[call.tool]!;
        return mayDo
            ? [call, ...mayDo.flatMap((value, tool) => (mayBe(value) ? [{ agent: call.agent, tool, args: {} }] : []))]
            : [call];
    }

    private isQuiet({ running, held, approvals = [] }: SessionState): boolean {
        return running.length === 0 && approvals.length === 0 && held.items.every((one) => one.approvals.length === 0);
    }

    private isGranted(call: Call): boolean {
        return this.policy.rules.some(
            (rule) => rule.kind === 'allow' && rule.audit !== true && mayBe(matchesCall(rule.subject, call))
        );
    }
}

/** The reason why no recording can break the claim; undefined if one can. */
export function whyNotJudged({ kind }: Claim): string | undefined {
    return JUDGED[kind] === 'nothing' ? 'it states what must be possible, so no session breaks it' : undefined;
}

function isSafety(claim: Claim): claim is SafetyClaim {
    return JUDGED[claim.kind] === 'release';
}

/** The step of a recorded session that can break a claim of each kind. */
const JUDGED: { readonly [Kind in Claim['kind']]: 'release' | 'decision' | 'state' | 'nothing' } = {
    never: 'release',
    requires: 'release',
    'at most': 'release',
    'no flow': 'release',
    decided: 'decision',
    always: 'state',
    withheld: 'state',
    possible: 'nothing',
    'stays possible': 'nothing'
};

/** The call for conditions that do not read one. */
const NO_CALL: Call = { agent: 0, tool: 0, args: {} };
