/** The forms that are drawn. A form that the product cannot decide yet is off, and a test names it. */
export interface Forms {
    readonly recorders: boolean;
    readonly nestedHistory: boolean;
    readonly call: boolean;
    readonly sameCall: boolean;
    readonly across: boolean;
    readonly results: boolean;
    readonly succeeds: boolean;
    readonly conditionalReads: boolean;
    readonly stores: boolean;
    readonly clears: boolean;
    readonly mayDo: boolean;
    readonly sessions: boolean;
    readonly session: boolean;
    readonly request: boolean;
    readonly signals: boolean;
    readonly provenance: boolean;
    readonly withhold: boolean;
    readonly clock: boolean;
    readonly shell: boolean;
    readonly modes: boolean;
    readonly delegation: boolean;
    readonly approvals: boolean;
    readonly answers: boolean;
    readonly running: boolean;
    readonly outside: boolean;
}

export const FORMS: Forms = {
    recorders: true,
    nestedHistory: true,
    call: true,
    sameCall: true,
    across: true,
    results: true,
    succeeds: true,
    conditionalReads: true,
    stores: true,
    clears: true,
    mayDo: true,
    sessions: true,
    session: true,
    request: true,
    signals: true,
    provenance: true,
    withhold: true,
    clock: true,
    shell: true,
    modes: true,
    delegation: true,
    approvals: true,
    answers: true,
    running: true,
    outside: true
};
