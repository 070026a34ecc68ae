/** The limits on what a replay keeps, so that its memory does not grow with the log (docs/replay.md). */
import type { Limit } from '../../../model/policy/limits.js';
import { limitsOf } from '../../../model/policy/limits.js';

export const REPLAY_LIMITS = {
    lineBytes: {
        most: 32 * 1024 * 1024,
        of: 'bytes of a line; a longer line is counted but not read, unless it is the first, which is read as a document',
        then: 'in scope'
    },
    shownPlaces: { most: 10, of: 'places in the log that are named for each kind', then: 'shows less' },
    listedNames: { most: 50, of: 'undeclared names of tools and agents that are listed', then: 'shows less' },
    countedNames: { most: 10_000, of: 'such names that are counted separately', then: 'shows less' },
    reorderedEvents: {
        most: 2_000,
        of: 'events of a session that are sorted by time, because spans come as they end',
        then: 'in scope'
    }
} as const satisfies Readonly<Record<string, Limit>>;

export const replayLimit = limitsOf(REPLAY_LIMITS);
