/** GR436: a policy with rules but no `allow`: every call is denied. */
import type { ValidationRule } from './rule.js';
import * as ast from '../generated/ast.js';
import { Gathered } from '../files/gathered.js';
import { ofWholePolicy } from './file-checks.js';
import { ALLOWS } from '../packs/grants.js';
import { broughtBy } from '../packs/instances.js';
import type { Inventory } from '../names/inventory.js';

export const nothingAllowed: ValidationRule = {
    codes: ['GR436'],
    checks: {
        PolicyFile: ofWholePolicy((view) => {
            if (view.policy && !view.has(ALLOWS, view.inventory) && view.has(RULES, view.inventory)) {
                view.hint(
                    'GR436',
                    [view.policy, 'name'],
                    'This policy has no `allow`, so every call is denied. Write `allow AGENT: …` for the calls that may run; the other rules only narrow it.'
                );
            }
        })
    }
};

const RULES = new Gathered((statement, inventory: Inventory) =>
    broughtBy(statement, inventory).filter((element) => ast.isRule(element))
);
