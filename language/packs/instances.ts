/** Expands the uses of packs and definitions in a file. */
import type { AstNode, CstNode } from 'langium';
import { AstUtils } from 'langium';
import type { Definition, Element, Pack, PackElement, PolicyFile, Reference, Use } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import { Gathered } from '../files/gathered.js';
import type { Inventory } from '../names/inventory.js';
import { argumentsOf } from './arguments.js';
import { copyDefinition, copyPack } from './copy.js';
import type { Bindings } from './copy.js';
import { bindingsOf } from './values.js';

/** A text with parameters, and their values at one place. */
export interface Expansion {
    readonly body: Pack | Definition;
    readonly bindings: Bindings;
    /** The parts that both its events and their arguments specify, in sentences. */
    readonly conflicts: readonly string[];
    /** The expansion that contains this use. */
    readonly parent?: Expansion;
}

export interface Instance extends Expansion {
    readonly pack: Pack;
    /** The name by which its use calls the pack. */
    readonly name: string;
    /** The use in the file; for a pack that a pack uses, the outermost one. */
    readonly use: Use;
    readonly parent?: Instance;
    /** Copies of the elements of the pack, without its uses. */
    readonly elements: readonly PackElement[];
}

/**
 * The instances of a file; packs used by packs come after the pack that uses them. Uses with errors, which the
 * validation reports, are left out, and so are packs that use themselves.
 */
export const INSTANCES = new Gathered<Instance, [Inventory]>((statement, inventory) =>
    ast.isUse(statement) ? instancesAt(statement, inventory) : []
);

export function instancesOf(file: PolicyFile, inventory: Inventory): readonly Instance[] {
    return INSTANCES.in(file, inventory);
}

/** The statements of the file, with those of packs in place of their uses; the contents of modes come after them. */
export function statementsWithPacks(file: PolicyFile, inventory: Inventory): readonly (Element | PackElement)[] {
    return WITH_PACKS.in(file, inventory);
}

const WITH_PACKS = new Gathered<Element | PackElement, [Inventory]>(broughtBy);

/** Those of them that come from one statement of the file. */
export function broughtBy(statement: Element, inventory: Inventory): readonly (Element | PackElement)[] {
    const elements: readonly (Element | PackElement)[] = ast.isUse(statement)
        ? instancesAt(statement, inventory).flatMap((instance) => instance.elements)
        : [statement];
    return elements.some(ast.isModes)
        ? elements.flatMap<Element | PackElement>((element) =>
              ast.isModes(element) ? [element, ...element.modes.flatMap((mode) => mode.elements)] : [element]
          )
        : elements;
}

function instancesAt(use: Use, inventory: Inventory): readonly Instance[] {
    let known = cache.get(inventory);
    if (!known) {
        known = new WeakMap();
        cache.set(inventory, known);
    }
    let instances = known.get(use);
    if (!instances) {
        instances = expand(use, use, undefined, inventory);
        known.set(use, instances);
    }
    return instances;
}

/**
 * The definition that a condition names, with the arguments in place of the parameters that are not values (a value is
 * a term of the call, and is not copied). Undefined if they do not fit, which the validation reports.
 */
export function definitionAt(reference: Reference, inventory: Inventory): Definition | undefined {
    const definition = reference.target?.ref;
    if (!ast.isDefinition(definition)) {
        return undefined;
    }
    let known = definitions.get(inventory);
    if (!known) {
        known = new WeakMap();
        definitions.set(inventory, known);
    }
    let expanded = known.get(reference);
    if (!expanded) {
        expanded = expandDefinition(definition, reference, inventory);
        known.set(reference, expanded);
    }
    return expanded.definition;
}

function expandDefinition(
    definition: Definition,
    reference: Reference,
    inventory: Inventory
): { readonly definition?: Definition } {
    const given = argumentsOf(reference, definition);
    if (given.problems.length > 0) {
        return {};
    }
    if (given.others.size === 0) {
        return { definition };
    }
    const { copy, conflicts } = copyDefinition(definition, given.others, reference, inventory);
    const parent = expansionOf(reference);
    roots.set(copy, { body: definition, bindings: given.others, conflicts, ...(parent && { parent }) });
    return { definition: copy };
}

/** The innermost expansion that a copied node belongs to; undefined for a node that a person wrote. */
export function expansionOf(node: AstNode): Expansion | undefined {
    for (let current: AstNode | undefined = node; current; current = current.$container) {
        const expansion = roots.get(current);
        if (expansion) {
            return expansion;
        }
    }
    return undefined;
}

/** The pack use that a copied node belongs to; undefined for the policy's own nodes. */
export function instanceOf(node: AstNode): Instance | undefined {
    let expansion = expansionOf(node);
    while (expansion && !('use' in expansion)) {
        expansion = expansion.parent;
    }
    return expansion as Instance | undefined;
}

/** The arguments of the expansion, by the parameters in a text. */
export function substitutionsIn(expansion: Expansion): readonly Substitution[] {
    let found = substitutions.get(expansion);
    if (!found) {
        found = AstUtils.streamAllContents(expansion.body)
            .flatMap((node) => AstUtils.streamReferences(node))
            .flatMap(({ reference }) => {
                const target = 'ref' in reference ? reference.ref : undefined;
                const value = ast.isPackParam(target) ? expansion.bindings.get(target) : undefined;
                return value && reference.$refNode ? [{ at: reference.$refNode, value }] : [];
            })
            .toArray();
        substitutions.set(expansion, found);
    }
    return found;
}

export interface Substitution {
    readonly at: CstNode;
    readonly value: ast.PackValue;
}

/** An inventory describes one state of all files. */
const cache = new WeakMap<Inventory, WeakMap<Use, readonly Instance[]>>();
const definitions = new WeakMap<Inventory, WeakMap<Reference, { readonly definition?: Definition }>>();
const roots = new WeakMap<AstNode, Expansion>();
const substitutions = new WeakMap<Expansion, readonly Substitution[]>();

function expand(written: Use, use: Use, parent: Instance | undefined, inventory: Inventory): Instance[] {
    const pack = written.pack?.ref;
    if (!pack || isInside(pack, parent)) {
        return [];
    }
    const bindings = bindingsOf(written, pack);
    if (!bindings) {
        return [];
    }
    const { copy: copied, conflicts } = copyPack(pack, bindings, use, inventory);
    const instance: Instance = {
        body: pack,
        pack,
        name: written.pack.$refText,
        use,
        ...(parent && { parent }),
        bindings,
        conflicts,
        elements: copied.filter((element) => !ast.isUse(element))
    };
    copied.forEach((element) => roots.set(element, instance));
    return [instance, ...copied.filter(ast.isUse).flatMap((inner) => expand(inner, use, instance, inventory))];
}

function isInside(pack: Pack, instance: Instance | undefined): boolean {
    return instance !== undefined && (instance.pack === pack || isInside(pack, instance.parent));
}
