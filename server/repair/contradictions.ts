/** Finds scenarios that demonstrate what a claim forbids: no change of the rules makes both come out as written. */
import type { PolicyResult } from '../checker/results/result.js';
import { isShownBy } from '../checker/scenarios/evidence.js';
import type { Claim, Policy } from '../model/policy/policy.js';
import { questionOf } from '../checker/questions/question.js';

/** The names of the scenarios that currently pass. */
export function contradictionsOf(policy: Policy, claim: Claim, { scenarios }: PolicyResult): ReadonlySet<string> {
    const passed = new Set(scenarios.filter((scenario) => scenario.passed).map(({ name }) => name));
    return new Set(
        policy.scenarios
            .filter((scenario) => passed.has(scenario.name) && isShownBy(policy, questionOf(claim), scenario))
            .map(({ name }) => name)
    );
}
