/** GR421: `audit` before a rule that holds or allows: only a rule that denies can be audited. */
import type { RequireApproval } from '../generated/ast.js';
import { obvious, withFixes } from '../edits/edit.js';
import { keywordOf, removeLeading } from '../edits/edits.js';
import type { ValidationRule } from './rule.js';

export const audit: ValidationRule = {
    codes: ['GR421'],
    checks: () => ({
        RequireApproval: (rule: RequireApproval, accept) => {
            if (rule.audit) {
                accept(
                    'error',
                    'An audited rule only reports what it would deny, but an approval is either requested or not. Remove `audit`.',
                    {
                        node: rule,
                        property: 'audit',
                        code: 'GR421',
                        ...withFixes(() => [obvious('Remove `audit`', removeLeading(keywordOf(rule, 'audit')!))])
                    }
                );
            }
        }
    })
};
