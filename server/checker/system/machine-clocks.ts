/**
 * The representation of machines in the search: for each mode, whether the machine may be in it, and for a mode with a
 * time limit, the places at which it may have been entered, each with a clock. The latest has number 0.
 */
import type { Machine, Policy } from '../../model/policy/policy.js';
import type { MachineState, Memory, Place } from '../../model/session/session.js';
import { limitOf } from '../limits/limits.js';

/** The features of a machine that the finite system does not represent, as a noun phrase. */
export function reachesBeyond(policy: Policy, index: number): string | undefined {
    const machine = policy.machines![index]!;
    const timed = machine.modes.flatMap(({ lasts }) => (lasts ? [lasts] : []));
    if (timed.some(({ returnTo }) => machine.modes[returnTo]!.lasts)) {
        return 'modes that end after a time in other modes that do';
    }
    if (timed.some(({ seconds }) => seconds < 1)) {
        return 'modes that last no time';
    }
    const ends = new Set(timed.map(({ returnTo }) => returnTo));
    const isEnd = (event: number): boolean => {
        const { mode } = policy.outsideEvents[event]!;
        return mode !== undefined && mode.machine === index && ends.has(mode.mode);
    };
    const asksWhen = policy.monitors.some(
        ({ window, event, from }) =>
            window !== undefined && [event, from].some((pattern) => pattern?.outside?.some(isEnd))
    );
    return asksWhen ? 'how long ago the time of a mode ended' : undefined;
}

/** The places where a mode with a time limit was entered. */
export interface Entry {
    readonly machine: number;
    /** The number of the machine's state: there is one for each agent if the machine is per agent. */
    readonly group: number;
    readonly mode: number;
    readonly number: number;
}

/** All entries that the search can store, for the machines that matter. */
export function entriesOf(policy: Policy, machines: ReadonlySet<number>): Entry[] {
    return (policy.machines ?? []).flatMap((machine, index) =>
        machines.has(index)
            ? groupsOf(policy, machine).flatMap((group) =>
                  machine.modes.flatMap(({ lasts }, mode) =>
                      lasts
                          ? Array.from({ length: limitOf('modeEntries') }, (_, number) => ({
                                machine: index,
                                group,
                                mode,
                                number
                            }))
                          : []
                  )
              )
            : []
    );
}

/** The second of an entry; undefined if there is no entry with that number. */
export function entryIn(memory: Memory, { machine, group, mode, number }: Entry): number | undefined {
    const entered = memory.machines![machine]![group]!.filter((place) => place.mode === mode);
    return entered[entered.length - 1 - number]?.since;
}

/** True if there are more entries of one mode than the search stores. */
export function hasTooManyEntries(policy: Policy, memory: Memory): boolean {
    return (memory.machines ?? []).some((groups, machine) =>
        groups.some((places) =>
            policy.machines![machine]!.modes.some(
                ({ lasts }, mode) =>
                    lasts && places.filter((place) => place.mode === mode).length > limitOf('modeEntries')
            )
        )
    );
}

/** The machine with the same entries at other seconds. For modes without a time limit, the seconds do not matter. */
export function mapEntries(
    policy: Policy,
    memory: Memory,
    change: (since: number, entry: Entry) => number
): Pick<Memory, 'machines'> {
    if (!memory.machines) {
        return {};
    }
    return {
        machines: memory.machines.map((groups, machine) =>
            groups.map((places, group) =>
                places.map(({ mode, since }, index) => {
                    const later = places.slice(index + 1).filter((place) => place.mode === mode).length;
                    const { lasts } = policy.machines![machine]!.modes[mode]!;
                    return { mode, since: lasts ? change(since, { machine, group, mode, number: later }) : 0 };
                })
            )
        )
    };
}

/** The number of bits for the state of each machine. */
export function machineBits(policy: Policy, machines: ReadonlySet<number>): number {
    return (policy.machines ?? []).reduce(
        (bits, machine, index) =>
            machines.has(index) ? bits + groupsOf(policy, machine).length * slotsOf(machine).length : bits,
        0
    );
}

export function packMachines(policy: Policy, machines: ReadonlySet<number>, memory: Memory): number[] {
    return (policy.machines ?? []).flatMap((machine, index) =>
        machines.has(index)
            ? memory.machines![index]!.flatMap((places) =>
                  slotsOf(machine).map(({ mode, number }) =>
                      places.filter((place) => place.mode === mode).length > number ? 1 : 0
                  )
              )
            : []
    );
}

/** The machines from packed bits. A machine that does not matter stays in its initial state. */
export function unpackMachines(
    policy: Policy,
    machines: ReadonlySet<number>,
    bits: readonly number[]
): Pick<Memory, 'machines'> {
    if (!policy.machines) {
        return {};
    }
    let at = 0;
    return {
        machines: policy.machines.map((machine, index) =>
            groupsOf(policy, machine).map((): MachineState => {
                if (!machines.has(index)) {
                    return [{ mode: machine.initial, since: 0 }];
                }
                const slots = slotsOf(machine);
                const own = bits.slice(at, (at += slots.length));
                return slots.flatMap(({ mode }, slot): Place[] => (own[slot] ? [{ mode, since: 0 }] : []));
            })
        )
    };
}

interface Slot {
    readonly mode: number;
    readonly number: number;
}

function slotsOf(machine: Machine): Slot[] {
    return machine.modes.flatMap(({ lasts }, mode) =>
        Array.from({ length: lasts ? limitOf('modeEntries') : 1 }, (_, number) => ({ mode, number }))
    );
}

function groupsOf(policy: Policy, machine: Machine): number[] {
    return machine.perAgent ? policy.agents.map((_, agent) => agent) : [0];
}
