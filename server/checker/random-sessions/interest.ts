/** Finds the tools that a policy names. */
import type { Policy } from '../../model/policy/policy.js';
import { mayBe, type Truth } from '../../model/policy/truth.js';
import { visit } from './walk.js';

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
    const tellPart = (by: number) => (part: Readonly<Record<string, unknown>>) => {
        const { tools } = part;
        if (Array.isArray(tools) && tools.length === policy.tools.length && tools.every(isTruth)) {
            tell(tools, by);
        }
    };
    const nothing = (): undefined => undefined;
    visit({ ...policy, tools: [] }, { condition: nothing, term: nothing, part: tellPart(1) });
    visit(
        { ...policy, tools: [], rules: [], assumptions: [] },
        { condition: nothing, term: nothing, part: tellPart(2) }
    );
    return interest.flatMap((weight, tool) => Array.from({ length: Math.min(weight, 8) }, () => tool));
}

function isTruth(value: unknown): value is Truth {
    return value === 0 || value === 1 || value === 2;
}
