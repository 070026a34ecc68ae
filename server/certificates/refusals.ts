/** What the verifier refuses, while a search tries what it accepts. */
import { Refused } from '../verify/policy.js';

/** The result; undefined if the verifier refuses it. */
export function unlessRefused<T>(work: () => T): T | undefined {
    try {
        return work();
    } catch (error) {
        if (error instanceof Refused) {
            return undefined;
        }
        throw error;
    }
}
