/**
 * Claims that something is possible: GR485: a window over a single step, GR486: a key that not all tools of the subject
 * have, GR487: `across sessions`, which is only for claims that something does not happen.
 */
import * as ast from '../generated/ast.js';
import { obvious, withFixes } from '../edits/edit.js';
import { keywordOf, removeParts } from '../edits/edits.js';
import { toolName } from '../names/inventory.js';
import { eventTools } from '../names/selectors.js';
import type { ValidationRule } from './rule.js';
import { inventoryOf, list } from './rule.js';
import { withoutWindow } from './without.js';

export const possibleClaims: ValidationRule = {
    codes: ['GR485', 'GR486', 'GR487'],
    checks: (services) => ({
        Claim: (claim, accept) => {
            if (claim.across && (ast.isPossibleClaim(claim.body) || ast.isStaysPossibleClaim(claim.body))) {
                accept(
                    'error',
                    'Other sessions do not change what is possible, so `across sessions` has no meaning here. Remove it.',
                    {
                        node: claim,
                        property: 'across',
                        code: 'GR487',
                        ...withFixes(() => [
                            obvious(
                                'Remove `across sessions`',
                                removeParts(keywordOf(claim, 'across')!, keywordOf(claim, 'sessions'))
                            )
                        ])
                    }
                );
            }
        },
        PossibleClaim: (claim, accept) => {
            if (claim.steps.length === 1 && (claim.within ?? claim.withinParam) !== undefined) {
                accept(
                    'warning',
                    '`within` runs from the release of the first step to that of the last, but there is only one step. Remove it, or add the step that must come before.',
                    {
                        node: claim,
                        property: claim.within === undefined ? 'withinParam' : 'within',
                        code: 'GR485',
                        ...withFixes(() => [withoutWindow(claim)])
                    }
                );
            }
        },
        StaysPossibleClaim: (claim, accept) => {
            const tools = eventTools(claim.subject ? [claim.subject] : [], inventoryOf(claim, services));
            claim.keys.forEach((key, index) => {
                const without = tools.filter((tool) => !tool.params.some((param) => param.name === key.$refText));
                if (ast.isParam(key.ref) && without.length > 0) {
                    accept(
                        'error',
                        `${list(without.map(toolName))} ${without.length === 1 ? 'has' : 'have'} no parameter "${key.$refText}", so \`for every\` has no meaning for it. Write a claim for each kind of tool.`,
                        { node: claim, property: 'keys', index, code: 'GR486' }
                    );
                }
            });
        }
    })
};
