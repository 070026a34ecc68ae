/** GR357: `leave other tools to the client` outside of a policy, or written twice. */
import { AstUtils } from 'langium';
import { obvious } from '../edits/edit.js';
import { removeStatement } from '../edits/edits.js';
import * as ast from '../generated/ast.js';
import { statementsOf, type ValidationRule } from './rule.js';

export const leave: ValidationRule = {
    codes: ['GR357'],
    checks: {
        LeaveOthers: (node, report) => {
            if (statementsOf(node, ast.isLeaveOthers)[0] !== node) {
                report.error('GR357', node, 'The policy says this already. Remove it here.', () => [
                    obvious('Remove this', removeStatement(node))
                ]);
            } else if (!AstUtils.getContainerOfType(node, ast.isPolicyFile)?.policy) {
                report.warning(
                    'GR357',
                    node,
                    'An import brings only names, so this has no effect. Write it in the policy.'
                );
            }
        }
    }
};
