/** GR247: an event parameter where no event is possible: in a group, an exception, or the answer of a human. */
import * as ast from '../generated/ast.js';
import type { ValidationRule } from './rule.js';

export const eventParams: ValidationRule = {
    codes: ['GR247'],
    checks: {
        ToolSelector: (selector, report) => {
            const target = selector.target?.ref;
            const isEvent = ast.isEvent(selector.$container) && selector.$containerProperty === 'selector';
            if (ast.isEventParam(target) && !isEvent) {
                report.error(
                    'GR247',
                    selector,
                    `"${target.name}" is an event, with a status and agents, but only tools can be named here. Declare it as \`${target.name}: tools\`.`
                );
            }
        }
    }
};
