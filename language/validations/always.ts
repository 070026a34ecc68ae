/**
 * GR422: `always` with a condition on something that only a call has: its agent, labels, approvals, or arguments (M20).
 */
import { type AstNode, AstUtils } from 'langium';
import { atomsOf } from '../names/conditions.js';
import * as ast from '../generated/ast.js';
import { termText } from '../types/terms.js';
import type { ValidationRule } from './rule.js';

export const always: ValidationRule = {
    codes: ['GR422'],
    checks: {
        AlwaysClaim: (claim: ast.AlwaysClaim, report) => {
            for (const { atom, at } of atomsOf(claim.condition)) {
                const what = needsCall(atom);
                if (what) {
                    report.error(
                        'GR422',
                        at,
                        `\`always\` is evaluated after every event, when no call is being decided, so ${what} has no meaning here. Use \`never\` or \`requires\` with the tool that you mean.`
                    );
                }
            }
        }
    }
};

/** The part of a condition that only a call has. */
export function needsCall(atom: ast.Condition): string | undefined {
    if (ast.isCarries(atom)) {
        return '`carries`';
    }
    if (ast.isApprovedBy(atom)) {
        return '`approved by`';
    }
    if (ast.isCallerIs(atom)) {
        return '`caller is`';
    }
    if (ast.isInMode(atom) && atom.mode?.ref?.$container.perAgent) {
        return '`in mode` of a machine that every agent has';
    }
    if (ast.isAnyArgument(atom)) {
        return '`any argument`';
    }
    const same = AstUtils.streamAst(atom).find((node) => ast.isSameCall(node) || ast.isSameTool(node));
    if (same) {
        return `\`${termText(same)}\``;
    }
    if (ast.isLastIs(atom)) {
        return atom.event?.by?.any ? undefined : '`last is`';
    }
    const events = AstUtils.streamAst(atom).filter(ast.isEvent);
    return events.some((event) => (event.by?.caller || event.by?.same) && !isInWhere(event, atom))
        ? '`by caller`'
        : undefined;
}

/** True if the event is compared with another one, not with the decided call. */
function isInWhere(event: ast.Event, atom: ast.Condition): boolean {
    for (let node: AstNode = event; node !== atom; node = node.$container!) {
        if (node.$containerProperty === 'where') {
            return true;
        }
    }
    return false;
}
