/** The limits of repair (`server/model/policy/limits.ts`). If work is cut off here, a repair is not proposed. */
import type { Limit } from '../model/policy/limits.js';
import { limitsOf } from '../model/policy/limits.js';

const LESS = 'shows less';

export const REPAIR_LIMITS = {
    proposedRepairs: { most: 3, of: 'repairs that are proposed', then: LESS },
    nearlyRepairs: { most: 3, of: 'changes for which the report explains why they are not repairs', then: LESS },
    repairNumbers: { most: 3, of: 'numbers of the claim that are tried in a rule', then: LESS },
    repairTime: { most: 30_000, of: 'milliseconds of the repair of one claim', then: LESS },
    repairWork: { most: 30_000_000, of: 'units of work of the repair of one claim', then: LESS },
    repairSearchWork: { most: 3_000_000, of: 'units of work of the search for one change', then: LESS },
    repairStates: { most: 200_000, of: 'states of the search for one change', then: LESS },
    rankedStates: { most: 20_000, of: 'states of the comparison of two repairs', then: LESS },
    rankedConcreteStates: { most: 2_000, of: 'states of that comparison among concrete sessions', then: LESS },
    rankedConcreteSteps: { most: 4_000, of: 'steps of that comparison among concrete sessions', then: LESS }
} as const satisfies Readonly<Record<string, Limit>>;

export const repairLimit = limitsOf(REPAIR_LIMITS);
