/** What is too much is taken away. */
import { removeStatement } from '../edits.js';
import type { Problem } from '../place.js';
import type { Proposal } from '../proposal.js';
import type { Fix } from './fix.js';
import * as ast from '../../../../language/generated/ast.js';

const repeatedRule: Fix = {
    codes: ['GR412'],
    summary: 'Remove a rule that another says already',
    propose: (problem) => {
        const rule = problem.at(isRuleOrUse);
        return rule ? [removal(problem, 'Remove this rule', rule, true)] : [];
    }
};

export const removals: readonly Fix[] = [repeatedRule];

function isRuleOrUse(node: unknown): node is ast.Rule | ast.Use {
    return ast.isRule(node) || ast.isUse(node);
}

function removal(problem: Problem, title: string, node: ast.Rule | ast.Use, isSafe = false): Proposal {
    return { title, changes: [removeStatement(problem, node)], isPreferred: true, isSafe };
}
