/** The registry of validations, in the order in which they run. */
import type { GuardrailServices } from '../module.js';
import type { ValidationRule } from './rule.js';
import { imports } from './imports.js';

export const RULES: readonly ValidationRule[] = [imports];

export function registerRules(services: GuardrailServices): void {
    for (const rule of RULES) {
        services.validation.ValidationRegistry.register(rule.checks(services));
    }
}
