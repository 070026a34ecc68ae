/** GR308: a definition or a group that refers to itself, directly or indirectly. */
import { AstUtils } from 'langium';
import type { Definition, Group } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import { groupsIn } from '../names/selectors.js';
import type { Reporter, ValidationRule } from './rule.js';
import { Gathered } from '../files/gathered.js';
import { ofFile } from './file-checks.js';
import { nodesOfTypes } from '../text/contents.js';

export const cycles: ValidationRule = {
    codes: ['GR308'],
    checks: {
        PolicyFile: ofFile((view) => {
            check(view.of(DEFINITIONS), usedDefinitions, 'definition', view);
            check(view.of(GROUPS), groupsOf, 'group', view);
        })
    }
};

/** Groups in packs are included. */
const DEFINITIONS = new Gathered((statement) => nodesOfTypes(statement, [ast.Definition.$type], ast.isDefinition));
const GROUPS = new Gathered((statement) => nodesOfTypes(statement, [ast.Group.$type], ast.isGroup));

function check<T extends Definition | Group>(
    nodes: readonly T[],
    uses: (node: T) => T[],
    word: string,
    report: Reporter
): void {
    const used = new Map<T, T[]>();
    const once = (node: T): T[] => {
        const known = used.get(node) ?? uses(node);
        used.set(node, known);
        return known;
    };
    const cyclic = inCycles(nodes, once);
    for (const node of nodes.filter((one) => cyclic.has(one))) {
        const { size } = cyclic.get(node)!;
        const way = size > MOST_STEPS ? [] : wayBack(node, once)!;
        const through = way.length > 2 ? `: ${way.map((step) => step.name).join(' uses ')}` : '';
        const named: Definition | Group = node;
        report.error(
            'GR308',
            [named, 'name'],
            `The ${word} "${node.name}" uses itself${through}. Write out what it means.`
        );
    }
}

/** All definitions in cycles among these definitions and the ones that they use. */
export function definitionsInCycles(definitions: readonly Definition[]): ReadonlySet<Definition> {
    return new Set(inCycles(definitions, usedDefinitions).keys());
}

/**
 * The length from which a cycle is not listed in full: the message would be too long, and every member would repeat it.
 */
const MOST_STEPS = 50;

/**
 * The nodes on cycles, each with its strongly connected component (Tarjan, "Depth-first search and linear graph
 * algorithms", 1972). They include nodes that the given ones use.
 */
function inCycles<T>(nodes: readonly T[], uses: (node: T) => readonly T[]): Map<T, ReadonlySet<T>> {
    const found = new Map<T, ReadonlySet<T>>();
    const places = new Map<T, number>();
    const lowest = new Map<T, number>();
    const open: T[] = [];
    const isOpen = new Set<T>();
    const lower = (node: T, to: number): void => void lowest.set(node, Math.min(lowest.get(node)!, to));
    for (const start of nodes) {
        // The path may be long, so this does not recurse.
        const way = places.has(start) ? [] : [{ node: start, at: 0 }];
        for (let step = way.at(-1); step; step = way.at(-1)) {
            const { node } = step;
            if (step.at === 0) {
                places.set(node, places.size);
                lowest.set(node, places.get(node)!);
                open.push(node);
                isOpen.add(node);
            }
            const next = uses(node)[step.at++];
            if (next !== undefined) {
                if (!places.has(next)) {
                    way.push({ node: next, at: 0 });
                } else if (isOpen.has(next)) {
                    lower(node, places.get(next)!);
                }
                continue;
            }
            way.pop();
            const user = way.at(-1)?.node;
            if (user !== undefined) {
                lower(user, lowest.get(node)!);
            }
            if (lowest.get(node) === places.get(node)) {
                const component = new Set(open.splice(open.lastIndexOf(node)));
                component.forEach((one) => isOpen.delete(one));
                if (component.size > 1 || uses(node).includes(node)) {
                    component.forEach((one) => found.set(one, component));
                }
            }
        }
    }
    return found;
}

/**
 * The groups without a meaning: they are on a cycle, or use a group that is. They include groups that the given ones
 * use.
 *
 * @param known the groups that were examined earlier, with all groups that they use, and whether each has no meaning;
 * the function adds to it
 */
export function endlessGroups(groups: Iterable<Group>, known = new Map<Group, boolean>()): ReadonlySet<Group> {
    const asked = new Set(groups);
    const open = new Set([...asked].filter((group) => !known.has(group)));
    const endless = new Set([...asked].filter((group) => known.get(group) === true));
    const users = new Map<Group, Group[]>();
    for (const group of open) {
        for (const used of groupsOf(group)) {
            const named = users.get(used) ?? [];
            named.push(group);
            users.set(used, named);
            if (known.get(used) === true) {
                endless.add(used);
            } else if (!known.has(used)) {
                open.add(used);
            }
        }
    }
    const unknown = (group: Group): Group[] => groupsOf(group).filter((used) => !known.has(used));
    for (const group of inCycles([...open], unknown).keys()) {
        endless.add(group);
    }
    for (const group of endless) {
        users.get(group)?.forEach((user) => endless.add(user));
    }
    open.forEach((group) => known.set(group, endless.has(group)));
    return endless;
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

function groupsOf(group: Group): Group[] {
    return group.members.flatMap(groupsIn);
}
