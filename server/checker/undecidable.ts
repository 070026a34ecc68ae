/** Why the arguments of a tool cannot be divided into classes: a predicate to follow `the arguments of X`. */
export class Undecidable extends Error {}
