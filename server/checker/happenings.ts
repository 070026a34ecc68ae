/** Events from outside that the slice can see: each may happen at any moment. */
import type { Effect } from '../model/monitors.js';
import { matchesEvent } from '../model/matching.js';
import { effectOf } from '../model/monitors.js';
import type { EventPattern } from '../model/policy.js';
import { mustBe } from '../model/truth.js';
import { patternsOf } from './conditions.js';
import type { Slice } from './slice.js';
import { NOW } from './timing.js';

export interface Happening {
    readonly event: number;
    readonly effect: Effect;
    /** The steps of `possible` that it is. */
    readonly completes: readonly boolean[];
}

export function happeningsOf(slice: Slice): Happening[] {
    const { ground: policy, claim } = slice;
    const steps = claim.kind === 'possible' ? claim.steps : [];
    const patterns: readonly EventPattern[] = [...policy.monitors.flatMap(patternsOf), ...steps];
    const seen = new Set(patterns.flatMap((pattern) => pattern.outside ?? []));
    return [...seen]
        .sort((a, b) => a - b)
        .map((event) => {
            const occurrence = { id: -1 as const, outside: event, time: NOW };
            return {
                event,
                effect: effectOf(policy, occurrence),
                completes: steps.map((step) => mustBe(matchesEvent(policy, step, occurrence, 0)))
            };
        });
}
