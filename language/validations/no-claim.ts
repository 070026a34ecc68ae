/** GR417: a policy with rules but no claim: nothing is checked. */
import * as ast from '../generated/ast.js';
import type { ValidationRule } from './rule.js';
import { Gathered } from '../files/gathered.js';
import { ofWholePolicy, statementsOfFile } from './file-checks.js';
import { broughtBy } from '../packs/instances.js';
import type { Inventory } from '../names/inventory.js';

export const noClaim: ValidationRule = {
    codes: ['GR417'],
    checks: {
        PolicyFile: ofWholePolicy((view) => {
            if (view.policy && view.has(RULES) && !view.has(CLAIMS, view.inventory)) {
                view.hint(
                    'GR417',
                    [view.policy, 'name'],
                    'This policy has no claims, so only its scenarios are checked. Write what must never happen: `claim: never …`.'
                );
            }
        })
    }
};

const RULES = statementsOfFile(ast.isRule);
const CLAIMS = new Gathered((statement, inventory: Inventory) => broughtBy(statement, inventory).filter(ast.isClaim));
