/** GR434: an element listed twice, which is usually a slip for another one. */
import type { AstNode, CstNode } from 'langium';
import { type Edit, type Fix, obvious } from '../edits/edit.js';
import { removeItem, removeParts } from '../edits/edits.js';
import type { Problem } from '../edits/place.js';
import * as ast from '../generated/ast.js';
import { otherPlace, placeIn, type Reporter, type ValidationRule, wordsOf } from './rule.js';

export const listedTwice: ValidationRule = {
    codes: ['GR434'],
    checks: {
        Role: (node, report) => names(node, 'members', node.members, report),
        Group: (node, report) => words(node.members, report),
        Membership: (node, report) => words(node.values, report),
        CommandTest: (node, report) => words(node.values, report),
        SubjectRule: (node, report) => words(node.subjects, report),
        ToolList: (node, report) => words(node.members, report),
        ToolsExcept: (node, report) => words(node.except, report),
        Caller: (node, report) => names(node, 'agents', node.agents, report),
        Delegation: (node, report) => names(node, 'to', node.to, report),
        Tool: (node, report) => {
            names(node, 'reads', node.reads, report);
            names(node, 'clears', node.clears, report);
            words(node.mayDo, report);
            words(node.traits, report);
        },
        Limit: (node, report) => words(node.per, report),
        RequireApproval: (node, report) => {
            words(node.per, report);
            words(node.lasting, report);
        },
        AtMostClaim: (node, report) => words(node.per, report)
    }
};

const FIRST = 'It is listed here.';

function words(nodes: readonly AstNode[], report: Reporter): void {
    const seen = new Map<string, AstNode>();
    for (const node of nodes) {
        const text = wordsOf(node);
        const first = seen.get(text);
        if (first && text !== '') {
            report.warning(
                'GR434',
                node,
                message(text),
                (problem) => [
                    without(problem, ast.isTraitUse(node) ? removeParts(node.$cstNode!) : removeItem(node.$cstNode!))
                ],
                { related: otherPlace(first, FIRST) }
            );
        } else {
            seen.set(text, node);
        }
    }
}

/** Reports names that are listed twice, at the second place. */
function names<N extends AstNode>(
    node: N,
    property: string & keyof N,
    references: readonly { readonly $refText: string; readonly $refNode?: CstNode }[],
    report: Reporter
): void {
    const places = new Map<string, number>();
    references.forEach(({ $refText: text }, index) => {
        const first = places.get(text) ?? index;
        places.set(text, first);
        const range = references[first]?.$refNode?.range;
        if (text !== '' && first !== index) {
            report.warning(
                'GR434',
                [node, property as never, index],
                message(text),
                (problem) => [without(problem, removeItem(problem.part!))],
                range && { related: [placeIn(node, range, FIRST)] }
            );
        }
    });
}

function without({ marked }: Problem, edit: Edit): Fix {
    return { ...obvious(`Remove the second \`${marked}\``, edit), isSafe: true };
}

function message(text: string): string {
    const shown = text.startsWith('"') ? text : `\`${text}\``;
    return `${shown} is listed twice. Remove one of the two, or write the one that you meant instead.`;
}
