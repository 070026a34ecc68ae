/**
 * Approvals that cannot be meant so: GR480 a key that is no value of the call, GR481 a change that is no plain event,
 * GR482 an answer that nobody is ever asked for.
 */
import type { AstNode, ValidationAcceptor } from 'langium';
import { AstUtils } from 'langium';
import type { Approver, PolicyFile, RequireApproval, Tool } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import type { Inventory } from '../inventory.js';
import { statementsWithPacks } from '../packs/instances.js';
import { eventTools } from '../selectors.js';
import { termText } from '../terms.js';
import type { ValidationRule } from './rule.js';
import { inventoryOf, isWholePolicy } from './rule.js';

export const approvals: ValidationRule = {
    codes: ['GR480', 'GR481', 'GR482'],
    checks: (services) => ({
        RequireApproval: (rule, accept) => {
            rule.per.forEach((key) => checkKey(key, accept));
            checkChange(rule, accept);
        },
        ApprovedBy: (condition, accept) => condition.per.forEach((key) => checkKey(key, accept)),
        PolicyFile: (file, accept) => {
            if (isWholePolicy(file, services)) {
                checkAnswers(file, inventoryOf(file, services), accept);
            }
        }
    })
};

/** What an approval is asked for again: a value that the call, or the session, has by itself. */
function checkKey(key: ast.Term, accept: ValidationAcceptor): void {
    const wrong = AstUtils.streamAst(key).find(
        (node) =>
            ast.isLiteral(node) ||
            ast.isCount(node) ||
            ast.isTotal(node) ||
            ast.isLatest(node) ||
            ast.isSum(node) ||
            ast.isResultRoot(node) ||
            (ast.isReference(node) && ast.isSignal(node.target?.ref))
    );
    if (wrong) {
        accept(
            'error',
            `\`${termText(key)}\` is no value that a call has by itself, so nobody can be asked for it once. Write a parameter, a part of one (\`host of url\`), or a constant of the session.`,
            { node: key, code: 'GR480' }
        );
    }
}

function checkChange(rule: RequireApproval, accept: ValidationAcceptor): void {
    const event = rule.changedBy;
    if (event?.status !== undefined) {
        accept(
            'error',
            `Whatever became of it, a call that was released may have changed what was approved, so \`${event.status}\` means nothing here. Remove it.`,
            { node: event, property: 'status', code: 'GR481' }
        );
    }
    if (event?.by?.caller) {
        accept(
            'error',
            'What was approved may be changed by anyone, and `by caller` would leave out the others. Remove it, or name an agent.',
            { node: event, property: 'by', code: 'GR481' }
        );
    }
}

function checkAnswers(file: PolicyFile, inventory: Inventory, accept: ValidationAcceptor): void {
    const requirements = statementsWithPacks(file, inventory).filter(ast.isRequireApproval);
    const report = (node: AstNode, message: string): void => accept('warning', message, { node, code: 'GR482' });
    for (const node of AstUtils.streamAllContents(file)) {
        if (AstUtils.getContainerOfType(node, ast.isPack) ?? AstUtils.getContainerOfType(node, ast.isDefinition)) {
            continue;
        }
        if (ast.isEvent(node) && (node.status === 'approved' || node.status === 'refused')) {
            const tools = eventTools([node], inventory);
            const asked = requirements.some(
                (rule) => covers(rule, tools, inventory) && meet(rule.approver?.ref, node.approver?.ref)
            );
            if (!asked && tools.length > 0) {
                const who = node.approver ? `${node.approver?.$refText} is` : 'Nobody is';
                const never = node.approver ? 'never ' : 'ever ';
                report(
                    node,
                    `${who} ${never}asked about \`${termText(node.selector)}\`, so this never happens. Write \`require approval by ${node.approver?.$refText ?? 'HUMAN'} for …\`.`
                );
            }
        } else if (ast.isApprovedBy(node) && node.per.length > 0) {
            if (!requirements.some((rule) => rule.per.length > 0 && meet(rule.approver?.ref, node.approver?.ref))) {
                report(
                    node,
                    `No approval of ${node.approver?.$refText} serves more than its own call, so this is \`approved by ${node.approver?.$refText}\`. Write \`per\` at the requirement, or leave it out here.`
                );
            }
        }
    }
}

function covers(rule: RequireApproval, tools: readonly Tool[], inventory: Inventory): boolean {
    const held = new Set(eventTools(rule.subjects, inventory));
    return tools.some((tool) => held.has(tool));
}

/** Whether someone is meant by both; an absent one is anyone. */
function meet(asked: Approver | undefined, named: Approver | undefined): boolean {
    const people = (approver: Approver): readonly (ast.Human | undefined)[] =>
        ast.isRole(approver) ? approver.members.map((member) => member.ref) : [approver];
    return !asked || !named || people(asked).some((human) => people(named).includes(human));
}
