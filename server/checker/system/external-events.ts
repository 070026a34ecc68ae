/** Events other than calls that the slice can see: outside events at any moment, and the ends of delegations. */
import { stepsOf } from '../questions/parts.js';
import { endOfDelegationTo } from '../../model/events/delegation.js';
import type { Effect } from '../../model/events/effects.js';
import { matchesEvent } from '../../model/events/matching.js';
import { effectOf } from '../../model/events/effects.js';
import type { Arguments, EventPattern, Policy, Reading } from '../../model/policy/policy.js';
import type { OutsideOccurrence } from '../../model/session/session.js';
import type { StaticCondition } from '../../model/conditions/reads.js';
import { mustBe } from '../../model/policy/truth.js';
import type { Act } from '../traces/steps.js';
import { addAtoms, divided, NO_TOOL } from './argument-classes.js';
import { patternsOf } from '../conditions/walk.js';
import { isChosen, readingsIn, realArguments } from '../reductions/environment/chosen.js';
import type { Slice } from '../reductions/slice.js';
import { transitionsOf } from '../reductions/slice.js';
import { NOW } from './timing.js';

export interface ExternalEvent {
    readonly act: Act & { readonly kind: 'happen' | 'return' | 'say' };
    /** The values of the event and the time on the clock. */
    readonly args?: Arguments;
    /** For the end of a delegation, the delegation that must be open. */
    readonly delegation?: number;
    readonly effect: Effect;
    /** The steps of a `possible` that the event completes. */
    readonly completes: readonly boolean[];
}

/** Throws `Undecidable` if the values of an event cannot be divided into classes. */
export function externalEventsOf(slice: Slice): ExternalEvent[] {
    const { ground: policy, question } = slice;
    const steps = stepsOf(question);
    const patterns: readonly EventPattern[] = [
        ...policy.monitors.flatMap(patternsOf),
        ...transitionsOf(policy).map(({ event }) => event),
        ...steps
    ];
    const seen = new Set(patterns.flatMap((pattern) => pattern.outside ?? []));
    const happening = (event: OutsideOccurrence): Pick<ExternalEvent, 'effect' | 'completes'> => ({
        effect: effectOf(policy, event),
        completes: steps.map((step) => mustBe(matchesEvent(policy, step, event, 0)))
    });
    const ordered = [...seen].sort((a, b) => a - b);
    const declared = ordered
        .filter((event) => policy.outsideEvents[event]!.special === undefined)
        .flatMap((event) =>
            distinct(
                slice,
                valuesOf(slice, event, patterns).map((args): ExternalEvent => {
                    const said = realArguments(args);
                    return {
                        act: {
                            kind: 'happen',
                            event,
                            ...(Object.keys(said).length > 0 && { args: said }),
                            ...readOf(args)
                        },
                        args,
                        ...happening({ id: -1, outside: event, time: NOW, args })
                    };
                })
            )
        );
    const said = ordered
        .filter((event) => policy.outsideEvents[event]!.special === 'user says')
        .flatMap((event) =>
            distinct(
                slice,
                valuesOf(slice, event, patterns).map((args): ExternalEvent => ({
                    act: { kind: 'say', request: realArguments(args), ...readOf(args) },
                    args,
                    ...happening({ id: -1, outside: event, time: NOW, args })
                }))
            )
        );
    const returns = (policy.delegations ?? []).flatMap(({ from, to }, delegation): ExternalEvent[] => {
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
    return [...declared, ...said, ...returns];
}

function readOf(args: Arguments): { readonly readings?: readonly Reading[] } {
    const readings = readingsIn(args);
    return readings.length > 0 ? { readings } : {};
}

/**
 * The possible contents of the event, one of each distinguishable kind. Any part may be missing, because no schema
 * checks it.
 */
function valuesOf(slice: Slice, event: number, patterns: readonly EventPattern[]): Arguments[] {
    const { params = [] } = slice.policy.outsideEvents[event]!;
    const loose = params.map((param) => (isChosen(param.name) ? param : { ...param, optional: true }));
    const atoms = new Map<string, StaticCondition>();
    patterns.filter(({ outside }) => outside?.includes(event)).forEach(({ where }) => addAtoms(atoms, where, params));
    transitionsOf(slice.policy)
        .filter(({ event: { outside } }) => outside?.includes(event))
        .forEach(({ when }) => addAtoms(atoms, when, params));
    (slice.policy.assumptions ?? [])
        .filter(({ kind, index }) => kind === 'event' && index === event)
        .forEach(({ when }) => addAtoms(atoms, when, params));
    for (const { name } of params) {
        for (const value of slice.grounding.tracked(slice.policy.tools.length + event, name) ?? []) {
            const [left, right] = [{ term: 'param', name } as const, { term: 'constant', value } as const];
            addAtoms(atoms, { op: 'compare', cmp: '==', left, right }, params);
        }
    }
    return divided(loose, [...atoms.values()], NO_TOOL);
}

/** The event of an act; the end of a delegation has none. */
export function outsideOf({ outsideEvents }: Policy, act: Act): number | undefined {
    return act.kind === 'happen'
        ? act.event
        : act.kind === 'say'
          ? outsideEvents.findIndex(({ special }) => special === 'user says')
          : undefined;
}

/** The events, with only the simplest values where no condition distinguishes the values. */
function distinct(slice: Slice, happenings: readonly ExternalEvent[]): ExternalEvent[] {
    const assumptions = slice.policy.assumptions ?? [];
    const seen = new Set<string>();
    return happenings.filter(({ act, args, effect, completes }) => {
        const isAssumed = assumptions.some(
            ({ kind, index }) => kind === 'event' && act.kind !== 'return' && index === outsideOf(slice.policy, act)
        );
        const key = JSON.stringify([effect, completes, isAssumed && args]);
        return seen.has(key) ? false : Boolean(seen.add(key));
    });
}
