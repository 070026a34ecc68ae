/** GR402: a rule that treats an approval as already given: it is false when a call is first decided (M4, M5). */
import { atomsOf, conditionsOf } from '../names/conditions.js';
import * as ast from '../generated/ast.js';
import { asApproval } from './other-rules.js';
import type { ValidationRule } from './rule.js';

export const approvedInRule: ValidationRule = {
    codes: ['GR402'],
    checks: {
        SubjectRule: (rule, report) => {
            for (const { atom, at } of conditionsOf(rule).flatMap(atomsOf)) {
                // An approval `per K` is not used up: it may authorize a call about which nobody was asked.
                if (ast.isApprovedBy(atom) && atom.per.length === 0) {
                    const human = atom.approver?.$refText || 'HUMAN';
                    report.warning(
                        'GR402',
                        at,
                        `No call is approved when it is first decided, so this is false then, and a call that is denied is never held for ${human}. Write \`require approval by ${human} for …\`.`,
                        (problem) => [asApproval(rule, problem)]
                    );
                }
            }
        }
    }
};
