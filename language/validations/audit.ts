/** GR421: `audit` before a rule that holds or allows: only a rule that denies can be audited. */
import type { RequireApproval } from '../generated/ast.js';
import { obvious } from '../edits/edit.js';
import { keywordOf, removeLeading } from '../edits/edits.js';
import type { ValidationRule } from './rule.js';

export const audit: ValidationRule = {
    codes: ['GR421'],
    checks: {
        RequireApproval: (rule: RequireApproval, report) => {
            if (rule.audit) {
                report.error(
                    'GR421',
                    [rule, 'audit'],
                    'An audited rule only reports what it would deny, but an approval is either requested or not. Remove `audit`.',
                    () => [obvious('Remove `audit`', removeLeading(keywordOf(rule, 'audit')!))]
                );
            }
        }
    }
};
