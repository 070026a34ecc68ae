/** The most that a replay keeps, so that its memory does not grow with the log (docs/replay.md). */
import type { Limit } from '../../../model/policy/limits.js';
import { limitsOf } from '../../../model/policy/limits.js';

export const REPLAY_LIMITS = {
    lineBytes: {
        most: 32 * 1024 * 1024,
        of: 'bytes of a line; a longer one is not read, and counted; if it is the first, it is read as a document',
        then: 'in scope'
    },
    shownPlaces: { most: 10, of: 'places in the log that are named of each kind', then: 'says less' },
    listedNames: { most: 50, of: 'names of tools and agents without a declaration that are listed', then: 'says less' },
    countedNames: { most: 10_000, of: 'such names that are told apart', then: 'says less' },
    reorderedEvents: {
        most: 2_000,
        of: 'events of a session that are put in the order of their times, where spans come as they end',
        then: 'in scope'
    },
    threadBytes: {
        most: 16 * 1024 * 1024,
        of: 'bytes of a log that are worth a thread: the sessions of a longer one are shared among several',
        then: 'slower'
    }
} as const satisfies Readonly<Record<string, Limit>>;

export const replayLimit = limitsOf(REPLAY_LIMITS);
