/** Finds the tools that a policy names. */
import { poll } from '../checker/limits/budget.js';
import type { Policy } from '../model/policy/policy.js';
import { mayBe, type Truth } from '../model/policy/truth.js';

/** The numbers of the tools; the more of the policy concerns a tool, the more often its number occurs. */
export function toolsByInterest(policy: Policy): number[] {
    const interest = policy.tools.map(() => 1);
    const tell = (tools: readonly Truth[], by: number): void => {
        const meant = tools.flatMap((value, tool) => (mayBe(value) ? [tool] : []));
        // A condition on every tool does not point to a particular one.
        if (meant.length <= Math.max(3, tools.length / 2)) {
            meant.forEach((tool) => (interest[tool]! += by));
        }
    };
    const visit = (part: unknown, by: number): void => {
        poll();
        if (typeof part !== 'object' || part === null) {
            return;
        }
        if ('tools' in part && Array.isArray(part.tools) && part.tools.length === policy.tools.length) {
            const { tools } = part as { readonly tools: readonly unknown[] };
            if (tools.every(isTruth)) {
                tell(tools, by);
            }
        }
        Object.values(part).forEach((one) => visit(one, by));
    };
    // Scenarios are sessions themselves.
    const { tools: _tools, scenarios: _scenarios, rules, assumptions, ...others } = policy;
    visit([rules, assumptions], 1);
    visit(others, 3);
    return interest.flatMap((weight, tool) => Array.from({ length: Math.min(weight, 8) }, () => tool));
}

function isTruth(value: unknown): value is Truth {
    return value === 0 || value === 1 || value === 2;
}
