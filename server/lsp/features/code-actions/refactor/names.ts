/** Finds names for what a refactoring declares. */
import { AstUtils } from 'langium';
import type { Place } from '../place.js';

/** The name, with a number if anything that is visible in the file, or declared inside it, has that name. */
export function freeName(place: Place, wanted: string): string {
    const taken = new Set<string>();
    const take = (node: object): void => {
        if ('name' in node && typeof node.name === 'string') {
            taken.add(node.name);
        }
    };
    place.inventory.elements.forEach(take);
    AstUtils.streamAllContents(place.file).forEach(take);
    for (let number = 1; ; number++) {
        const name = number === 1 ? wanted : `${wanted}${number}`;
        if (!taken.has(name)) {
            return name;
        }
    }
}
