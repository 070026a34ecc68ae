/**
 * The work of the steps of searches, in units of roughly a microsecond: the measured times (on a loaded AMD EPYC, over the policies of
 * this repository, and the reference family for generated code) were 0.7 to 5.4 times these. What is computed before the steps and then kept, such as the classes of
 * arguments, is not counted: who comes first would then decide. The numbers decide when a method gives up, so they are the same on every
 * machine.
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
