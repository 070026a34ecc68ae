import type { ValidationChecks } from 'langium';
import type { GuardrailAstType } from '../generated/ast.js';
import type { GuardrailServices } from '../module.js';

/** One validation: one idea, one stable code (sometimes a few of one family), documented under docs/codes. */
export interface ValidationRule {
    readonly codes: readonly string[];
    checks(services: GuardrailServices): ValidationChecks<GuardrailAstType>;
}
