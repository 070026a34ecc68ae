/**
 * Two directions, never mixed (docs/checker.md, "Two directions"). The finite system may represent something by more
 * sessions than there are. Then it proves what it finds no session against; a session that it finds counts only if the
 * decision procedure confirms it. Between the two, concrete sessions decide.
 */
import { joined } from '../conditions/joined.js';
import type { Answer } from '../search/answer.js';

/** Whether there are sessions among those that were searched which are none, and may decide the answer. */
export function approximated({ approximates = [], session }: Answer): boolean {
    return approximates.length > 0 && !session;
}

/** Why an answer of the finite system leaves the question open; undefined: it is right in both directions, or proves. */
export function whyOpen(found: Answer): string | undefined {
    if (found.isUnexplored) {
        return found.exploration.limit ?? 'nothing was explored';
    }
    if (!approximated(found)) {
        return undefined;
    }
    switch (found.verdict) {
        case 'vacuous':
        case 'impossible':
        case 'holds':
            return undefined;
        default:
            return found.exploration.limit ?? `it has more sessions than there are of ${joined(found.approximates!)}`;
    }
}

/** Of an answer that left the question open, and that of a method that was tried after it. */
export function preferred(open: Answer, later: Answer): Answer {
    return open.isUnexplored
        ? later.verdict === 'undecided'
            ? open
            : later
        : later.session || !open.exploration.exhausted
          ? later
          : open;
}
