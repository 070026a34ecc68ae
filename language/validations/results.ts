/** GR330: a result where there is none, because the decided call has not been answered yet (M10). */
import type { ValidationRule } from './rule.js';
import type { AstNode } from 'langium';
import * as ast from '../generated/ast.js';
import { nameOwner } from '../names/name-owner.js';

export const results: ValidationRule = {
    codes: ['GR330'],
    checks: {
        ResultRoot: (node, report) => {
            if (!hasResult(node)) {
                report.error(
                    'GR330',
                    node,
                    'The call that is being decided has no result yet. Use the result of an earlier call: `once E where result.…` or `latest E.result.…`.'
                );
            }
        }
    }
};

/** Finds the places where `result` has a meaning. */
/**
 * Inside a `where` or a transition, `result` belongs to the event; in a `withhold`, `is withheld`, a tool and an assumption,
 * to an answer.
 */
export function hasResult(node: AstNode): boolean {
    const owner = nameOwner(node);
    return (
        owner?.kind === 'tool' ||
        (owner?.kind === 'call' &&
            (ast.isEvent(owner.node) || isOfResults(owner.node) || !OF_THE_CALL.some((is) => is(owner.node))))
    );
}

/** True for a rule that withholds results, and for a claim that they are withheld. */
export function isOfResults(node: AstNode | undefined): boolean {
    return ast.isWithhold(node) || (ast.isDecidedClaim(node) && node.decision === 'withheld');
}

const OF_THE_CALL = [
    ast.isSubjectRule,
    ast.isLimit,
    ast.isOrder,
    ast.isNeverClaim,
    ast.isSubjectClaim,
    ast.isAtMostClaim,
    ast.isNoFlowClaim,
    ast.isPossibleClaim,
    ast.isAlwaysClaim,
    ast.isUseArgument
];
