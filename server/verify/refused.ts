/** The reason why a certificate proves nothing. */
export class Refused extends Error {}

/** Throws `Refused` with the reason unless the condition is true. */
export function assert(isTrue: unknown, why: string): asserts isTrue {
    if (!isTrue) {
        throw new Refused(why);
    }
}
