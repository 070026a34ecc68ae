/** What each use of a pack has to state, and whether its author advises against it. */
import * as ast from '../generated/ast.js';

/** True if each use must have `granting`. */
export function grants(pack: ast.Pack): boolean {
    return brings(pack, (element) => ast.isAllow(element) || ast.isModes(element), new Set());
}

/** True if each use must have `assuming`. */
export function assumes(pack: ast.Pack): boolean {
    return brings(pack, ast.isAssumption, new Set());
}

/** True if the pack, or one that it uses, has such an element. */
function brings(pack: ast.Pack, is: (element: ast.PackElement) => boolean, seen: Set<ast.Pack>): boolean {
    if (seen.has(pack)) {
        return false;
    }
    seen.add(pack);
    return pack.elements.some(is) || usedPacks(pack).some((used) => brings(used, is, seen));
}

export function usedPacks(pack: ast.Pack): ast.Pack[] {
    return pack.elements
        .filter(ast.isUse)
        .map((use) => use.pack?.ref)
        .filter((used) => used !== undefined);
}

export function isDeprecated({ annotations }: ast.Pack): boolean {
    return annotations.some(({ name }) => name === 'deprecated');
}

/** The name of the pack to use instead; undefined if the annotation gives none. */
export function successorOf({ annotations }: ast.Pack): string | undefined {
    return annotations.find(({ name }) => name === 'deprecated')?.values[0]?.text;
}
