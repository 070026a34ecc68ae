/** GR434: an element listed twice, which is usually a slip for another one. */
import type { AstNode, CstNode, ValidationAcceptor } from 'langium';
import { type Edit, type Fix, obvious, withFixes } from '../edits/edit.js';
import { removeItem, removeParts } from '../edits/edits.js';
import type { Problem } from '../edits/place.js';
import * as ast from '../generated/ast.js';
import type { ValidationRule } from './rule.js';
import { otherPlace, placeIn, wordsOf } from './rule.js';

export const listedTwice: ValidationRule = {
    codes: ['GR434'],
    checks: () => ({
        Role: (node, accept) => names(node, 'members', node.members, accept),
        Group: (node, accept) => words(node.members, accept),
        Membership: (node, accept) => words(node.values, accept),
        CommandTest: (node, accept) => words(node.values, accept),
        SubjectRule: (node, accept) => words(node.subjects, accept),
        ToolList: (node, accept) => words(node.members, accept),
        ToolsExcept: (node, accept) => words(node.except, accept),
        Caller: (node, accept) => names(node, 'agents', node.agents, accept),
        Delegation: (node, accept) => names(node, 'to', node.to, accept),
        Tool: (node, accept) => {
            names(node, 'reads', node.reads, accept);
            names(node, 'clears', node.clears, accept);
            words(node.mayDo, accept);
            words(node.traits, accept);
        },
        Limit: (node, accept) => words(node.per, accept),
        RequireApproval: (node, accept) => {
            words(node.per, accept);
            words(node.lasting, accept);
        },
        AtMostClaim: (node, accept) => words(node.per, accept)
    })
};

const FIRST = 'It is listed here.';

function words(nodes: readonly AstNode[], accept: ValidationAcceptor): void {
    const seen = new Map<string, AstNode>();
    for (const node of nodes) {
        const text = wordsOf(node);
        const first = seen.get(text);
        if (first && text !== '') {
            accept('warning', message(text), {
                node,
                code: 'GR434',
                relatedInformation: otherPlace(first, FIRST),
                ...withFixes((problem) => [
                    without(problem, ast.isTraitUse(node) ? removeParts(node.$cstNode!) : removeItem(node.$cstNode!))
                ])
            });
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
    accept: ValidationAcceptor
): void {
    const places = new Map<string, number>();
    references.forEach(({ $refText: text }, index) => {
        const first = places.get(text) ?? index;
        places.set(text, first);
        const range = references[first]?.$refNode?.range;
        if (text !== '' && first !== index) {
            accept('warning', message(text), {
                node,
                property: property as never,
                index,
                code: 'GR434',
                ...(range && { relatedInformation: [placeIn(node, range, FIRST)] }),
                ...withFixes((problem) => [without(problem, removeItem(problem.part!))])
            });
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
