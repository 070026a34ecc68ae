/** GR424: a condition that no value meets, GR425: one that every value meets: by exact reasoning, never a guess. */
import { type AstNode, AstUtils } from 'langium';
import { type Fix, obvious } from '../edits/edit.js';
import { partOf, replacePart } from '../edits/edits.js';
import * as ast from '../generated/ast.js';
import type { Inventory } from '../names/inventory.js';
import { type Conjunct, conjunctsOf, contradiction } from '../types/value-sets.js';
import { withoutRule } from './other-rules.js';
import type { Reporter, ValidationRule } from './rule.js';

export const satisfiable: ValidationRule = {
    codes: ['GR424', 'GR425'],
    checks: {
        Condition: (node, report) => {
            if (isWholeCondition(node)) {
                check(node, report);
            }
        },
        SubjectRule: checkGuards
    }
};

/** True unless the condition is a part of a larger one, which is analysed with its other parts. */
function isWholeCondition(node: AstNode): node is ast.Condition {
    const isLogic = ast.isBinaryCondition(node) || ast.isNegation(node) || ast.isComparison(node);
    return (
        (isLogic || ast.isMembership(node)) &&
        !ast.isBinaryCondition(node.$container) &&
        !ast.isNegation(node.$container)
    );
}

/** Parts that cannot be all true, or all false, are reported once, for the whole chain that contains them. */
function check(condition: ast.Condition, report: Reporter): void {
    const open: (ast.Condition | undefined)[] = [condition];
    while (open.length > 0) {
        const node = open.pop();
        if (node && !isReported(node, report)) {
            open.push(...(ast.isNegation(node) ? [node.arg] : ast.isBinaryCondition(node) ? operandsOf(node) : []));
        }
    }
}

function isReported(node: ast.Condition, report: Reporter): boolean {
    const { inventory } = report;
    const parted = ast.isBinaryCondition(node) ? node.operator : undefined;
    const never = parted === undefined || parted === 'and' ? emptiness(node, true, inventory) : undefined;
    if (never !== undefined) {
        const message = ast.isBinaryCondition(node)
            ? `\`${never}\` cannot meet all of these conditions at once, so this is never true. Write \`or\`, or correct one side.`
            : `\`${never}\` never meets this. Correct or remove it.`;
        report.warning('GR424', node, message, () => [otherOperator(node, 'or'), withoutRuleOf(node)]);
        return true;
    }
    const always = parted !== 'and' ? emptiness(node, false, inventory) : undefined;
    if (always !== undefined) {
        const isParted = ast.isBinaryCondition(node);
        const message = isParted
            ? `Whatever \`${always}\` is, some part of this is true, so this is always true. Write \`and\`, or correct one side.`
            : `\`${always}\` always meets this, so it has no effect. Correct or remove it.`;
        report.warning('GR425', node, message, () => [otherOperator(node, 'and')]);
        return true;
    }
    return false;
}

/**
 * A description of the values that keep the condition from being true, or false. GR302 reports a single test against
 * the bounds of a type, and a condition that is empty by itself is reported at its own place.
 */
function emptiness(node: ast.Condition, holds: boolean, inventory: Inventory): string | undefined {
    if (ast.isNegation(node) || (ast.isComparison(node) && !isOfItself(node, inventory))) {
        return undefined;
    }
    const conjuncts = conjunctsOf(node, holds);
    if (conjuncts.length < 2 && ast.isBinaryCondition(node)) {
        return undefined;
    }
    return joint(conjuncts, inventory);
}

/** A contradiction that no single conjunct has, unless there is only one conjunct. */
function joint(conjuncts: readonly Conjunct[], inventory: Inventory): string | undefined {
    const found = contradiction(conjuncts, inventory);
    const isOfOne = conjuncts.length > 1 && conjuncts.some((one) => contradiction([one], inventory) !== undefined);
    return isOfOne ? undefined : found;
}

/** True for `amount == amount`, where the difference between the two is 0. */
function isOfItself(node: ast.Comparison, inventory: Inventory): boolean {
    if (AstUtils.getContainerOfType(node, ast.isPack)) {
        return false; // A name may have two meanings there (GR237).
    }
    const isConstant = (holds: boolean): boolean =>
        !ast.isLiteral(node.left) &&
        !ast.isLiteral(node.right) &&
        contradiction([{ condition: node, holds }], inventory) !== undefined;
    return isConstant(true) || isConstant(false);
}

/** The operands of a chain with one operator. */
function operandsOf(chain: ast.BinaryCondition): ast.Condition[] {
    const operands: ast.Condition[] = [];
    let node: ast.Condition | undefined = chain;
    while (ast.isBinaryCondition(node) && node.operator === chain.operator) {
        operands.push(node.right);
        node = node.left;
    }
    return node ? [...operands, node] : operands;
}

/** Reports an `unless` that removes exactly what `when` requires. */
function checkGuards(rule: ast.SubjectRule, report: Reporter): void {
    const { inventory } = report;
    if (!rule.when || !rule.unless) {
        return;
    }
    const [asked, excluded] = [conjunctsOf(rule.when, true), conjunctsOf(rule.unless, false)];
    const isEmptyAlone = [asked, excluded].some((side) => contradiction(side, inventory) !== undefined);
    const term = isEmptyAlone ? undefined : contradiction([...asked, ...excluded], inventory);
    if (term !== undefined) {
        report.warning(
            'GR424',
            [rule, 'unless'],
            `Where \`when\` is true, \`unless\` is true too, by \`${term}\`: this rule never applies. Correct one of the two.`,
            () => [withoutRule(rule)]
        );
    }
}

function otherOperator(node: ast.Condition, meant: 'and' | 'or'): Fix | undefined {
    const operator = ast.isBinaryCondition(node) ? partOf(node, 'operator') : undefined;
    return operator && !ast.isBinaryCondition(node.$container)
        ? obvious(`Change \`${operator.text}\` to \`${meant}\``, replacePart(operator, meant))
        : undefined;
}

function withoutRuleOf(node: ast.Condition): Fix | undefined {
    const rule = AstUtils.getContainerOfType(node, ast.isRule);
    return rule && withoutRule(rule);
}
