/**
 * The work of the steps of searches, in units of about a microsecond (measured on two cores of an AMD EPYC). The numbers are part of
 * what a verdict means, since they decide when a method gives up: they are the same on every machine.
 */
export const UNITS = {
    /** A transition of the finite system. */
    transition: 50,
    /** A bound that is put on the ages of a state. */
    bound: 5,
    /** A transition in generated code. */
    compiledTransition: 0.05,
    /** A step of a concrete session, tried by the decision procedure. */
    sessionStep: 150,
    /** A case of a proof. */
    proofCase: 50
} as const;
