/** Scenarios that show what a claim forbids: with no change of the rules do both come out as they say. */
import { breaks } from '../checker/cause.js';
import type { PolicyResult } from '../checker/result.js';
import { sessionOfScenario } from '../checker/scenarios.js';
import type { Claim, Policy } from '../model/policy.js';

/** The names of those that pass now. */
export function contradictionsOf(policy: Policy, claim: Claim, { scenarios }: PolicyResult): ReadonlySet<string> {
    const passed = new Set(scenarios.filter((scenario) => scenario.passed).map(({ name }) => name));
    return new Set(
        policy.scenarios
            .filter((scenario) => {
                const steps = passed.has(scenario.name) ? (sessionOfScenario(policy, scenario) ?? []) : [];
                return steps.some(({ after }, index) =>
                    breaks(policy, claim, steps.slice(0, index + 1), { end: after.time })
                );
            })
            .map(({ name }) => name)
    );
}
