/** What a scenario shows of a claim: its session is one of the policy, whatever it expects. */
import type { Claim, Policy, Scenario } from '../../model/policy.js';
import { breaks } from '../cause.js';
import { sessionOfScenario } from '../scenarios.js';

/** Whether some step of its session breaks the claim; not where calls run on, or another session starts. */
export function isBrokenIn(policy: Policy, claim: Claim, scenario: Scenario): boolean {
    const steps = sessionOfScenario(policy, scenario) ?? [];
    return steps.some(({ after }, index) => breaks(policy, claim, steps.slice(0, index + 1), { end: after.time }));
}
