export type DecisionKind = 'allowed' | 'denied' | 'held';

/** The reason why a call was denied (M4). */
export type DecidedBy = 'rule' | 'default' | 'unknown' | 'inventory';

export interface Decision {
    readonly kind: DecisionKind;
    readonly by: DecidedBy;
    /**
     * The indices of the rules that decided: those that denied, those that require a missing approval, or those that
     * allowed. Empty if the default or the inventory decided.
     */
    readonly rules: readonly number[];
    /** The problem with the arguments, if the inventory denied the call. */
    readonly problem?: string;
}

/** The decision to wait: the decision depends on how these calls will end, and is made once they have (M2). */
export interface Waiting {
    readonly kind: 'waits';
    readonly on: readonly number[];
}
