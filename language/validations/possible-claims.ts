/**
 * Claims that something is possible: GR485: a window over a single step, GR486: a key that not all tools of the subject
 * have, GR487: `across sessions`, which is only for claims that something does not happen.
 */
import * as ast from '../generated/ast.js';
import { obvious } from '../edits/edit.js';
import { keywordOf, removeParts } from '../edits/edits.js';
import { toolName } from '../names/inventory.js';
import { eventTools } from '../names/selectors.js';
import { list, type ValidationRule } from './rule.js';
import { withoutWindow } from './without.js';

export const possibleClaims: ValidationRule = {
    codes: ['GR485', 'GR486', 'GR487'],
    checks: {
        Claim: (claim, report) => {
            if (claim.across && (ast.isPossibleClaim(claim.body) || ast.isStaysPossibleClaim(claim.body))) {
                report.error(
                    'GR487',
                    [claim, 'across'],
                    'Other sessions do not change what is possible, so `across sessions` has no meaning here. Remove it.',
                    () => [
                        obvious(
                            'Remove `across sessions`',
                            removeParts(keywordOf(claim, 'across')!, keywordOf(claim, 'sessions'))
                        )
                    ]
                );
            }
        },
        PossibleClaim: (claim, report) => {
            if (claim.steps.length === 1 && (claim.within ?? claim.withinParam) !== undefined) {
                report.warning(
                    'GR485',
                    [claim, claim.within === undefined ? 'withinParam' : 'within'],
                    '`within` runs from the release of the first step to that of the last, but there is only one step. Remove it, or add the step that must come before.',
                    () => [withoutWindow(claim)]
                );
            }
        },
        StaysPossibleClaim: (claim, report) => {
            const tools = eventTools(claim.subject ? [claim.subject] : [], report.inventory);
            claim.keys.forEach((key, index) => {
                const without = tools.filter((tool) => !tool.params.some((param) => param.name === key.$refText));
                if (ast.isParam(key.ref) && without.length > 0) {
                    report.error(
                        'GR486',
                        [claim, 'keys', index],
                        `${list(without.map(toolName))} ${without.length === 1 ? 'has' : 'have'} no parameter "${key.$refText}", so \`for every\` has no meaning for it. Write a claim for each kind of tool.`
                    );
                }
            });
        }
    }
};
