/**
 * Two directions, never mixed (docs/checker.md, "Two directions"). The finite system may over-approximate something by
 * more sessions than exist. If it finds no session, this is a proof; a session that it finds counts only if the
 * decision procedure confirms it. Between the two, concrete sessions decide.
 */
import { joined } from '../conditions/joined.js';
import type { Answer } from '../search/answer.js';

/** True if the search covered sessions that do not exist, which may affect the answer. */
export function approximated({ approximates = [], session }: Answer): boolean {
    return approximates.length > 0 && !session;
}

/**
 * The reason why an answer of the finite system leaves the question open; undefined if the answer is a proof, or is
 * exact in both directions.
 */
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
            return (
                found.exploration.limit ?? ` it has more sessions than are possible for ${joined(found.approximates!)}`
            );
    }
}

/** Combines an answer that left the question open with that of a method that was tried after it. */
export function preferred(open: Answer, later: Answer): Answer {
    if (open.isUnexplored) {
        return later.verdict === 'undecided' ? open : later;
    }
    if (open.trace) {
        return later.trace ? later : open;
    }
    const isFinal = later.verdict === 'holds' || later.verdict === 'vacuous' || later.verdict === 'impossible';
    return later.session || isFinal || !open.exploration.exhausted ? withMoreCovered(later, open) : open;
}

/** The later answer, with the sessions that the first one covered if it covered longer ones than the scope of the later one. */
function withMoreCovered(later: Answer, open: Answer): Answer {
    const { covered, limit } = open.exploration;
    const inScope = later.verdict === 'undecided' ? later.exploration.covered : undefined;
    const isMore =
        inScope?.isOfScope === true &&
        covered?.isOfScope === false &&
        covered.steps > inScope.steps &&
        open.scopes.length === 0;
    return isMore && limit !== undefined ? { ...later, exploration: { ...later.exploration, limit, covered } } : later;
}
