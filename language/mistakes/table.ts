/** The words and forms of Cedar, Rego, Dogwood, Colang, TLA+, SQL and plain English, each with its replacement. */
import { CLAIMS } from './claims.js';
import { CONDITIONS } from './conditions.js';
import { DECLARATIONS } from './declarations.js';
import { HISTORY } from './history.js';
import type { Form } from './form.js';
import { RULES } from './rules.js';
import { SIGNS } from './signs.js';
import { VALUES } from './values.js';

/** The first form that matches explains an error, so narrow forms come before wide ones. */
export const MISTAKES: readonly Form[] = [
    ...CLAIMS,
    ...RULES,
    ...DECLARATIONS,
    ...CONDITIONS,
    ...HISTORY,
    ...VALUES,
    ...SIGNS
];
