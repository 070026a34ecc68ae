/** Finds the tools and events that the patterns of a policy select. */
import type { CallPattern } from '../../model/policy/policy.js';
import { mayBe } from '../../model/policy/truth.js';

/** The tools that a pattern may select. */
export function toolsOf({ tools }: CallPattern): number[] {
    return tools.flatMap((value, tool) => (mayBe(value) ? [tool] : []));
}
