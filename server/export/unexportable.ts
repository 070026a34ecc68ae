/** Thrown for a claim whose system an export does not represent; the message is a noun phrase for the reason. */
export class Unexportable extends Error {}
