/** GR420 an event from outside where only a call can stand. */
import type { Event, Group } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import { isCallPlace } from '../name-owner.js';
import type { ValidationRule } from './rule.js';

export const outsideEvents: ValidationRule = {
    codes: ['GR420'],
    checks: () => ({
        Event: (event: Event, accept) => {
            const outside = outsideEvent(event.selector);
            if (!outside) {
                return;
            }
            const report = (message: string): void =>
                accept('error', message, { node: event, property: 'selector', code: 'GR420' });
            if (isCallPlace(event)) {
                report(
                    `\`${outside.name}\` comes from outside: no rule can decide it and no claim can forbid it. Name a tool, or use it in a condition: \`once ${outside.name}\`.`
                );
            } else if (event.status || event.by || event.where || event.listed) {
                report(`\`${outside.name}\` comes from outside: it has no status, caller or arguments. Name it alone.`);
            }
        },
        Group: (group: Group, accept) => {
            group.members.forEach((member, index) => {
                const outside = outsideEvent(member);
                if (outside) {
                    accept('error', `A group is of tools; \`${outside.name}\` comes from outside.`, {
                        node: group,
                        property: 'members',
                        index,
                        code: 'GR420'
                    });
                }
            });
        }
    })
};

function outsideEvent(selector: ast.Selector | undefined): ast.OutsideEvent | undefined {
    const target = ast.isToolSelector(selector) ? selector.target?.ref : undefined;
    return ast.isOutsideEvent(target) ? target : undefined;
}
