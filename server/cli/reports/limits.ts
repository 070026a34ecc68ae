/** The limits of reports (`server/model/policy/limits.ts`). A report states what it omits. */
import type { Limit } from '../../model/policy/limits.js';
import { limitsOf } from '../../model/policy/limits.js';

const LESS = 'shows less';

export const REPORT_LIMITS = {
    commentCharacters: { most: 65_536, of: 'characters of a comment, the most that GitHub accepts', then: LESS },
    wholeWarnings: { most: 3, of: 'warnings of a file with their text, without --verbose', then: LESS },
    briefWarnings: { most: 12, of: 'other messages about the text of a file, without --verbose', then: LESS },
    passedScenarios: { most: 3, of: 'passing scenarios with a line each, without --verbose', then: LESS }
} as const satisfies Readonly<Record<string, Limit>>;

export const reportLimit = limitsOf(REPORT_LIMITS);
