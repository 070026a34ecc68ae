/** Decides what the `allow` rules inside modes grant (M18). */
import type { Situation } from '../conditions/inputs.js';
import { placesOf } from '../memory/modes.js';
import type { Policy, Rule } from '../policy/policy.js';
import { type Truth, and, FALSE, mayBe, or, TRUE, UNKNOWN } from '../policy/truth.js';

/** An `allow` of a mode whose subject matches the call, and the truth value of its grant. */
export interface ModeGrant {
    readonly index: number;
    readonly mode: NonNullable<Rule['mode']>;
    readonly applies: Truth;
}

/**
 * The truth value of the modes' grant, with the rules that grant it. Every machine in which some mode allows the call
 * must allow it in its current mode, and in every mode that it may be in.
 */
export function grantInModes(
    policy: Policy,
    grants: readonly ModeGrant[],
    situation: Situation
): { readonly value: Truth; readonly rules: readonly number[] } {
    if (grants.length === 0) {
        return { value: FALSE, rules: [] };
    }
    const found: ModeGrant[] = [];
    let value: Truth = TRUE;
    for (const machine of new Set(grants.map(({ mode }) => mode.machine))) {
        const { memory, call, time } = situation;
        const values = placesOf(policy, memory, machine, call.agent, time).map((place) => {
            const here = grants.filter(({ mode }) => mode.machine === machine && mode.mode === place.mode);
            found.push(...here.filter(({ applies }) => mayBe(applies)));
            return here.reduce<Truth>((granted, { applies }) => or(granted, applies), FALSE);
        });
        value = and(value, values.every((one) => one === values[0]) ? values[0]! : UNKNOWN);
    }
    // The grants that certainly apply to the call; if there are none, those that may apply.
    const rules = found.filter(({ applies }) => value !== TRUE || applies === TRUE).map(({ index }) => index);
    return { value, rules: [...new Set(rules)].sort((a, b) => a - b) };
}
