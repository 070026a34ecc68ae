import type { AstNode, AstNodeDescription, LangiumDocument, ReferenceInfo, Scope } from 'langium';
import { AstUtils, DefaultScopeComputation, DefaultScopeProvider, EMPTY_SCOPE, MapScope } from 'langium';
import type { CallStep, Event, Param } from './generated/ast.js';
import * as ast from './generated/ast.js';
import type { Inventory } from './inventory.js';
import type { GuardrailServices } from './module.js';
import { eventTools } from './selectors.js';

/**
 * Which names a reference may mean. Names come from the file and from what it imports, never from the whole
 * workspace; parameters come from the tools that the rule, pattern or call is about (M10).
 */
export class GuardrailScopeProvider extends DefaultScopeProvider {
    constructor(private readonly services: GuardrailServices) {
        super(services);
    }

    override getScope(context: ReferenceInfo): Scope {
        const document = AstUtils.getDocument(context.container);
        const inventory = this.services.inventory.of(document);
        switch (this.reflection.getReferenceType(context)) {
            case ast.Tool.$type:
                return new MapScope(this.tools(inventory));
            case ast.ToolOrGroup.$type:
                return new MapScope([
                    ...this.tools(inventory),
                    ...this.named(inventory, ast.isGroup),
                    ...this.named(inventory, ast.isOutsideEvent)
                ]);
            case ast.OutsideEvent.$type:
                return new MapScope(this.named(inventory, ast.isOutsideEvent));
            case ast.Approver.$type:
                return new MapScope([...this.named(inventory, ast.isHuman), ...this.named(inventory, ast.isRole)]);
            case ast.Param.$type:
                return new MapScope(this.params(context.container, inventory));
            case ast.Referable.$type:
                return new MapScope([
                    ...this.params(context.container, inventory),
                    ...this.named(inventory, ast.isDefinition)
                ]);
            case ast.Label.$type:
                return new MapScope(this.named(inventory, ast.isLabel));
            case ast.Trait.$type:
                return new MapScope(this.named(inventory, ast.isTrait));
            case ast.Agent.$type:
                return new MapScope(this.named(inventory, ast.isAgent));
            case ast.Human.$type:
                return new MapScope(this.named(inventory, ast.isHuman));
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

/** The parameters that a plain name at this place may mean, nearest first. */
export function paramsInScope(node: AstNode, inventory: Inventory): Param[] {
    for (let current: AstNode | undefined = node; current; current = current.$container) {
        if (ast.isCallStep(current)) {
            return stepParams(current);
        }
        if (ast.isEvent(current) && isInsideEvent(node, current)) {
            return eventTools([current], inventory).flatMap((tool) => tool.params);
        }
        if (ast.isDefinition(current)) {
            return current.params;
        }
        const subjects = subjectEvents(current);
        if (subjects) {
            return eventTools(subjects, inventory).flatMap((tool) => tool.params);
        }
    }
    return [];
}

/** The events whose call a rule or claim decides or judges: its conditions speak of their parameters. */
export function subjectEvents(node: AstNode): readonly Event[] | undefined {
    if (ast.isSubjectRule(node)) {
        return node.subjects;
    }
    if (ast.isNeverClaim(node) || ast.isRequiresClaim(node)) {
        return node.subject ? [node.subject] : [];
    }
    if (ast.isOrder(node) || ast.isPossibleClaim(node)) {
        return [];
    }
    return undefined;
}

/** In `where` and as the name of an argument a plain name is the event's; an argument's value is the decided call's. */
function isInsideEvent(node: AstNode, event: Event): boolean {
    for (let current: AstNode = node; current.$container; current = current.$container) {
        if (current.$container === event) {
            if (current.$containerProperty === 'where') {
                return true;
            }
            return current.$containerProperty === 'args' && node === current;
        }
    }
    return false;
}

function stepParams(step: CallStep): Param[] {
    return step.tool?.ref?.params ?? [];
}
