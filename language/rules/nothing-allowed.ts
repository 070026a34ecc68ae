/** GR436 a policy with rules but no `allow`: every call is denied. */
import type { ValidationRule } from './rule.js';
import * as ast from '../generated/ast.js';
import { statementsWithPacks } from '../packs/instances.js';
import { inventoryOf, isWholePolicy } from './rule.js';

export const nothingAllowed: ValidationRule = {
    codes: ['GR436'],
    checks: (services) => ({
        PolicyFile: (file, accept) => {
            if (!isWholePolicy(file, services) || !file.policy) {
                return;
            }
            const rules = statementsWithPacks(file, inventoryOf(file, services)).filter(ast.isRule);
            if (rules.length > 0 && !rules.some(ast.isAllow)) {
                accept(
                    'hint',
                    'This policy has no `allow`, and what is not allowed is denied: every call is. Write `allow AGENT: …` for what may run; the other rules only narrow it.',
                    { node: file.policy, property: 'name', code: 'GR436' }
                );
            }
        }
    })
};
