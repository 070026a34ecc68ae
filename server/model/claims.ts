/** The claims of the policy model. */
import type { CallPattern, Condition, EventPattern, Source } from './conditions.js';
import type { Annotation } from './inventory.js';

interface ClaimBase {
    readonly name: string;
    readonly doc?: string;
    readonly annotations?: readonly Annotation[];
    /** `claim … across sessions`: the line about a second session counts (M19). */
    readonly across?: boolean;
    readonly text: string;
    readonly source: Source;
    /** For an element of a pack: its use in the policy. `source` is in the pack. */
    readonly usedAt?: Source;
}

export type Claim = SafetyClaim | DecidedClaim | AlwaysClaim | PossibleClaim | StaysPossibleClaim;

/**
 * Judged at the release of a call (M20). `at most n E` and `no flow` are expressed as releases that must not happen.
 */
export type SafetyClaim = ClaimBase & {
    readonly kind: 'never' | 'requires' | 'at most' | 'no flow';
    /** The release that is judged (M20). */
    readonly subject: CallPattern;
    /** Violated by a release of the subject unless this is false: unknown counts against the claim (M3). */
    readonly bad: Condition;
    /** `after F`: an event that must be possible, or the claim is vacuous (M22). */
    readonly trigger?: Condition;
};

/** `E is denied when C`: the decision of every such call, in every state. */
export type DecidedClaim = ClaimBase & {
    readonly kind: 'decided';
    readonly subject: CallPattern;
    readonly when: Condition;
    readonly decision: 'allowed' | 'denied' | 'held';
};

/** Judged after every event; no call is in scope. */
export type AlwaysClaim = ClaimBase & { readonly kind: 'always'; readonly condition: Condition };

export type PossibleClaim = ClaimBase & {
    readonly kind: 'possible';
    readonly steps: readonly EventPattern[];
    readonly withoutApproval: boolean;
    /** Seconds from the first release to the last. */
    readonly window?: number;
};

/** From every state that hijacked agents can reach, everyone cooperating leads to a release (M21). */
export type StaysPossibleClaim = ClaimBase & {
    readonly kind: 'stays possible';
    readonly subject: CallPattern;
    /** Parameters of the subject that are universal. */
    readonly keys: readonly string[];
    readonly trigger?: Condition;
    /** Seconds. */
    readonly window: number;
    readonly withoutApproval: boolean;
};
