import type { ClaimResult } from '../../../checker/results/result.js';
import { toneOf as firmness } from '../../../checker/results/verdict-words.js';
import { EXIT, type ExitCode } from '../../../workspace/errors.js';

/** The CSS classes for tones. */
export type Tone = 'good' | 'partial' | 'bad' | 'unsure' | 'info';

/** The tone depends on the claim's effect on the run, and on whether its verdict has a reservation. */
export function toneOf(claim: ClaimResult, exit: ExitCode): Tone {
    const tone = firmness(claim);
    if (tone === 'partial' && exit !== EXIT.violated) {
        return tone;
    }
    return exit === EXIT.ok ? (tone === 'warn' ? 'unsure' : 'good') : exit === EXIT.undecided ? 'unsure' : 'bad';
}
