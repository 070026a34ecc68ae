/** GR435 a name that hides another where both could be meant: an element of a list, a parameter, a definition. */
import type { AstNode, ValidationAcceptor } from 'langium';
import { AstUtils } from 'langium';
import type { PolicyFile, Quantified } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import type { Inventory } from '../inventory.js';
import { paramsInScope } from '../name-owner.js';
import type { ValidationRule } from './rule.js';
import { inventoryOf } from './rule.js';

export const hiddenNames: ValidationRule = {
    codes: ['GR435'],
    checks: (services) => ({
        Quantified: (node, accept) => checkItem(node, inventoryOf(node, services), accept),
        PolicyFile: (file, accept) => checkUses(file, inventoryOf(file, services), accept)
    })
};

function checkItem(node: Quantified, inventory: Inventory, accept: ValidationAcceptor): void {
    const { item } = node;
    if (!item?.name) {
        return;
    }
    const outer = AstUtils.getContainerOfType(
        node.$container,
        (other): other is Quantified => ast.isQuantified(other) && other.item?.name === item.name
    );
    const isParam = paramsInScope(node, inventory).some(({ name }) => name === item.name);
    const hidden = isParam
        ? 'a parameter too, and means that one'
        : outer && 'the element of the list around too, which cannot be named in here';
    if (hidden !== undefined) {
        accept('warning', `"${item.name}" is the name of ${hidden}. Give the element another name.`, {
            node: item,
            property: 'name',
            code: 'GR435'
        });
    }
}

/** A plain name of a parameter is the parameter; a definition or signal of that name cannot be asked for there. */
function checkUses(file: PolicyFile, inventory: Inventory, accept: ValidationAcceptor): void {
    const declared = new Map<string, string>();
    for (const element of inventory.elements) {
        const word = ast.isDefinition(element) ? 'definition' : ast.isSignal(element) ? 'signal' : undefined;
        if (word !== undefined && !inventory.hidden.has(element)) {
            declared.set((element as AstNode & { name: string }).name, word);
        }
    }
    if (declared.size === 0) {
        return;
    }
    for (const node of AstUtils.streamAllContents(file)) {
        const target = ast.isReference(node) ? node.target?.ref : undefined;
        const word = ast.isReference(node) ? declared.get(node.target?.$refText) : undefined;
        const isWhole = ast.isReference(node) && (ast.isHolds(node.$container) || word === 'signal');
        if (word !== undefined && isWhole && ast.isParam(target) && !ast.isDefinition(target.$container)) {
            accept(
                'warning',
                `"${target.name}" is a parameter here, and hides the ${word} of that name. Give the ${word} another name.`,
                { node, code: 'GR435' }
            );
        }
    }
}
