/** The work of a search for proofs: a number of cases, which is the same on every machine, where time would differ. */
import { Refused } from '../verify/policy.js';

/** The cases that a search may still look at. */
export interface Work {
    left: number;
    /** Called for each case. What it throws ends the search. */
    readonly poll: () => void;
}

/** The work for one claim, unless a caller asks for another: some tenths of a second. */
export const PROOF_WORK = 20_000;

/** Takes one case from the work. Throws `Refused` if there is none left. */
export function spend(work: Work): void {
    work.poll();
    if (--work.left < 0) {
        throw new Refused('the proof takes more work than allowed');
    }
}
