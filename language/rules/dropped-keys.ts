/** GR428 a pattern of the past that drops the key its call has: `require once verify for transfer`, of any account. */
import type { ValidationAcceptor } from 'langium';
import { commonKeys } from '../../server/model/identities.js';
import type { Param } from '../../server/model/policy.js';
import type { Event, Rule, Tool } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import type { Inventory } from '../inventory.js';
import { eventTools } from '../selectors.js';
import { termText } from '../terms.js';
import { typeOf } from '../types.js';
import { conjunctsOf } from '../value-sets.js';
import type { ValidationRule } from './rule.js';
import { inventoryOf } from './rule.js';

export const droppedKeys: ValidationRule = {
    codes: ['GR428'],
    checks: (services) => ({ Rule: (rule, accept) => checkRule(rule, inventoryOf(rule, services), accept) })
};

/** Only where something must have happened: a `deny` for any key is stricter than for the same. */
function checkRule(rule: Rule, inventory: Inventory, accept: ValidationAcceptor): void {
    if (ast.isOrder(rule)) {
        rule.events.slice(1).forEach((event, index) => check(rule.events[index]!, [event], inventory, accept));
        return;
    }
    const condition = ast.isRequire(rule) ? rule.condition : ast.isAllow(rule) ? rule.when : undefined;
    const conjuncts = conjunctsOf(condition, true);
    for (const { condition: asked, holds } of conjuncts) {
        if (holds && ast.isOnce(asked) && !asked.then && ast.isSubjectRule(rule)) {
            check(asked.event, rule.subjects, inventory, accept);
        }
    }
}

function check(event: Event, subjects: readonly Event[], inventory: Inventory, accept: ValidationAcceptor): void {
    if (!event || event.listed || event.where || !ast.isToolSelector(event.selector)) {
        return;
    }
    const keys = commonKeys(
        eventTools([event], inventory).map(paramsOf),
        eventTools(subjects, inventory).map(paramsOf)
    );
    const [key] = keys;
    if (key && keys.length === 1) {
        const { past, call } = key;
        const argument = past === call ? past : `${past}: ${call}`;
        const text = termText(event.selector);
        accept(
            'info',
            `A \`${text}\` of any \`${past}\` is enough, whatever \`${call}\` the call has. If it must be the same, write \`${text}(${argument})\`; if any is meant, write \`${text}()\`.`,
            { node: event, property: 'selector', code: 'GR428' }
        );
    }
}

function paramsOf({ params }: Tool): Pick<Param, 'name' | 'type' | 'optional'>[] {
    return params.map(({ name, type, optional }) => ({ name, type: typeOf(type), optional }));
}
