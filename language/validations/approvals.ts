/**
 * Approvals that cannot be intended: GR480: a key that is not a value of the call, GR481: a change that is not a plain
 * event, GR482: an answer that nobody is ever asked for.
 */
import { type AstNode, AstUtils } from 'langium';
import { MOST_OFFERED, type Fix, obvious } from '../edits/edit.js';
import { keywordOf, removeParts, replaceNode } from '../edits/edits.js';
import * as ast from '../generated/ast.js';
import type { Inventory } from '../names/inventory.js';
import { eventTools } from '../names/selectors.js';
import { termText } from '../types/terms.js';
import { withoutBy, withoutStatus } from './without.js';
import { type Reporter, type ValidationRule, wordsOf } from './rule.js';
import { Gathered } from '../files/gathered.js';
import { type FileView, ofWholePolicy } from './file-checks.js';
import { nodesOfTypes } from '../text/contents.js';
import { APPROVAL_RULES } from '../packs/grants.js';

export const approvals: ValidationRule = {
    codes: ['GR480', 'GR481', 'GR482'],
    checks: {
        RequireApproval: (rule, report) => {
            rule.per.forEach((key) => checkKey(key, report));
            checkChoices(rule, report);
            checkChange(rule, report);
        },
        ApprovedBy: (condition, report) => condition.per.forEach((key) => checkKey(key, report)),
        PolicyFile: ofWholePolicy(checkAnswers)
    }
};

/** Reports a key of an approval that is not a value of the call or the session. */
function checkKey(key: ast.Term, report: Reporter): void {
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
        report.error(
            'GR480',
            key,
            `\`${termText(key)}\` is not a value of the call, so no approval can be given for it. Write a parameter, a part of one (\`host of url\`), a constant of the session, or \`same tool\`.`
        );
    }
}

/** Reports a choice between answers that serve other calls, if no key says which calls these are. */
function checkChoices({ lasting, per }: ast.RequireApproval, report: Reporter): void {
    const [first] = lasting;
    if (first && per.length === 0 && (lasting.length > 1 || first.session)) {
        report.error(
            'GR480',
            first,
            `\`valid ${lasting.map(wordsOf).join(' or ')}\` is about the other calls that an answer covers, and an answer without a key covers none. Write \`per\` and what these calls have in common: a parameter, or \`per same tool\` for all calls of the tool.`
        );
    }
}

function checkChange(rule: ast.RequireApproval, report: Reporter): void {
    const event = rule.changedBy;
    if (event?.status !== undefined) {
        report.error(
            'GR481',
            [event, 'status'],
            `A released call may have changed what was approved, however it ended, so \`${event.status}\` has no meaning here. Remove it.`,
            () => [withoutStatus(event)]
        );
    }
    if (event?.by?.caller) {
        report.error(
            'GR481',
            [event, 'by'],
            'Anyone may change what was approved, and `by caller` would leave out the others. Remove it, or name an agent.',
            () => [withoutBy(event)]
        );
    }
}

/** Conditions about answers. A pack or a definition is judged where it is used. */
const ANSWERS = new Gathered((statement) => {
    const asking = (node: AstNode): node is ast.Event | ast.ApprovedBy =>
        ast.isEvent(node) ? node.status === 'approved' || node.status === 'refused' : ast.isApprovedBy(node);
    return ast.isPack(statement) || ast.isDefinition(statement)
        ? []
        : nodesOfTypes(statement, [ast.Event.$type, ast.ApprovedBy.$type], asking);
});

function checkAnswers(view: FileView): void {
    const answers = view.of(ANSWERS);
    if (answers.length === 0) {
        return;
    }
    const { inventory } = view;
    const requirements = view.of(APPROVAL_RULES, inventory);
    const warn = (node: ast.Event | ast.ApprovedBy, message: string): void =>
        view.warning('GR482', node, message, ({ file }) => whatIsAsked(node, file));
    for (const node of answers) {
        if (ast.isEvent(node)) {
            const tools = eventTools([node], inventory);
            const asked = requirements.some(
                (rule) => covers(rule, tools, inventory) && meet(rule.approver?.ref, node.approver?.ref)
            );
            if (!asked && tools.length > 0) {
                const who = node.approver ? `${node.approver?.$refText} is` : 'Nobody is';
                const never = node.approver ? 'never ' : 'ever ';
                warn(
                    node,
                    `${who} ${never}asked about \`${termText(node.selector)}\`, so this never happens. Write \`require approval by ${node.approver?.$refText ?? 'HUMAN'} for …\`.`
                );
            }
        } else if (node.per.length > 0) {
            if (!requirements.some((rule) => rule.per.length > 0 && meet(rule.approver?.ref, node.approver?.ref))) {
                warn(
                    node,
                    `No approval of ${node.approver?.$refText} covers more than its own call, so this means \`approved by ${node.approver?.$refText}\`. Write \`per\` in the requirement, or remove it here.`
                );
            }
        }
    }
}

function covers(rule: ast.RequireApproval, tools: readonly ast.Tool[], inventory: Inventory): boolean {
    const held = new Set(eventTools(rule.subjects, inventory));
    return tools.some((tool) => held.has(tool));
}

/** True if both cover a common person; an undefined one covers anyone. */
function meet(asked: ast.Approver | undefined, named: ast.Approver | undefined): boolean {
    const people = (approver: ast.Approver): readonly (ast.Human | undefined)[] =>
        ast.isRole(approver) ? approver.members.map((member) => member.ref) : [approver];
    return !asked || !named || people(asked).some((human) => people(named).includes(human));
}

/** Names tools that need an approval, or removes a key that no approval has. */
function whatIsAsked(node: ast.Event | ast.ApprovedBy, file: ast.PolicyFile): Fix[] {
    if (ast.isApprovedBy(node)) {
        return [obvious('Remove `per …`', removeParts(keywordOf(node, 'per')!, node.$cstNode))];
    }
    const texts = file.elements
        .filter(ast.isRequireApproval)
        .filter(({ approver }) => !node.approver || approver.$refText === node.approver.$refText)
        .flatMap(({ subjects }) => subjects.map(({ selector }) => selector.$cstNode!.text));
    return [...new Set(texts)].slice(0, MOST_OFFERED).map((text) => ({
        title: `Change to \`${text}\``,
        changes: [replaceNode(node.selector, text)]
    }));
}
