/** Finds the claims that a session breaks, and the step at which it does. */
import { breaks } from '../checker/traces/cause.js';
import type { ReplayedStep } from '../checker/traces/replay.js';
import type { StepInput } from '../checker/results/result.js';
import type { RanStep } from '../checker/scenarios/scenarios.js';
import type { Policy } from '../model/policy/policy.js';
import { questionOf } from '../checker/questions/question.js';

/**
 * For each step, the names of the claims that it is the first to break. Empty from the step on at which a call keeps
 * running, or another session begins: judging claims there requires all orders in which calls may end.
 */
export function brokenClaims(policy: Policy, ran: readonly RanStep[]): (readonly string[])[] {
    const broken = new Set<string>();
    const steps: ReplayedStep[] = [];
    const all: (readonly string[])[] = [];
    for (const { replayed, after } of ran) {
        if (replayed && replayed.kind !== 'note') {
            steps.push(replayed);
        } else if (replayed && !isOnlyGiven(replayed.input, steps.length)) {
            break;
        }
        const names = policy.claims
            .filter((claim) => !broken.has(claim.name) && breaks(policy, questionOf(claim), steps, { end: after.time }))
            .map(({ name }) => name);
        names.forEach((name) => broken.add(name));
        all.push(names);
    }
    return all;
}

/** True for the clock, and for values given before the session begins, because they do not start another session. */
function isOnlyGiven(input: StepInput | undefined, steps: number): boolean {
    return input === undefined || input.kind === 'clock' || (input.kind === 'session' && steps === 0);
}
