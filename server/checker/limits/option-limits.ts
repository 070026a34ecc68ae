/**
 * The limits that command-line options set. They are separate from the others (`limits.ts`), because the definitions of
 * the options name them, and every command loads those definitions.
 */
import type { Limit } from '../../model/policy/limits.js';

export const UNDECIDED = 'undecided';
export const LESS = 'shows less';

export const OPTION_LIMITS = {
    maxStates: { most: 20_000_000, of: 'states of one claim', then: UNDECIDED },
    maxMemoryMB: { most: 2_048, of: 'megabytes of the states of one claim', then: UNDECIDED },
    timeoutMs: { most: 60_000, of: 'milliseconds of one claim', then: UNDECIDED },
    shownDifferences: { most: 10, of: 'sessions that show how two policies differ', then: LESS }
} as const satisfies Readonly<Record<string, Limit>>;
