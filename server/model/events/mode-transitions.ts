/** Moves machines from mode to mode (M18): by events, and by the passing of time. */
import { evaluate } from '../conditions/evaluate.js';
import { distinct, lapsesOf, placesAt } from '../memory/modes.js';
import type { Condition, EventPattern, Policy, Transition } from '../policy/policy.js';
import type { CallEvent, HistoryEvent, MachineState, Memory, Place } from '../memory/memory.js';
import { situationAt } from '../conditions/inputs.js';
import { type Truth, and, FALSE, mayBe, mustBe, TRUE, UNKNOWN } from '../policy/truth.js';

/** A transition that an event takes or may take, from the modes that it leaves. */
export interface Move {
    readonly machine: number;
    /** The agent whose machine it is, if the machine is per agent; undefined if it belongs to everyone. */
    readonly agent?: number;
    readonly from?: number;
    readonly to: number;
    readonly value: Truth;
    /** A condition on the history, with the event for which it is evaluated. */
    readonly when?: { readonly condition: Condition; readonly event: HistoryEvent };
}

/** @param matches the truth value of the event matching the pattern */
export function movesOf(policy: Policy, event: HistoryEvent, matches: (pattern: EventPattern) => Truth): Move[] {
    if (event.outside !== undefined && policy.outsideEvents[event.outside]!.special === 'entered') {
        return [];
    }
    const agent = event.outside === undefined ? event.call.agent : event.agent;
    return (policy.machines ?? []).flatMap((machine, index) =>
        machine.transitions.flatMap((transition): Move[] => {
            const value = fires(transition, event, matches);
            return mayBe(value)
                ? [
                      {
                          machine: index,
                          ...(agent !== undefined && { agent }),
                          ...(transition.from !== undefined && { from: transition.from }),
                          to: transition.to,
                          value,
                          ...(transition.when.op !== 'constant' && { when: { condition: transition.when, event } })
                      }
                  ]
                : [];
        })
    );
}

/**
 * True if the transition fires. An approved call fires when it is released; its outcome is unknown while it is running.
 */
function fires(transition: Transition, event: HistoryEvent, matches: (pattern: EventPattern) => Truth): Truth {
    const pattern = transition.event;
    const always = transition.when.op === 'constant' ? transition.when.value : TRUE;
    if (event.outside !== undefined) {
        return and(always, matches(pattern));
    }
    if (pattern.status === 'approved') {
        return event.released && isApproved(pattern, event)
            ? and(always, matches({ ...pattern, status: 'released' }))
            : FALSE;
    }
    const runs = event.supposed === true || event.outcome === undefined;
    return event.released && runs && (pattern.status === 'succeeded' || pattern.status === 'failed')
        ? and(and(always, UNKNOWN), matches({ ...pattern, status: 'released' }))
        : and(always, matches(pattern));
}

function isApproved({ humans }: EventPattern, event: CallEvent): boolean {
    return event.approvers?.some((human) => humans?.includes(human) ?? true) ?? false;
}

/** A machine that enters, or may enter, a mode. */
export interface ModeEntry {
    readonly machine: number;
    readonly mode: number;
    readonly agent?: number;
    readonly value: Truth;
    readonly time: number;
}

export interface MachineMove {
    readonly machines: NonNullable<Memory['machines']>;
    readonly entered: readonly ModeEntry[];
}

/** The machines after time alone: the modes whose time is over by then have been left. Undefined if there are none. */
export function lapse(policy: Policy, memory: Memory, time: number): MachineMove | undefined {
    const entered: ModeEntry[] = [];
    const machines = memory.machines?.map((groups, machine) =>
        groups.map((places, group) => {
            const declared = policy.machines![machine]!;
            const value = places.length === 1 ? TRUE : UNKNOWN;
            const agent = declared.perAgent ? { agent: group } : {};
            for (const { to } of lapsesOf(declared, places, time)) {
                entered.push({ machine, mode: to.mode, ...agent, value, time: to.since });
            }
            return placesAt(declared, places, time);
        })
    );
    return machines && entered.length > 0 ? { machines, entered: entered.sort((a, b) => a.time - b.time) } : undefined;
}

/**
 * The machines after an event. If two transitions of one machine conflict, which the validation reports, each of them
 * may have been taken.
 */
export function move(policy: Policy, memory: Memory, moves: readonly Move[], time: number): MachineMove {
    const entered: ModeEntry[] = [];
    const machines = memory.machines!.map((groups, machine) => {
        const taken = moves.filter((one) => one.machine === machine);
        return taken.length === 0
            ? groups
            : groups.map((places, group) => {
                  const { perAgent } = policy.machines![machine]!;
                  const own = perAgent ? taken.filter(({ agent = group }) => agent === group) : taken;
                  const asked = own.map((one) => ({ ...one, value: valueOf(policy, memory, one, group, time) }));
                  const mover = perAgent ? group : taken[0]!.agent;
                  for (const [mode, value] of entriesOf(places, asked)) {
                      entered.push({ machine, mode, ...(mover !== undefined && { agent: mover }), value, time });
                  }
                  return distinct(places.flatMap((place) => nextOf(place, asked, time)));
              });
    });
    return { machines, entered };
}

/** @param group the agent whose machine it is, which an event from outside moves without a caller; 0 for a shared machine */
function valueOf(policy: Policy, memory: Memory, { value, when }: Move, group: number, time: number): Truth {
    if (!when) {
        return value;
    }
    const { condition, event } = when;
    const asked = situationAt(event, memory);
    const call = event.outside === undefined ? asked.call : { ...asked.call, agent: event.agent ?? group };
    return and(value, evaluate(policy, condition, { ...asked, call, time }));
}

function leaves(place: Place, moves: readonly Move[]): Move[] {
    return moves.filter(({ from, value }) => (from === undefined || from === place.mode) && mayBe(value));
}

function nextOf(place: Place, moves: readonly Move[], time: number): MachineState {
    const left = leaves(place, moves);
    const targets = left.map(({ to }) => ({ mode: to, since: time }));
    return left.some(({ value }) => mustBe(value)) ? targets : [place, ...targets];
}

/** The modes that are entered. A mode is certainly entered if every possibility leads there. */
function entriesOf(places: MachineState, moves: readonly Move[]): Map<number, Truth> {
    const ways = places.map((place) => leaves(place, moves));
    const modes = new Set(ways.flat().map(({ to }) => to));
    return new Map(
        [...modes].map((mode) => [
            mode,
            ways.every((left) => left.every(({ to }) => to === mode) && left.some(({ value }) => mustBe(value)))
                ? TRUE
                : UNKNOWN
        ])
    );
}
