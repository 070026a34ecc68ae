/**
 * The steps that `assume` excludes (M26): steps of humans, of the outside, of trusted agents, and results and signals.
 * A step is left out only if its condition is certainly false; an unreadable condition excludes nothing.
 */
import type { Situation } from '../../model/conditions/inputs.js';
import { evaluate, matchesCall } from '../../model/conditions/evaluate.js';
import type { Assumption, Condition, Policy } from '../../model/policy/policy.js';
import { mayBe, mustBe } from '../../model/policy/truth.js';

export class Assumed {
    private readonly assumptions: readonly Assumption[];

    /** @param resolve returns the condition as evaluated for the call, in a search with its own monitors */
    constructor(
        private readonly policy: Policy,
        private readonly resolve: (condition: Condition, situation: Situation) => Condition = (condition) => condition
    ) {
        this.assumptions = policy.assumptions ?? [];
    }

    /** True if the human may approve the call in the situation of the answer. */
    approves(human: number, situation: Situation): boolean {
        return this.all('approval', situation, ({ humans }) => humans?.includes(human) ?? false);
    }

    /** True if the agent of the call may make the call. */
    calls(situation: Situation): boolean {
        return this.all('agent', situation, ({ index }) => index === situation.call.agent);
    }

    /** True if the outside event may happen; `situation` does not contain a call. */
    happens(event: number, situation: Situation): boolean {
        return this.all('event', situation, ({ index }) => index === event);
    }

    /** True if the call may end with the result in the situation. */
    returns(situation: Situation): boolean {
        return situation.result === undefined || this.all('result', situation, () => true);
    }

    /** True if the signals may have their values in the situation. */
    says(situation: Situation): boolean {
        const read = new Set(situation.readings?.map(({ signal }) => signal));
        return this.all('signal', situation, ({ index }) => index !== undefined && read.has(index));
    }

    private all(
        kind: Assumption['kind'],
        situation: Situation,
        concerns: (assumption: Assumption) => boolean
    ): boolean {
        return this.assumptions.every(
            (assumption) =>
                assumption.kind !== kind ||
                !concerns(assumption) ||
                (assumption.subject !== undefined && !mustBe(matchesCall(assumption.subject, situation.call))) ||
                mayBe(evaluate(this.policy, this.resolve(assumption.when, situation), situation))
        );
    }
}
