/** GR308 a definition or a group that refers to itself, at once or through others. */
import type { AstNode, ValidationAcceptor } from 'langium';
import { AstUtils } from 'langium';
import type { Definition, Group } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import type { ValidationRule } from './rule.js';

export const cycles: ValidationRule = {
    codes: ['GR308'],
    checks: () => ({
        Definition: (definition, accept) => check(definition, usedDefinitions, 'definition', accept),
        Group: (group, accept) => check(group, groupsIn, 'group', accept)
    })
};

function check<T extends Definition | Group>(
    node: T,
    uses: (node: T) => T[],
    word: string,
    accept: ValidationAcceptor
): void {
    const way = wayBack(node, uses);
    if (way) {
        const through = way.length > 2 ? `: ${way.map((step) => step.name).join(' uses ')}` : '';
        const named: Definition | Group = node;
        accept('error', `The ${word} "${node.name}" uses itself${through}. Write out what it means.`, {
            node: named,
            property: 'name',
            code: 'GR308'
        });
    }
}

/** Whether the selector means a group that has no meaning, because it uses itself. */
export function isEndless(selector: AstNode): boolean {
    const seen = new Set(groupsIn(selector));
    for (const group of seen) {
        groupsIn(group).forEach((used) => seen.add(used));
    }
    return [...seen].some((group) => wayBack(group, groupsIn));
}

/** A shortest way from the node back to itself, both ends included. */
export function wayBack<T>(node: T, uses: (node: T) => T[]): T[] | undefined {
    const queue: T[][] = [[node]];
    const seen = new Set<T>();
    for (const way of queue) {
        for (const next of uses(way[way.length - 1]!)) {
            if (next === node) {
                return [...way, node];
            }
            if (!seen.has(next)) {
                seen.add(next);
                queue.push([...way, next]);
            }
        }
    }
    return undefined;
}

function usedDefinitions(definition: Definition): Definition[] {
    return AstUtils.streamAst(definition)
        .filter((node) => ast.isReference(node) || ast.isNameValue(node))
        .map((reference) => reference.target?.ref)
        .filter(ast.isDefinition)
        .toArray();
}

function groupsIn(node: AstNode): Group[] {
    return AstUtils.streamAst(node)
        .filter(ast.isToolSelector)
        .map((selector) => selector.target?.ref)
        .filter(ast.isGroup)
        .toArray();
}
