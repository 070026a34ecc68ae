/** Calls that the inventory refuses (M4). */
import type { Tool } from '../../model/policy/policy.js';

/** An argument that no tool like this accepts: with it the call is refused, regardless of the others. */
export function undeclaredArgument({ params }: Pick<Tool, 'params'>): { readonly [name: string]: true } {
    let name = 'undeclared';
    while (params.some((param) => param.name === name)) {
        name += '_';
    }
    return { [name]: true };
}
