import type { AstNode, AstNodeDescription, LocalSymbols, ReferenceInfo, Scope } from 'langium';
import {
    AstUtils,
    DefaultScopeComputation,
    DefaultScopeProvider,
    EMPTY_SCOPE,
    MapScope,
    MultiMap,
    stream
} from 'langium';
import type { Param } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import { resolveImport } from '../files/imports.js';
import type { GuardrailServices, Inventory } from '../names/inventory.js';
import { paramInScope, paramsInScope } from '../names/name-owner.js';
import { takes } from '../packs/values.js';
import { exportedNames, namedElements } from '../names/visible.js';

/**
 * Finds the possible targets of a reference. Names come from the file and from its imports, never from the whole
 * workspace; parameters come from the tools that the rule, pattern or call concerns (M10).
 */
export class GuardrailScopeProvider extends DefaultScopeProvider {
    private readonly scopes = new WeakMap<Inventory, Map<string, Scope>>();
    private readonly machines = new WeakMap<ast.Modes, Scope>();
    private readonly packs = new WeakMap<ast.Pack, Map<string, Scope>>();

    constructor(private readonly services: GuardrailServices) {
        super(services);
    }

    override getScope(context: ReferenceInfo): Scope {
        const document = AstUtils.getDocument(context.container);
        const inventory = this.services.inventory.of(document);
        const type = this.reflection.getReferenceType(context);
        switch (type) {
            case ast.Param.$type:
                return this.params(context.container, inventory, EMPTY_SCOPE);
            case ast.Referable.$type:
                return new MapScope(
                    this.items(context.container),
                    this.params(
                        context.container,
                        inventory,
                        this.local(context.container, type, this.declared(type, inventory))
                    )
                );
            case ast.PackParam.$type:
                return new MapScope(this.describe(packOfArgument(context.container)?.params ?? []));
            case ast.DefinitionParam.$type:
                return new MapScope(this.describe(definitionOfArgument(context.container)?.params ?? []));
            case ast.Importable.$type:
                return new MapScope(this.importable(context.container));
            case ast.Nameable.$type:
                return this.arguments(context.container, inventory);
            case ast.Mode.$type:
                return this.modesInScope(context.container, inventory);
            default:
                return this.local(context.container, type, this.declared(type, inventory));
        }
    }

    /**
     * A transition stays in its machine; a condition may name a mode of any machine, and in a pack, first of the pack's
     * own.
     */
    private modesInScope(container: AstNode, inventory: Inventory): Scope {
        const machine = AstUtils.getContainerOfType(container, ast.isModes);
        const isPartOfMachine = ast.isMode(container) || ast.isTransition(container);
        if (machine && isPartOfMachine) {
            const known = this.machines.get(machine) ?? new MapScope(this.describe(machine.modes));
            this.machines.set(machine, known);
            return known;
        }
        const pack = AstUtils.getContainerOfType(container, ast.isPack);
        const outer = this.declared(ast.Mode.$type, inventory);
        return pack ? new MapScope(this.modeNames(pack.elements.filter(ast.isModes)), outer) : outer;
    }

    /** The scope inside a pack, whose parameters, groups and definitions come before the names of the file. */
    private local(container: AstNode, type: string, outer: Scope): Scope {
        if (AstUtils.getContainerOfType(container, ast.isPackParam)) {
            return outer;
        }
        const own = ownNames(container).filter((node) => this.reflection.isSubtype(node.$type, type));
        const pack = AstUtils.getContainerOfType(container, ast.isPack);
        const around = pack ? inside(this.inPack(pack, type), outer) : outer;
        return own.length > 0 ? new MapScope(this.describe(own), around) : around;
    }

    /** The scope of a pack, which all statements of the pack share. */
    private inPack(pack: ast.Pack, type: string): Scope {
        const scopes = this.packs.get(pack) ?? new Map<string, Scope>();
        this.packs.set(pack, scopes);
        const known =
            scopes.get(type) ??
            new MapScope(this.describe(namesIn(pack).filter((node) => this.reflection.isSubtype(node.$type, type))));
        scopes.set(type, known);
        return known;
    }

    /** The possible meanings of a bare name as the argument of a pack: the values that its parameter takes. */
    private arguments(container: AstNode, inventory: Inventory): Scope {
        const param = paramOfArgument(container);
        const tools = [...inventory.toolsByName].filter(([, tool]) => takes(param, tool));
        const declared = namedElements(inventory).filter(
            ({ element }) => NAMEABLE.some((is) => is(element)) && takes(param, element)
        );
        const isOfCall = !param || ast.isConditionParam(param) || (ast.isParam(param) && !ast.isPackParam(param));
        const local = namesOfPack(container).filter((node) => takes(param, node));
        const names = new MapScope(
            this.describe(local),
            scopeOf([
                ...tools.map(([name, tool]) => this.descriptions.createDescription(tool, name)),
                ...declared.map(({ name, element }) => this.descriptions.createDescription(element, name))
            ])
        );
        return isOfCall ? this.params(container, inventory, names) : names;
    }

    /** The names that are visible in the file of an `import { … }`. */
    private importable(node: AstNode): AstNodeDescription[] {
        const uri = ast.isImport(node.$container) ? resolveImport(node.$container) : undefined;
        const imported = uri && this.services.shared.workspace.LangiumDocuments.getDocument(uri);
        const inventory = imported && this.services.inventory.of(imported);
        return (inventory ? exportedNames(inventory) : []).map(({ name, element }) =>
            this.descriptions.createDescription(element, name)
        );
    }

    private describe(nodes: readonly (AstNode & { name: string })[]): AstNodeDescription[] {
        return nodes.filter((node) => node.name).map((node) => this.descriptions.createDescription(node, node.name));
    }

    /** Declarations have the same meaning everywhere in the file, so they are listed once. */
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
            case ast.Entity.$type:
                return scopeOf(this.named(inventory, ast.isEntity));
            case ast.Signal.$type:
                return scopeOf(this.named(inventory, ast.isSignal));
            case ast.SessionConstant.$type:
                return scopeOf(this.named(inventory, ast.isSessionConstant));
            case ast.Mode.$type:
                return scopeOf(
                    this.modeNames(
                        inventory.elements.filter(
                            (node): node is ast.Modes => ast.isModes(node) && !inventory.hidden.has(node)
                        )
                    )
                );
            case ast.OutsideEvent.$type:
                return scopeOf(this.named(inventory, ast.isOutsideEvent));
            case ast.Approver.$type:
                return scopeOf([...this.named(inventory, ast.isHuman), ...this.named(inventory, ast.isRole)]);
            case ast.Referable.$type:
                return scopeOf([...this.named(inventory, ast.isDefinition), ...this.named(inventory, ast.isSignal)]);
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

    /** A mode is named by `mode` if one machine has it, and by `machine.mode`. */
    private modeNames(machines: readonly ast.Modes[]): AstNodeDescription[] {
        const named = machines.flatMap((machine) => machine.modes).filter((mode) => mode.name);
        const times = new Map<string, number>();
        named.forEach(({ name }) => times.set(name, (times.get(name) ?? 0) + 1));
        return [
            ...named
                .filter((mode) => times.get(mode.name) === 1)
                .map((mode) => this.descriptions.createDescription(mode, mode.name)),
            ...named
                .filter((mode) => mode.$container.name)
                .map((mode) => this.descriptions.createDescription(mode, `${mode.$container.name}.${mode.name}`))
        ];
    }

    private tools(inventory: Inventory): AstNodeDescription[] {
        return [...inventory.toolsByName].map(([name, tool]) => this.descriptions.createDescription(tool, name));
    }

    private named<T extends AstNode & { name: string }>(
        inventory: Inventory,
        is: (node: unknown) => node is T
    ): AstNodeDescription[] {
        return namedElements(inventory)
            .filter(({ element }) => is(element))
            .map(({ name, element }) => this.descriptions.createDescription(element, name));
    }

    /** The names of the enclosing quantifiers. The innermost one comes last, so that it is found. */
    private items(container: AstNode): AstNodeDescription[] {
        const found: AstNodeDescription[] = [];
        for (let node = container; node.$container; node = node.$container) {
            if (ast.isQuantified(node.$container) && node.$containerProperty === 'condition') {
                const { item, value } = node.$container;
                for (const each of [value, item]) {
                    if (each?.name) {
                        found.unshift(this.descriptions.createDescription(each, each.name));
                    }
                }
            }
        }
        return found;
    }

    /** Describes only the names that are looked up, since a tool may have thousands of parameters. */
    private params(container: AstNode, inventory: Inventory, outer: Scope): Scope {
        const describe = (param: Param): AstNodeDescription => this.descriptions.createDescription(param, param.name);
        const named = (name: string): AstNodeDescription | undefined => {
            const param = paramInScope(container, name, inventory);
            return param && describe(param);
        };
        const all = (): readonly AstNodeDescription[] =>
            paramsInScope(container, inventory)
                .filter(({ name }) => name)
                .map(describe);
        return inside(lazyScope(named, all), outer);
    }
}

/** Describes only the names that are looked up, since there may be thousands. */
export function lazyScope(
    named: (name: string) => AstNodeDescription | undefined,
    all: () => readonly AstNodeDescription[]
): Scope {
    return {
        getElement: named,
        getElements: (name) => stream([named(name)].filter((found) => found !== undefined)),
        getAllElements: () => scopeOf(all()).getAllElements()
    };
}

/** Looks up a name in the inner scope first, then in the outer one. Both scopes are shared. */
function inside(inner: Scope, outer: Scope): Scope {
    return {
        getElement: (name) => inner.getElement(name) ?? outer.getElement(name),
        getElements: (name) => inner.getElements(name).concat(outer.getElements(name)),
        getAllElements: () => inner.getAllElements().concat(outer.getAllElements())
    };
}

/**
 * If two declarations have the same name, the first one counts: a parameter before a definition, a name of the file
 * before an imported one.
 */
function scopeOf(descriptions: readonly AstNodeDescription[]): Scope {
    const first = new Map<string, AstNodeDescription>();
    for (const description of descriptions) {
        if (!first.has(description.name)) {
            first.set(description.name, description);
        }
    }
    return new MapScope(first.values());
}

/** Exports the tools of servers by their qualified names, for the index. */
export class GuardrailScopeComputation extends DefaultScopeComputation {
    /** Returns nothing, because the possible meanings of a name are in the inventory. */
    override collectLocalSymbols(): Promise<LocalSymbols> {
        return Promise.resolve(new MultiMap<AstNode, AstNodeDescription>());
    }
}

/**
 * The names that only the statements of the enclosing pack, or the definition, can use; a default cannot, because it
 * comes before them.
 */
function namesOfPack(node: AstNode): (AstNode & { name: string })[] {
    if (AstUtils.getContainerOfType(node, ast.isPackParam)) {
        return [];
    }
    const pack = AstUtils.getContainerOfType(node, ast.isPack);
    // If two names are the same, the last one counts.
    return [...(pack ? namesIn(pack) : []), ...ownNames(node)];
}

function ownNames(node: AstNode): ast.PackParam[] {
    return AstUtils.getContainerOfType(node, ast.isDefinition)?.params.filter(ast.isPackParam) ?? [];
}

function namesIn(pack: ast.Pack): (AstNode & { name: string })[] {
    const own = pack.elements.flatMap((element): (AstNode & { name: string })[] => {
        if (ast.isModes(element)) {
            return [element, ...element.modes];
        }
        return ast.isGroup(element) || ast.isDefinition(element) ? [element] : [];
    });
    return [...pack.params, ...own];
}

/** The parameter that an argument or default is for. */
export function paramOfArgument(node: AstNode): ast.DefinitionParam | undefined {
    const place = AstUtils.getContainerOfType(
        node,
        (container): container is ast.UseArgument | ast.NamedArgument | ast.PackParam =>
            ast.isUseArgument(container) || ast.isNamedArgument(container) || ast.isPackParam(container)
    );
    return ast.isUseArgument(place) || ast.isNamedArgument(place) ? place.param?.ref : place;
}

function definitionOfArgument(node: AstNode): ast.Definition | undefined {
    const called = AstUtils.getContainerOfType(node, ast.isReference)?.target?.ref;
    return ast.isDefinition(called) ? called : undefined;
}

function packOfArgument(node: AstNode): ast.Pack | undefined {
    return AstUtils.getContainerOfType(node, ast.isUse)?.pack?.ref;
}

const NAMEABLE = [ast.isGroup, ast.isHuman, ast.isRole, ast.isAgent, ast.isLabel, ast.isDefinition, ast.isOutsideEvent];
