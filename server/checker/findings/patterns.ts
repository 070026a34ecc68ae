/** What patterns of a policy speak of. */
import type { CallPattern } from '../../model/policy.js';
import { mayBe } from '../../model/truth.js';

/** The tools that a pattern may mean. */
export function toolsOf({ tools }: CallPattern): number[] {
    return tools.flatMap((value, tool) => (mayBe(value) ? [tool] : []));
}
