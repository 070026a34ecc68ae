/** GR418: a count or total that is not compared with a number, GR419: a bound or quorum that cannot be met. */
import { type AstNode, AstUtils } from 'langium';
import { type Fix, type Fixes, obvious } from '../edits/edit.js';
import { replaceMarked, replaceNode } from '../edits/edits.js';
import * as ast from '../generated/ast.js';
import { MOST_PARTS, quorumParts } from '../lower/quorum.js';
import { termText, termTypes } from '../types/terms.js';
import { kindsOf, typeText } from '../types/types.js';
import type { Reporter, ValidationRule } from './rule.js';

export const counts: ValidationRule = {
    codes: ['GR418', 'GR419'],
    checks: {
        Count: (count: ast.Count, report) => checkCompared(count, 'count', report),
        Total: (total: ast.Total, report) => {
            if (!ast.isLimit(total.$container)) {
                checkCompared(total, 'total', report);
            }
        },
        Limit: (limit: ast.Limit, report) => {
            const isCount = limit.total === undefined;
            checkValue(limit, report);
            if (isCount && limit.bound !== undefined && (!Number.isInteger(limit.bound) || limit.bound < 1)) {
                report.error(
                    'GR419',
                    [limit, 'bound'],
                    `\`limit … to ${limit.bound}\` needs a whole number of at least 1. To allow no calls, write \`deny\`.`,
                    changedTo(1)
                );
            }
        },
        AtMostClaim: (claim: ast.AtMostClaim, report) => {
            if (claim.bound !== undefined && (!Number.isInteger(claim.bound) || claim.bound < 1)) {
                report.error(
                    'GR419',
                    [claim, 'bound'],
                    `\`at most ${claim.bound}\` needs a whole number of at least 1. For no calls at all, write \`never\`.`,
                    changedTo(1)
                );
            }
        },
        RequireApproval: checkQuorum,
        ApprovedBy: checkQuorum
    }
};

function checkQuorum(node: ast.RequireApproval | ast.ApprovedBy, report: Reporter): void {
    const approver = node.approver?.ref;
    // In a pack, its use determines the number of people.
    if (node.quorum === undefined || !approver || ast.isHumanParam(approver)) {
        return;
    }
    const fail = (message: string): void =>
        report.error(
            'GR419',
            [node as ast.ApprovedBy, 'quorum'],
            message,
            changedTo(ast.isRequireApproval(node) && node.quorum! > 1 ? people : 1)
        );
    const people = ast.isRole(approver) ? new Set(approver.members.map((member) => member.ref)).size : 1;
    if (!Number.isInteger(node.quorum) || node.quorum < 1 || node.quorum > people) {
        fail(
            `${approver.name} has ${people} ${people === 1 ? 'person' : 'people'}, so ${node.quorum} of them can never approve.`
        );
    } else if (ast.isApprovedBy(node) && quorumParts(people, node.quorum) > MOST_PARTS) {
        fail(
            `There are too many ways to choose ${node.quorum} of the ${people} people in ${approver.name} to check a condition about them. Name a smaller role.`
        );
    }
}

function changedTo(number: number): Fixes {
    return (problem) => [obvious(`Change to \`${number}\``, replaceMarked(problem, String(number)))];
}

/** Reports a limit to a value that is not a number. */
function checkValue({ value }: ast.Limit, report: Reporter): void {
    const types = value ? termTypes(value, report.inventory) : [];
    if (value && types.length > 0 && !types.some((type) => kindsOf(type).has('number') || kindsOf(type).has('any'))) {
        report.error('GR418', value, `\`${termText(value)}\` is ${typeText(types[0]!)}, and a limit is a number.`);
    }
}

/**
 * Reports an aggregate that is not compared, because its value may not be known exactly, which only a comparison can
 * handle.
 */
function checkCompared(aggregate: ast.Count | ast.Total, word: 'count' | 'total', report: Reporter): void {
    if (ast.isHolds(aggregate.$container)) {
        return; // GR303 reports that this is not a condition.
    }
    if (!isCompared(aggregate)) {
        report.error('GR418', aggregate, `A ${word} is compared with a number, as in \`${word}(…) >= 3\`.`, () => [
            oneByOne(aggregate)
        ]);
    }
}

/** Compares the aggregate with each number of a list: `count(E) in [1, 2]`. */
function oneByOne(aggregate: ast.Count | ast.Total): Fix | undefined {
    const list = AstUtils.getContainerOfType(aggregate, ast.isMembership);
    const numbers = list?.values.filter(ast.isNumberLiteral).map(({ value }) => value) ?? [];
    if (!list || list.negated || numbers.length === 0 || numbers.length !== list.values.length) {
        return undefined;
    }
    const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
    const left = list.left.$cstNode!.text;
    const isFromZero = low === 0 && high === numbers.length - 1;
    const text = isFromZero
        ? `${left} <= ${high}`
        : numbers.length === 1
          ? `${left} == ${low}`
          : `(${numbers.map((number) => `${left} == ${number}`).join(' or ')})`;
    return obvious(`Write \`${text}\``, replaceNode(list, text));
}

function isCompared(aggregate: ast.Count | ast.Total): boolean {
    let node: AstNode = aggregate;
    while (ast.isSum(node.$container)) {
        node = node.$container;
    }
    return ast.isComparison(node.$container);
}
