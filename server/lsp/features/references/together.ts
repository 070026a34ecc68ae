/**
 * Finds the parameters that must keep the same name because a rule, a claim or a pack refers to all of them by that
 * name.
 */
import type { AstNode } from 'langium';
import * as ast from '../../../../language/generated/ast.js';
import type { Inventory } from '../../../../language/names/inventory.js';
import { selectorsOf } from '../../../../language/names/name-owner.js';
import { selectedTools } from '../../../../language/names/selectors.js';
import type { LanguageServices } from '../../services.js';
import { type NamePlace, placesNamed } from './names.js';

export interface Renaming {
    readonly declarations: ReadonlySet<AstNode>;
    readonly places: readonly NamePlace[];
}

/**
 * Everything that must be renamed together with the parameter: the parameters of other tools that a plain name also
 * refers to, those of packs whose `tools (…)` require it, and all places that name any of these.
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

/**
 * The groups of parameters that a place names. A shorthand has two meanings that need not stay the same: one of them
 * can be written out.
 */
function groupsOf(place: NamePlace, inventory: Inventory): (readonly AstNode[])[] {
    const shorthand = place.shorthand?.(inventory);
    return shorthand ? [shorthand.ofEvent, shorthand.ofCall] : [place.means(inventory)];
}

/** For each use in the document, the requirements on its tools, and the parameters of those tools. */
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
