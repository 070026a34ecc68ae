import type { ClaimResult } from '../../../checker/result.js';
import { EXIT, type ExitCode } from '../../errors.js';

/** Classes of the style. */
export type Tone = 'good' | 'bad' | 'unsure' | 'info';

/** By what the claim does to the run, and whether its verdict has a reservation. */
export function toneOf({ verdict, expected }: ClaimResult, exit: ExitCode): Tone {
    if (exit !== EXIT.ok) {
        return exit === EXIT.undecided ? 'unsure' : 'bad';
    }
    return verdict === 'holds in scope' && !expected ? 'info' : 'good';
}
