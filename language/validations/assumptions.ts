/**
 * `assume` (M26): GR470: an assumption about time, GR471: an assumption about a property of a call where there is no
 * call, GR472: an assumption about an approval that nobody is asked for.
 */
import { AstUtils } from 'langium';
import { MOST_OFFERED, type Fix } from '../edits/edit.js';
import { removeStatement, replaceMarked } from '../edits/edits.js';
import type { Problem } from '../edits/place.js';
import { atomsOf } from '../names/conditions.js';
import * as ast from '../generated/ast.js';
import { needsCall } from './always.js';
import { withoutWindow } from './without.js';
import { nameText } from '../../server/model/text/typed-text.js';
import type { Reporter, ValidationRule } from './rule.js';
import { type FileView, ofWholePolicy, statementsOfFile } from './file-checks.js';
import { APPROVAL_RULES } from '../packs/grants.js';

export const assumptions: ValidationRule = {
    codes: ['GR470', 'GR471', 'GR472'],
    checks: {
        ApprovalAssumption: checkTime,
        ResultAssumption: checkTime,
        AgentAssumption: checkTime,
        SignalAssumption: (assumption, report) => {
            checkTime(assumption, report);
            checkCall(assumption, 'A signal is read at a decision', report);
        },
        EventAssumption: (assumption, report) => {
            checkTime(assumption, report);
            checkCall(assumption, 'An event from outside is not a call', report);
        },
        PolicyFile: ofWholePolicy(checkAsked)
    }
};

const OF_APPROVALS = statementsOfFile(ast.isApprovalAssumption);

function checkAsked(view: FileView): void {
    const assumed = view.of(OF_APPROVALS);
    if (assumed.length === 0) {
        return;
    }
    const asked = view.of(APPROVAL_RULES, view.inventory).flatMap((rule) => peopleOf(rule.approver?.ref));
    for (const assumption of assumed) {
        if (!peopleOf(assumption.approver?.ref).some((human) => asked.includes(human))) {
            view.warning(
                'GR472',
                [assumption, 'approver'],
                `No \`require approval\` asks ${assumption.approver?.$refText}, so this assumption has no effect. Remove it, or ask ${assumption.approver?.$refText}.`,
                (problem) => [
                    ...peopleAsked(problem),
                    { title: 'Remove this assumption', changes: [removeStatement(assumption)] }
                ]
            );
        }
    }
}

/** A hijacked agent chooses its time, and waits for any that helps it. */
function checkTime(assumption: ast.Assumption, report: Reporter): void {
    for (const { atom, at } of atomsOf(assumption.condition)) {
        const timed = AstUtils.streamAst(atom).find(
            (node) =>
                ast.isClockCondition(node) ||
                (ast.isWindowed(node) && (node.within ?? node.period ?? node.withinParam) !== undefined)
        );
        if (timed) {
            report.error(
                'GR470',
                at,
                'An assumption cannot be about time, because agents choose their time. Remove the time.',
                () => (ast.isWindowed(timed) ? [withoutWindow(timed)] : [])
            );
        }
    }
}

function checkCall(assumption: ast.Assumption, why: string, report: Reporter): void {
    for (const { atom, at } of atomsOf(assumption.condition)) {
        const what = needsCall(atom);
        if (what) {
            report.error(
                'GR471',
                at,
                `${why}, so ${what} has no meaning in this assumption. Use a condition on earlier events.`
            );
        }
    }
}

function peopleOf(approver: ast.Approver | undefined): (ast.Human | undefined)[] {
    return ast.isRole(approver) ? approver.members.map((member) => member.ref) : [approver];
}

/** Names a person who is asked. */
function peopleAsked(problem: Problem): Fix[] {
    const rules = problem.file.elements.filter(ast.isRequireApproval);
    const people = [...new Set(rules.map(({ approver }) => approver.$refText))];
    return people.slice(0, MOST_OFFERED).map((name) => ({
        title: `Change to \`${name}\``,
        changes: [replaceMarked(problem, nameText(name, 'StrictName'))],
        isPreferred: people.length === 1
    }));
}
