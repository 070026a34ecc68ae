/** GR357: `leave other tools to the client` outside of a policy, or written twice. */
import { AstUtils } from 'langium';
import { obvious, withFixes } from '../edits/edit.js';
import { removeStatement } from '../edits/edits.js';
import * as ast from '../generated/ast.js';
import { statementsOf, type ValidationRule } from './rule.js';

export const leave: ValidationRule = {
    codes: ['GR357'],
    checks: () => ({
        LeaveOthers: (node, accept) => {
            if (statementsOf(node, ast.isLeaveOthers)[0] !== node) {
                accept('error', 'The policy says this already. Remove it here.', {
                    node,
                    code: 'GR357',
                    ...withFixes(() => [obvious('Remove this', removeStatement(node))])
                });
            } else if (!AstUtils.getContainerOfType(node, ast.isPolicyFile)?.policy) {
                accept('warning', 'An import brings only names, so this has no effect. Write it in the policy.', {
                    node,
                    code: 'GR357'
                });
            }
        }
    })
};
