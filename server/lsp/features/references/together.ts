/** The parameters that must keep one name because a rule, a claim or a pack refers to all of them by it. */
import type { AstNode } from 'langium';
import * as ast from '../../../../language/generated/ast.js';
import type { Inventory } from '../../../../language/inventory.js';
import { selectorsOf } from '../../../../language/name-owner.js';
import { selectedTools } from '../../../../language/selectors.js';
import type { LanguageServices } from '../../services.js';
import type { NamePlace } from './names.js';
import { placesNamed } from './names.js';

export interface Renaming {
    readonly declarations: ReadonlySet<AstNode>;
    readonly places: readonly NamePlace[];
}

/**
 * All that must have the new name when the parameter gets it: those of other tools that a plain name means too, and of
 * packs whose `tools (…)` ask for it; and where any of them is named.
 */
export function renamedTogether(param: ast.Param, services: LanguageServices): Renaming {
    const documents = services.shared.workspace.LangiumDocuments.all.toArray();
    const inventories = new Map(documents.map((document) => [document, services.inventory.of(document)]));
    const meanings = documents.flatMap((document) =>
        placesNamed(param.name, document).map((place) => ({
            place,
            means: groupsOf(place, inventories.get(document)!)
        }))
    );
    const groups = [
        ...meanings.flatMap(({ means }) => means),
        ...documents.flatMap((document) =>
            packGroups(document.parseResult.value, param.name, inventories.get(document)!)
        )
    ];
    const declarations = new Set<AstNode>([param]);
    for (let size = 0; size < declarations.size;) {
        size = declarations.size;
        for (const group of groups.filter((each) => each.some((node) => declarations.has(node)))) {
            group.forEach((node) => declarations.add(node));
        }
    }
    const places = meanings
        .filter(({ means }) => means.some((group) => group.some((node) => declarations.has(node))))
        .map(({ place }) => place);
    return { declarations, places };
}

/** A shorthand has two meanings, which need not stay alike: one of them can be written out. */
function groupsOf(place: NamePlace, inventory: Inventory): (readonly AstNode[])[] {
    const shorthand = place.shorthand?.(inventory);
    return shorthand ? [shorthand.ofEvent, shorthand.ofCall] : [place.means(inventory)];
}

/** For each use in the document what its tools must have, and the parameters of those tools. */
function packGroups(root: AstNode, name: string, inventory: Inventory): ast.Param[][] {
    const uses = ast.isPolicyFile(root) ? root.elements.filter(ast.isUse) : [];
    return uses.flatMap((use) =>
        (use.pack?.ref?.params ?? []).filter(ast.isToolsParam).flatMap((tools) => {
            const asked = tools.params.filter((param) => param.name === name);
            const value = use.args.find((argument) => argument.param?.ref === tools)?.value ?? tools.initial;
            const given = selectorsOf(value).flatMap((selector) => [...selectedTools(selector, inventory).keys()]);
            const params = given.flatMap((tool) => tool.params.filter((param) => param.name === name));
            return asked.length > 0 && params.length > 0 ? [[...asked, ...params]] : [];
        })
    );
}
