/** Finds the parameters that the calls of tools must have for rules and claims about them. */
import type { AstNode } from 'langium';
import { AstUtils } from 'langium';
import type { Event, Group, Param, Tool } from '../../../../../language/generated/ast.js';
import * as ast from '../../../../../language/generated/ast.js';
import type { Inventory } from '../../../../../language/names/inventory.js';
import { nameOwner } from '../../../../../language/names/name-owner.js';
import { eventTools } from '../../../../../language/names/selectors.js';
import { lineOf } from './conditions.js';

/**
 * For each tool and group that the statements name, the kind of a parameter that can replace it: `tools`, or
 * `tools(amount: int)`. Tools that the statements use for more than parameters, such as results, are left out.
 */
export function toolsNeeds(statements: readonly AstNode[], inventory: Inventory): ReadonlyMap<Tool | Group, string> {
    const needed = new Map<Tool | Group, Map<string, Param>>();
    const refused = new Set<Tool | Group>();
    const nodes = statements.flatMap((statement) => AstUtils.streamAst(statement).toArray());
    const need = (event: Event, param: Param | undefined): void => {
        const target = targetOf(event);
        if (!target) {
            return;
        }
        const isPlain = param?.$cstNode && !param.optional && !param.default;
        if (isPlain) {
            needed.get(target)?.set(param.name, param);
        } else {
            refused.add(target);
        }
    };
    for (const node of nodes) {
        const target = ast.isToolSelector(node) ? node.target.ref : undefined;
        if (target && (ast.isTool(target) || ast.isGroup(target)) && !needed.has(target)) {
            needed.set(target, new Map());
        }
    }
    for (const node of nodes) {
        if (ast.isResultRoot(node)) {
            ownersOf(node).forEach((event) => need(event, undefined));
        }
        if ((ast.isTotal(node) || ast.isLatest(node)) && node.event) {
            need(node.event, node.result ? undefined : paramOf(node.field.ref));
        }
        if (ast.isEventArgument(node)) {
            need(node.$container, paramOf(node.param.ref));
            if (!node.value) {
                valuesNamed(node.param.$refText, ownersOf(node.$container), inventory, need);
            }
        }
        if (ast.isFrom(node) && node.source) {
            // The origin of a value is expressed by the name of a tool and the fields of its result.
            refuse(node.source.selector, refused);
        }
        const named = ast.isReference(node) ? node.target : ast.isGiven(node) ? node.param : undefined;
        if (named && paramOf(named.ref)) {
            valuesNamed(named.$refText, ownersOf(node), inventory, need);
        }
    }
    const kinds = new Map<Tool | Group, string>();
    for (const [target, params] of needed) {
        const list = [...params.values()].map((param) => lineOf(param.$cstNode!)).join(', ');
        if (!refused.has(target)) {
            kinds.set(target, list === '' ? 'tools' : `tools(${list})`);
        }
    }
    return kinds;
}

/** The name must be a parameter of each of the events' tools. */
function valuesNamed(
    name: string,
    events: readonly Event[],
    inventory: Inventory,
    need: (event: Event, param: Param | undefined) => void
): void {
    for (const event of events) {
        need(
            event,
            eventTools([event], inventory)
                .flatMap((tool) => tool.params)
                .find((param) => param.name === name)
        );
    }
}

function ownersOf(node: AstNode): readonly Event[] {
    const owner = nameOwner(node);
    return owner?.kind === 'call' ? owner.events : [];
}

function targetOf({ selector }: { readonly selector: ast.Selector }): Tool | Group | undefined {
    if (ast.isToolsExcept(selector)) {
        return targetOf({ selector: selector.of });
    }
    const target = ast.isToolSelector(selector) ? selector.target.ref : undefined;
    return ast.isTool(target) || ast.isGroup(target) ? target : undefined;
}

function refuse(selector: AstNode, refused: Set<Tool | Group>): void {
    const target = ast.isToolSelector(selector) ? selector.target.ref : undefined;
    if (ast.isTool(target) || ast.isGroup(target)) {
        refused.add(target);
    }
}

function paramOf(node: AstNode | undefined): Param | undefined {
    return ast.isParam(node) && !ast.isPackParam(node) ? node : undefined;
}
