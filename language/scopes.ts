import type { AstNode, AstNodeDescription, LangiumDocument, ReferenceInfo, Scope } from 'langium';
import { AstUtils, DefaultScopeComputation, DefaultScopeProvider, EMPTY_SCOPE, MapScope } from 'langium';
import type { CallStep, Definition, Event, Param } from './generated/ast.js';
import * as ast from './generated/ast.js';
import type { Inventory } from './inventory.js';
import type { GuardrailServices } from './module.js';
import { eventTools } from './selectors.js';

/**
 * Which names a reference may mean. Names come from the file and from what it imports, never from the whole
 * workspace; parameters come from the tools that the rule, pattern or call is about (M10).
 */
export class GuardrailScopeProvider extends DefaultScopeProvider {
    private readonly scopes = new WeakMap<Inventory, Map<string, Scope>>();

    constructor(private readonly services: GuardrailServices) {
        super(services);
    }

    override getScope(context: ReferenceInfo): Scope {
        const document = AstUtils.getDocument(context.container);
        const inventory = this.services.inventory.of(document);
        const type = this.reflection.getReferenceType(context);
        switch (type) {
            case ast.Param.$type:
                return scopeOf(this.params(context.container, inventory));
            case ast.Referable.$type:
                return scopeOf([
                    ...this.params(context.container, inventory),
                    ...this.named(inventory, ast.isDefinition)
                ]);
            default:
                return this.declared(type, inventory);
        }
    }

    /** What is declared means the same everywhere in the file, so it is listed once. */
    private declared(type: string, inventory: Inventory): Scope {
        let scopes = this.scopes.get(inventory);
        if (!scopes) {
            scopes = new Map();
            this.scopes.set(inventory, scopes);
        }
        let scope = scopes.get(type);
        if (!scope) {
            scope = this.declarations(type, inventory);
            scopes.set(type, scope);
        }
        return scope;
    }

    private declarations(type: string, inventory: Inventory): Scope {
        switch (type) {
            case ast.Tool.$type:
                return scopeOf(this.tools(inventory));
            case ast.ToolOrGroup.$type:
                return scopeOf([
                    ...this.tools(inventory),
                    ...this.named(inventory, ast.isGroup),
                    ...this.named(inventory, ast.isOutsideEvent)
                ]);
            case ast.OutsideEvent.$type:
                return scopeOf(this.named(inventory, ast.isOutsideEvent));
            case ast.Approver.$type:
                return scopeOf([...this.named(inventory, ast.isHuman), ...this.named(inventory, ast.isRole)]);
            case ast.Label.$type:
                return scopeOf(this.named(inventory, ast.isLabel));
            case ast.Trait.$type:
                return scopeOf(this.named(inventory, ast.isTrait));
            case ast.Agent.$type:
                return scopeOf(this.named(inventory, ast.isAgent));
            case ast.Human.$type:
                return scopeOf(this.named(inventory, ast.isHuman));
            default:
                return EMPTY_SCOPE;
        }
    }

    private tools(inventory: Inventory): AstNodeDescription[] {
        return [...inventory.toolsByName].map(([name, tool]) => this.descriptions.createDescription(tool, name));
    }

    private named<T extends AstNode & { name: string }>(
        inventory: Inventory,
        is: (node: unknown) => node is T
    ): AstNodeDescription[] {
        return inventory.elements
            .filter((node): node is T & ast.Element => is(node) && Boolean(node.name))
            .map((node) => this.descriptions.createDescription(node, node.name));
    }

    private params(container: AstNode, inventory: Inventory): AstNodeDescription[] {
        const found = new Map<string, Param>();
        for (const param of paramsInScope(container, inventory)) {
            if (param.name && !found.has(param.name)) {
                found.set(param.name, param);
            }
        }
        return [...found].map(([name, param]) => this.descriptions.createDescription(param, name));
    }
}

/** Where two have one name the first is meant: a parameter before a definition, a name of the file before an imported one. */
function scopeOf(descriptions: readonly AstNodeDescription[]): Scope {
    const first = new Map<string, AstNodeDescription>();
    for (const description of descriptions) {
        if (!first.has(description.name)) {
            first.set(description.name, description);
        }
    }
    return new MapScope(first.values());
}

/** Servers' tools are exported by their qualified name, for workspace symbols and the index. */
export class GuardrailScopeComputation extends DefaultScopeComputation {
    protected override addExportedSymbol(
        node: AstNode,
        exports: AstNodeDescription[],
        document: LangiumDocument
    ): void {
        super.addExportedSymbol(node, exports, document);
        if (ast.isServer(node)) {
            for (const tool of node.tools) {
                if (tool.name) {
                    exports.push(this.descriptions.createDescription(tool, `${node.name}.${tool.name}`, document));
                }
            }
        }
    }
}

/** Whose parameters the plain names at a place are (M10). */
export type NameOwner =
    | { readonly kind: 'call'; readonly node: AstNode; readonly events: readonly Event[] }
    | { readonly kind: 'definition'; readonly node: Definition }
    | { readonly kind: 'step'; readonly node: CallStep };

export function nameOwner(node: AstNode): NameOwner | undefined {
    // The name of an argument is the event's; its value is of the call around it.
    if (ast.isEventArgument(node)) {
        return { kind: 'call', node: node.$container, events: [node.$container] };
    }
    const passed: AstNode[] = [];
    let owner: NameOwner | undefined;
    for (let current: AstNode | undefined = node; current; current = current.$container) {
        owner = owners.get(current) ?? ownerAt(current);
        if (owner) {
            break;
        }
        passed.push(current);
    }
    if (owner) {
        for (const one of passed) {
            owners.set(one, owner);
        }
    }
    return owner;
}

/** A long chain of conditions is a deep tree, in which the way up is taken once. */
const owners = new WeakMap<AstNode, NameOwner>();

function ownerAt(node: AstNode): NameOwner | undefined {
    if (ast.isCallStep(node)) {
        return { kind: 'step', node };
    }
    if (ast.isDefinition(node)) {
        return { kind: 'definition', node };
    }
    if (ast.isEvent(node.$container) && node.$containerProperty === 'where') {
        return { kind: 'call', node: node.$container, events: [node.$container] };
    }
    const events = subjectEvents(node);
    return events && { kind: 'call', node, events };
}

/** The parameters that a plain name at this place may mean. */
export function paramsInScope(node: AstNode, inventory: Inventory): Param[] {
    const owner = nameOwner(node);
    switch (owner?.kind) {
        case 'call':
            return eventTools(owner.events, inventory).flatMap((tool) => tool.params);
        case 'definition':
            return owner.node.params;
        case 'step':
            return owner.node.tool?.ref?.params ?? [];
        default:
            return [];
    }
}

/** The events whose call a rule or claim decides or judges: its conditions speak of their parameters. */
export function subjectEvents(node: AstNode): readonly Event[] | undefined {
    if (ast.isSubjectRule(node)) {
        return node.subjects;
    }
    if (ast.isNeverClaim(node) || ast.isSubjectClaim(node) || ast.isAtMostClaim(node)) {
        return node.subject ? [node.subject] : [];
    }
    if (ast.isNoFlowClaim(node)) {
        return node.sink ? [node.sink] : [];
    }
    if (ast.isOrder(node) || ast.isLimit(node) || ast.isPossibleClaim(node) || ast.isAlwaysClaim(node)) {
        return [];
    }
    return undefined;
}

/** Whether the event is the call that a rule decides or a claim judges, and not one of the past. */
export function isCallPlace(event: Event): boolean {
    const { $container: container, $containerProperty: property } = event;
    return (
        property === 'subjects' ||
        property === 'subject' ||
        property === 'sink' ||
        ast.isLimit(container) ||
        (ast.isOrder(container) && container.events[0] !== event)
    );
}
