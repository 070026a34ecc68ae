/** The reason why a certificate proves nothing. */
export class Refused extends Error {}
