/** GR418 a count that is not compared with a number, GR419 a bound or quorum that cannot be meant. */
import type { AtMostClaim, Count, Limit, RequireApproval } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import type { ValidationRule } from './rule.js';

export const counts: ValidationRule = {
    codes: ['GR418', 'GR419'],
    checks: () => ({
        Count: (count: Count, accept) => {
            if (!isComparedWithNumber(count)) {
                accept('error', 'A count is compared with a number, as in `count(…) >= 3`.', {
                    node: count,
                    code: 'GR418'
                });
            }
        },
        Limit: (limit: Limit, accept) => {
            if (limit.bound !== undefined && (!Number.isInteger(limit.bound) || limit.bound < 1)) {
                accept(
                    'error',
                    `\`limit … to ${limit.bound}\` needs a whole number of 1 or more. To allow none, write \`deny\`.`,
                    { node: limit, property: 'bound', code: 'GR419' }
                );
            }
        },
        AtMostClaim: (claim: AtMostClaim, accept) => {
            if (claim.bound !== undefined && (!Number.isInteger(claim.bound) || claim.bound < 1)) {
                accept(
                    'error',
                    `\`at most ${claim.bound}\` needs a whole number of 1 or more. To claim none, write \`never\`.`,
                    { node: claim, property: 'bound', code: 'GR419' }
                );
            }
        },
        RequireApproval: (rule: RequireApproval, accept) => {
            const approver = rule.approver?.ref;
            if (ast.isHumanParam(approver)) {
                return; // How many people it is, the use says.
            }
            if (rule.quorum === undefined || !approver) {
                return;
            }
            const people = ast.isRole(approver) ? new Set(approver.members.map((member) => member.ref)).size : 1;
            if (!Number.isInteger(rule.quorum) || rule.quorum < 1 || rule.quorum > people) {
                accept(
                    'error',
                    `${approver.name} has ${people} ${people === 1 ? 'person' : 'people'}, so ${rule.quorum} of them can never approve.`,
                    { node: rule, property: 'quorum', code: 'GR419' }
                );
            }
        }
    })
};

function isComparedWithNumber(count: Count): boolean {
    const comparison = count.$container;
    const other = ast.isComparison(comparison)
        ? comparison.left === count
            ? comparison.right
            : comparison.left
        : undefined;
    return ast.isNumberLiteral(other) || (ast.isReference(other) && ast.isValueParam(other.target?.ref));
}
