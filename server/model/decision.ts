export type DecisionKind = 'allowed' | 'denied' | 'held';

/** Why a call was denied, told apart (M4). */
export type DecidedBy = 'rule' | 'default' | 'unknown' | 'inventory';

export interface Decision {
    readonly kind: DecisionKind;
    readonly by: DecidedBy;
    /**
     * Indices of the rules that decided: those that denied; those that ask for an approval that is missing; those
     * that allowed. Empty by default and by inventory.
     */
    readonly rules: readonly number[];
    /** The problem with the arguments, when denied by inventory. */
    readonly problem?: string;
}

/** The decision depends on how these calls will end, and is made then (M2). */
export interface Waiting {
    readonly kind: 'waits';
    readonly on: readonly number[];
}
