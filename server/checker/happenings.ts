/** Events that are no calls and that the slice can see: those from outside at any moment, the end of what is delegated. */
import { endOfDelegationTo } from '../model/delegation.js';
import type { Effect } from '../model/monitors.js';
import { matchesEvent } from '../model/matching.js';
import { effectOf } from '../model/monitors.js';
import type { EventPattern } from '../model/policy.js';
import type { OutsideOccurrence } from '../model/session.js';
import { mustBe } from '../model/truth.js';
import type { Act } from './acts.js';
import { patternsOf } from './conditions.js';
import type { Slice } from './slice.js';
import { transitionsOf } from './slice.js';
import { NOW } from './timing.js';

export interface Happening {
    readonly act: Act & { readonly kind: 'happen' | 'return' };
    /** The delegation that must be open, of its end. */
    readonly delegation?: number;
    readonly effect: Effect;
    /** The steps of `possible` that it is. */
    readonly completes: readonly boolean[];
}

export function happeningsOf(slice: Slice): Happening[] {
    const { ground: policy, claim } = slice;
    const steps = claim.kind === 'possible' ? claim.steps : [];
    const patterns: readonly EventPattern[] = [
        ...policy.monitors.flatMap(patternsOf),
        ...transitionsOf(policy).map(({ event }) => event),
        ...steps
    ];
    const seen = new Set(patterns.flatMap((pattern) => pattern.outside ?? []));
    const happening = (event: OutsideOccurrence): Pick<Happening, 'effect' | 'completes'> => ({
        effect: effectOf(policy, event),
        completes: steps.map((step) => mustBe(matchesEvent(policy, step, event, 0)))
    });
    const declared = [...seen]
        .filter((event) => policy.outsideEvents[event]!.special === undefined)
        .sort((a, b) => a - b)
        .map((event): Happening => ({
            act: { kind: 'happen', event },
            ...happening({ id: -1, outside: event, time: NOW })
        }));
    const returns = (policy.delegations ?? []).flatMap(({ from, to }, delegation): Happening[] => {
        const event = endOfDelegationTo(policy, to)!;
        return slice.tools.some((tool) => policy.tools[tool]!.delegatesTo === to)
            ? [
                  {
                      act: { kind: 'return', agent: to, to: from },
                      delegation,
                      ...happening({ id: -1, outside: event, time: NOW, agent: from })
                  }
              ]
            : [];
    });
    return [...declared, ...returns];
}
