import type { AstNode, AstNodeDescription, LangiumDocument, ReferenceInfo, Scope } from 'langium';
import { AstUtils, DefaultScopeComputation, DefaultScopeProvider, EMPTY_SCOPE, MapScope } from 'langium';
import type { CallStep, Definition, Event, Param } from './generated/ast.js';
import * as ast from './generated/ast.js';
import { resolveImport } from './imports.js';
import type { Inventory } from './inventory.js';
import type { GuardrailServices } from './module.js';
import { takes } from './packs/values.js';
import { eventTools } from './selectors.js';
import type { Importable } from './visible.js';
import { isImportable } from './visible.js';

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
                return new MapScope(
                    this.params(context.container, inventory),
                    this.local(context.container, type, this.declared(type, inventory))
                );
            case ast.PackParam.$type:
                return new MapScope(this.describe(packOfArgument(context.container)?.params ?? []));
            case ast.Importable.$type:
                return new MapScope(this.describe(this.importable(context.container)));
            case ast.Nameable.$type:
                return this.arguments(context.container, inventory);
            default:
                return this.local(context.container, type, this.declared(type, inventory));
        }
    }

    /** Inside a pack its parameters, groups and definitions come before the names of the file. */
    private local(container: AstNode, type: string, outer: Scope): Scope {
        const names = namesOfPack(container).filter((node) => this.reflection.isSubtype(node.$type, type));
        return names.length > 0 ? new MapScope(this.describe(names), outer) : outer;
    }

    /** What a bare name may mean as the argument of a pack: what its parameter takes. */
    private arguments(container: AstNode, inventory: Inventory): Scope {
        const param = paramOfArgument(container);
        const tools = [...inventory.toolsByName].filter(([, tool]) => takes(param, tool));
        const declared = inventory.elements.filter(
            (node) => NAMEABLE.some((is) => is(node)) && !inventory.hidden.has(node) && takes(param, node)
        ) as (AstNode & { name: string })[];
        const params = ast.isConditionParam(param) || !param ? this.params(container, inventory) : [];
        const local = namesOfPack(container).filter((node) => takes(param, node));
        return new MapScope(
            [...params, ...this.describe(local)],
            scopeOf([
                ...tools.map(([name, tool]) => this.descriptions.createDescription(tool, name)),
                ...this.describe(declared)
            ])
        );
    }

    /** What the file of an `import { … }` sees. */
    private importable(node: AstNode): Importable[] {
        const uri = ast.isImport(node.$container) ? resolveImport(node.$container) : undefined;
        const imported = uri && this.services.shared.workspace.LangiumDocuments.getDocument(uri);
        const inventory = imported && this.services.inventory.of(imported);
        return (inventory?.elements ?? []).filter(
            (element): element is Importable => isImportable(element) && !inventory!.hidden.has(element)
        );
    }

    private describe(nodes: readonly (AstNode & { name: string })[]): AstNodeDescription[] {
        return nodes.filter((node) => node.name).map((node) => this.descriptions.createDescription(node, node.name));
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
            case ast.Referable.$type:
                return scopeOf(this.named(inventory, ast.isDefinition));
            case ast.Pack.$type:
                return scopeOf(this.named(inventory, ast.isPack));
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
            .filter((node): node is T & ast.Element => is(node) && Boolean(node.name) && !inventory.hidden.has(node))
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
    if (ast.isUseArgument(node)) {
        return {
            kind: 'call',
            node,
            // Anew each time: the pack may be of another file, which changes on its own.
            get events() {
                return eventsAsked(node);
            }
        };
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
            return [
                ...eventTools(owner.events, inventory).flatMap((tool) => tool.params),
                ...owner.events
                    .flatMap(({ selector }) => toolsParamsIn(selector, new Set()))
                    .flatMap((param) => param.params)
            ];
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
    if (ast.isNeverClaim(node) || ast.isRequiresClaim(node) || ast.isDecidedClaim(node) || ast.isAtMostClaim(node)) {
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

/** The parameter of a pack that an event is about; it says which parameters its tools have. */
function toolsParamOf({ selector }: Event): ast.ToolsParam | undefined {
    const target = ast.isToolSelector(selector) ? selector.target?.ref : undefined;
    return ast.isToolsParam(target) ? target : undefined;
}

/** The parameters for tools that a selector names, at once or through groups of the pack. */
function toolsParamsIn(selector: ast.Selector | undefined, seen: Set<unknown>): ast.ToolsParam[] {
    const target = ast.isToolSelector(selector) ? selector.target?.ref : undefined;
    if (ast.isToolsParam(target)) {
        return [target];
    }
    if (!ast.isGroup(target) || seen.has(target)) {
        return [];
    }
    seen.add(target);
    return target.members.flatMap((member) => toolsParamsIn(member, seen));
}

/** The events whose calls a condition given to a pack is asked of: those that the rules around its parameter decide. */
function eventsAsked(argument: ast.UseArgument): Event[] {
    const use = argument.$container;
    const param = argument.param?.ref;
    return (use.pack?.ref?.elements ?? []).flatMap((element) => {
        const asks = AstUtils.streamAllContents(element).some(
            (node) => (ast.isReference(node) || ast.isNameValue(node)) && node.target?.$refText === param?.name
        );
        const body = ast.isClaim(element) ? element.body : element;
        const subjects = asks && body ? subjectEvents(body) : undefined;
        return (subjects ?? []).flatMap((event) => {
            const tools = toolsParamOf(event);
            const value = tools && use.args.find((other) => other.param?.ref === tools)?.value;
            return tools ? selectorsOf(value ?? tools.initial).map((selector) => ({ ...event, selector })) : [event];
        });
    });
}

/** The selectors that an argument stands for. */
export function selectorsOf(value: ast.PackValue | undefined): ast.Selector[] {
    if (ast.isNameValue(value)) {
        return [{ $type: ast.ToolSelector.$type, $container: value, target: value.target } as unknown as ast.Selector];
    }
    return ast.isToolsValue(value) ? value.selectors : [];
}

/** What only the statements of the pack around can name; a default cannot, as it stands before them. */
function namesOfPack(node: AstNode): (AstNode & { name: string })[] {
    if (AstUtils.getContainerOfType(node, ast.isPackParam)) {
        return [];
    }
    const pack = AstUtils.getContainerOfType(node, ast.isPack);
    return pack
        ? [...pack.params, ...pack.elements.filter((element) => ast.isGroup(element) || ast.isDefinition(element))]
        : [];
}

/** The parameter that an argument or default is for. */
export function paramOfArgument(node: AstNode): ast.PackParam | undefined {
    const place = AstUtils.getContainerOfType(
        node,
        (container): container is ast.UseArgument | ast.PackParam =>
            ast.isUseArgument(container) || ast.isPackParam(container)
    );
    return ast.isUseArgument(place) ? place.param?.ref : place;
}

function packOfArgument(node: AstNode): ast.Pack | undefined {
    return AstUtils.getContainerOfType(node, ast.isUse)?.pack?.ref;
}

const NAMEABLE = [ast.isGroup, ast.isHuman, ast.isRole, ast.isAgent, ast.isLabel, ast.isDefinition];
