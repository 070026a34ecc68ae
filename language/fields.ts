import type { AstNode, ReferenceInfo, Scope } from 'langium';
import { AstUtils, MapScope } from 'langium';
import type { Event, Param, SessionConstant } from './generated/ast.js';
import * as ast from './generated/ast.js';
import type { Inventory } from './inventory.js';
import type { GuardrailServices } from './module.js';
import type { NameOwner } from './name-owner.js';
import { nameOwner, paramsInScope } from './name-owner.js';
import { GuardrailScopeProvider } from './scopes.js';
import { eventTools } from './selectors.js';
import { declaredTypes, fieldsOf } from './terms.js';

/** What a name after a dot may mean. A class of its own, since the types of terms need names themselves. */
export class FieldScopeProvider extends GuardrailScopeProvider {
    constructor(private readonly shared: GuardrailServices) {
        super(shared);
    }

    override getScope(context: ReferenceInfo): Scope {
        const members = this.members(context);
        return members
            ? new MapScope(
                  members
                      .filter((member) => member.name)
                      .map((member) => this.descriptions.createDescription(member, member.name))
              )
            : super.getScope(context);
    }

    private members({ container, property }: ReferenceInfo): (Param | SessionConstant)[] | undefined {
        const inventory = this.shared.inventory.of(AstUtils.getDocument(container));
        if (property !== 'field') {
            return undefined;
        }
        if (ast.isLatest(container) || ast.isTotal(container)) {
            return container.event ? valuesOf(container.event, container.result, inventory) : [];
        }
        return ast.isFieldAccess(container) ? membersOf(container.of, inventory) : undefined;
    }
}

/** The fields of a record, the session constants, or what a result, the request or the decided call have. */
export function membersOf(term: ast.Term | undefined, inventory: Inventory): (Param | SessionConstant)[] {
    if (ast.isSessionRoot(term)) {
        return inventory.elements.filter(ast.isSessionConstant);
    }
    if (ast.isRequestRoot(term)) {
        return inventory.elements.filter(ast.isRequest).flatMap((request) => request.fields);
    }
    if (ast.isResultRoot(term)) {
        return [...resultTools(term, inventory).flatMap((tool) => tool.returns), ...textField(inventory)];
    }
    if (ast.isCallRoot(term)) {
        const owner = decidedCall(term);
        return owner ? paramsInScope(owner.node, inventory) : [];
    }
    return declaredTypes(term, inventory).flatMap(fieldsOf);
}

/** What an event has: its arguments, or the fields of its result. */
export function valuesOf(event: Event, result: boolean, inventory: Inventory): Param[] {
    const tools = eventTools([event], inventory);
    return result
        ? [...tools.flatMap((tool) => tool.returns), ...textField(inventory)]
        : paramsInScope(event.where ?? eventPlace(event), inventory);
}

/** Of the event inside `where`, the subjects of a `withhold`, or the tool whose own condition it is. */
function resultTools(node: AstNode, inventory: Inventory): ast.Tool[] {
    const owner = nameOwner(node);
    switch (owner?.kind) {
        case 'call':
            return eventTools(owner.events, inventory);
        case 'tool':
            return [owner.node];
        default:
            return [];
    }
}

/** The call that is decided, seen from inside a `where`. */
export function decidedCall(node: AstNode): (NameOwner & { readonly kind: 'call' }) | undefined {
    let found: (NameOwner & { readonly kind: 'call' }) | undefined;
    for (let current: AstNode | undefined = node; current; current = current.$container) {
        const owner = nameOwner(current);
        if (owner?.kind === 'call') {
            found = owner;
        }
    }
    return found;
}

/** Every result and every request has a `text`; it is declared with the built-in names. */
function textField(inventory: Inventory): Param[] {
    return inventory.elements
        .filter(ast.isRequest)
        .flatMap((request) => request.fields)
        .filter((field) => field.name === 'text')
        .slice(0, 1);
}

/** A node whose plain names are the event's. */
function eventPlace(event: Event): AstNode {
    return { $type: ast.Literal.$type, $container: event, $containerProperty: 'where' } as unknown as AstNode;
}
