/** What the uses of packs in a file stand for. */
import type { AstNode, CstNode } from 'langium';
import { AstUtils } from 'langium';
import type { Element, Pack, PackElement, PolicyFile, Use } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import type { Inventory } from '../inventory.js';
import { copyPack } from './copy.js';
import type { Bindings } from './copy.js';
import { bindingsOf } from './values.js';

export interface Instance {
    readonly pack: Pack;
    /** The use in the file: of a pack that a pack uses, the outermost. */
    readonly use: Use;
    /** The instance whose pack has the use of this one. */
    readonly parent?: Instance;
    readonly bindings: Bindings;
    /** Copies of the elements of the pack, without its uses. */
    readonly elements: readonly PackElement[];
}

/**
 * The instances of a file, those of packs that packs use after the one that uses them. Left out are uses with errors,
 * which the validation tells, and what a pack uses of itself.
 */
export function instancesOf(file: PolicyFile, inventory: Inventory): readonly Instance[] {
    let known = cache.get(inventory);
    if (!known) {
        known = new WeakMap();
        cache.set(inventory, known);
    }
    let instances = known.get(file);
    if (!instances) {
        instances = file.elements.filter(ast.isUse).flatMap((use) => expand(use, use, undefined, inventory));
        known.set(file, instances);
    }
    return instances;
}

/** The statements of the file, with those of packs in the place of their uses; what is inside modes comes after them. */
export function statementsWithPacks(file: PolicyFile, inventory: Inventory): (Element | PackElement)[] {
    const instances = instancesOf(file, inventory);
    return file.elements
        .flatMap<Element | PackElement>((element) =>
            ast.isUse(element)
                ? instances.filter(({ use }) => use === element).flatMap((instance) => instance.elements)
                : [element]
        )
        .flatMap<Element | PackElement>((element) =>
            ast.isModes(element) ? [element, ...element.modes.flatMap((mode) => mode.elements)] : [element]
        );
}

/** The instance that a copied node belongs to; undefined for what a person wrote. */
export function instanceOf(node: AstNode): Instance | undefined {
    for (let current: AstNode | undefined = node; current; current = current.$container) {
        const instance = roots.get(current);
        if (instance) {
            return instance;
        }
    }
    return undefined;
}

/** What stands in the text of a pack where it names its parameters: the arguments of the instance. */
export function substitutionsIn(instance: Instance): readonly Substitution[] {
    let found = substitutions.get(instance);
    if (!found) {
        found = AstUtils.streamAllContents(instance.pack)
            .flatMap((node) => AstUtils.streamReferences(node))
            .flatMap(({ reference }) => {
                const target = 'ref' in reference ? reference.ref : undefined;
                const value = ast.isPackParam(target) ? instance.bindings.get(target) : undefined;
                return value && reference.$refNode ? [{ at: reference.$refNode, value }] : [];
            })
            .toArray();
        substitutions.set(instance, found);
    }
    return found;
}

export interface Substitution {
    readonly at: CstNode;
    readonly value: ast.PackValue;
}

/** An inventory stands for one state of all files. */
const cache = new WeakMap<Inventory, WeakMap<PolicyFile, readonly Instance[]>>();
const roots = new WeakMap<AstNode, Instance>();
const substitutions = new WeakMap<Instance, readonly Substitution[]>();

function expand(written: Use, use: Use, parent: Instance | undefined, inventory: Inventory): Instance[] {
    const pack = written.pack?.ref;
    if (!pack || isInside(pack, parent)) {
        return [];
    }
    const bindings = bindingsOf(written, pack);
    if (!bindings) {
        return [];
    }
    const copied = copyPack(pack, bindings, use, inventory);
    const instance: Instance = {
        pack,
        use,
        ...(parent && { parent }),
        bindings,
        elements: copied.filter((element) => !ast.isUse(element))
    };
    copied.forEach((element) => roots.set(element, instance));
    return [instance, ...copied.filter(ast.isUse).flatMap((inner) => expand(inner, use, instance, inventory))];
}

function isInside(pack: Pack, instance: Instance | undefined): boolean {
    return instance !== undefined && (instance.pack === pack || isInside(pack, instance.parent));
}
