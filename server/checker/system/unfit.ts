/** Calls that the inventory refuses (M4). */
import type { Tool } from '../../model/policy/policy.js';

/** An argument that the tools do not accept: with it, a call is refused regardless of its other arguments. */
export function undeclaredArgument({ params }: Pick<Tool, 'params'>): { readonly [name: string]: true } {
    let name = 'undeclared';
    while (params.some((param) => param.name === name)) {
        name += '_';
    }
    return { [name]: true };
}
