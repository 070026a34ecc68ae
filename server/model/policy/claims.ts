/** The claims of the policy model. */
import type { CallPattern, Condition, EventPattern, Source } from './conditions.js';
import type { Annotation } from './inventory.js';
import type { ScopeName } from './scope-names.js';

interface ClaimBase {
    readonly name: string;
    readonly doc?: string;
    readonly annotations?: readonly Annotation[];
    /** True for `claim … across sessions`: the claim covers consecutive sessions, not just one (M19). */
    readonly across?: boolean;
    readonly text: string;
    readonly source: Source;
    /** The place where the policy uses the pack, for an element of a pack; `source` is in the pack. */
    readonly usedAt?: Source;
    /** True for a claim of a pack that a configuration requires: only assumptions of such packs count for it. */
    readonly isRequired?: true;
    /** The scopes that a configuration may accept for the claim; undefined if any. */
    readonly acceptable?: readonly ScopeName[];
}

export type Claim = SafetyClaim | DecidedClaim | WithheldClaim | AlwaysClaim | PossibleClaim | StaysPossibleClaim;

/**
 * A claim that is judged when a call is released (M20). `at most n E` and `no flow` are expressed as releases that must
 * not happen.
 */
export type SafetyClaim = ClaimBase & {
    readonly kind: 'never' | 'requires' | 'at most' | 'no flow';
    /** The release that is judged (M20). */
    readonly subject: CallPattern;
    /**
     * A release of the subject violates the claim unless this condition is false; unknown counts against the claim
     * (M3).
     */
    readonly bad: Condition;
    /** The F of `after F`: an event that must be possible; otherwise the claim is vacuous (M22). */
    readonly trigger?: Condition;
};

/** A claim such as `E is denied when C`, about the decision of every such call, in every state. */
export type DecidedClaim = ClaimBase & {
    readonly kind: 'decided';
    readonly subject: CallPattern;
    readonly when: Condition;
    readonly decision: 'allowed' | 'denied' | 'held';
};

/** The claim `E is withheld when C`, about the results of calls that end without an error. */
export type WithheldClaim = ClaimBase & {
    readonly kind: 'withheld';
    readonly subject: CallPattern;
    /** True as long as no agent has got such a result. */
    readonly condition: Condition;
    /** True once such a call may have succeeded; otherwise the claim is vacuous (M22). */
    readonly trigger: Condition;
};

/** A claim that is judged after every event, without a call in scope. */
export type AlwaysClaim = ClaimBase & { readonly kind: 'always'; readonly condition: Condition };

export type PossibleClaim = ClaimBase & {
    readonly kind: 'possible';
    readonly steps: readonly EventPattern[];
    readonly withoutApproval: boolean;
    /** The maximum number of seconds from the first release to the last. */
    readonly window?: number;
};

/**
 * A claim that a release is reachable from every state that hijacked agents can reach, if everyone cooperates (M21).
 */
export type StaysPossibleClaim = ClaimBase & {
    readonly kind: 'stays possible';
    readonly subject: CallPattern;
    /** Parameters of the subject that are universally quantified. */
    readonly keys: readonly string[];
    readonly trigger?: Condition;
    /** The time in seconds. */
    readonly window: number;
    readonly withoutApproval: boolean;
};
