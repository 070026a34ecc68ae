/** Computes modes (M18): the modes that a machine may be in at a time, and what the rules of a mode grant. */
import type { Machine, Policy } from '../policy/policy.js';
import type { MachineState, Memory, Place } from './memory.js';
import { type Truth, FALSE, TRUE, UNKNOWN } from '../policy/truth.js';

/**
 * The machines in their initial modes.
 * @param began the second at which they enter these modes
 */
export function initialMachines(policy: Policy, began: number): Pick<Memory, 'machines'> {
    const machines = (policy.machines ?? []).map((machine) => {
        const start: MachineState = [{ mode: machine.initial, since: began }];
        return machine.perAgent ? policy.agents.map(() => start) : [start];
    });
    return machines.length > 0 ? { machines } : {};
}

/** The modes that an agent's machine may be in at a given time. */
export function placesOf(
    policy: Pick<Policy, 'machines'>,
    memory: Memory,
    machine: number,
    agent: number,
    time: number
): MachineState {
    const declared = policy.machines![machine]!;
    const places = memory.machines![machine]![declared.perAgent ? agent : 0]!;
    return placesAt(declared, places, time);
}

/** True if an agent's machine is in the mode; unknown if it may also be in another mode. */
export function isInMode(
    policy: Pick<Policy, 'machines'>,
    memory: Memory,
    { machine, mode }: { readonly machine: number; readonly mode: number },
    agent: number,
    time: number
): Truth {
    if (!memory.machines) {
        return UNKNOWN;
    }
    const values = placesOf(policy, memory, machine, agent, time).map((place) => place.mode === mode);
    return values.every(Boolean) ? TRUE : values.some(Boolean) ? UNKNOWN : FALSE;
}

/** A mode that was left because its time was over, and the mode that follows. */
export interface Lapse {
    readonly from: Place;
    readonly to: Place;
}

/** The machine at a given time: the modes whose time is over have been left, each in the second after its last. */
export function placesAt(machine: Machine, places: MachineState, time: number): MachineState {
    return places.every((place) => !lapseOf(machine, place, time))
        ? places
        : distinct(places.map((place) => lastOf(machine, place, time)));
}

/** Every mode that was left up to a given time because its own time was over, in order. */
export function lapsesOf(machine: Machine, places: MachineState, time: number): Lapse[] {
    const found = places.flatMap((place) => {
        const lapses: Lapse[] = [];
        for (let lapse = lapseOf(machine, place, time); lapse; lapse = lapseOf(machine, lapse.to, time)) {
            lapses.push(lapse);
        }
        return lapses;
    });
    return found.sort((a, b) => a.to.since - b.to.since);
}

/** The lapse of a mode: `for D` includes the moment at which the age is exactly D. */
function lapseOf(machine: Machine, place: Place, time: number): Lapse | undefined {
    const { lasts } = machine.modes[place.mode]!;
    return lasts && time - place.since > lasts.seconds
        ? { from: place, to: { mode: lasts.returnTo, since: place.since + lasts.seconds + 1 } }
        : undefined;
}

function lastOf(machine: Machine, start: Place, time: number): Place {
    let place = start;
    for (let lapse = lapseOf(machine, place, time); lapse; lapse = lapseOf(machine, place, time)) {
        place = lapse.to;
    }
    return place;
}

/** The same places without duplicates, in one fixed order, so that equal states are equal data. */
export function distinct(places: readonly Place[]): MachineState {
    return places
        .filter(
            (place, index) =>
                places.findIndex((other) => other.mode === place.mode && other.since === place.since) === index
        )
        .sort((a, b) => a.mode - b.mode || a.since - b.since);
}
