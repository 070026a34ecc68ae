/** A claim whose system an export does not represent; the message is a noun phrase that says why. */
export class Unexportable extends Error {}
