/** GR417 a policy with rules but no claim: nothing is checked. */
import * as ast from '../generated/ast.js';
import { statementsWithPacks } from '../packs/instances.js';
import type { ValidationRule } from './rule.js';
import { inventoryOf, isWholePolicy } from './rule.js';

export const noClaim: ValidationRule = {
    codes: ['GR417'],
    checks: (services) => ({
        PolicyFile: (file, accept) => {
            if (
                file.policy &&
                isWholePolicy(file, services) &&
                file.elements.some(ast.isRule) &&
                !statementsWithPacks(file, inventoryOf(file, services)).some(ast.isClaim)
            ) {
                accept(
                    'hint',
                    'This policy has no claims, so only its scenarios are checked. Write what must never happen: `claim: never …`.',
                    { node: file.policy, property: 'name', code: 'GR417' }
                );
            }
        }
    })
};
