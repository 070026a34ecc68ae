/**
 * Time in the search. Conditions compare the age of a place in the history with a window and nothing else, so a
 * state keeps, beside its packed part, a zone of those ages. To decide a call, the zone is split by the windows that
 * the decision reads; in each part every age is young or old, and stands for all of them.
 */
import { cellKinds, cellsOf, decidingTimes, NONE, withoutStale } from '../model/cells.js';
import { memoryAt } from '../model/monitors.js';
import type { Condition, Monitor } from '../model/policy.js';
import type { Memory } from '../model/session.js';
import type { Entry } from './clocks.js';
import { entriesOf, entryIn, mapEntries } from './clocks.js';
import { visitConditions } from './conditions.js';
import type { Slice } from './slice.js';
import { Zone } from './zone.js';

/** A time that the memory keeps, of a monitor or of the entry of a mode, and the window it is compared with. */
type Register = { readonly window: number } & (
    { readonly monitor: number; readonly cell: number; readonly entry?: never } | { readonly entry: Entry }
);

/** An age that a step of the session relies on. */
export interface Guard {
    readonly register: number;
    readonly window: number;
    readonly young: boolean;
}

/** Where a register has its time from after a step: another register, or the step itself. */
export interface Move {
    readonly register: number;
    readonly source: number | undefined;
}

export interface Part {
    readonly zone: Zone | undefined;
    readonly guards: readonly Guard[];
    /** The memory with times that stand for those of the part; the time now is `NOW`. */
    readonly memory: Memory;
    /** The register that each of these times stands for. */
    readonly holders: ReadonlyMap<number, number>;
}

/** The second of every decision in the search; ages are relative to it. */
export const NOW = 0;

/** Times are told apart by fractions of a second, which no window sees. */
const FRACTION = 1 / 4096;

export class Timing {
    private readonly registers: readonly Register[];
    /** For each monitor the register of each of its cells, or undefined for a cell that is no time. */
    private readonly registerOf: readonly (readonly (number | undefined)[])[];
    /** The registers of entries: every step asks for their ages. */
    private readonly entries: readonly number[];

    constructor(private readonly slice: Slice) {
        const registers: Register[] = [];
        this.registerOf = slice.ground.monitors.map((monitor, index) => {
            const kinds = cellKinds(monitor);
            const groups = monitor.perAgent ? slice.ground.agents.length : 1;
            return Array.from({ length: groups }, () => kinds).flatMap((group, groupIndex) =>
                group.map((kind, offset) => {
                    if (kind !== 'time') {
                        return undefined;
                    }
                    const cell = groupIndex * kinds.length + offset;
                    return registers.push({ monitor: index, cell, window: monitor.window! }) - 1;
                })
            );
        });
        this.entries = entriesOf(slice.ground, slice.reach.machines).map((entry) => {
            const { lasts } = slice.ground.machines![entry.machine]!.modes[entry.mode]!;
            return registers.push({ entry, window: lasts!.seconds }) - 1;
        });
        this.registers = registers;
    }

    get isTimed(): boolean {
        return this.registers.length > 0;
    }

    /** The zone of the start, whose registers that hold the start are the ones present in the memory. */
    initialZone(memory: Memory): Zone | undefined {
        return this.isTimed ? Zone.atStart(this.present(memory)) : undefined;
    }

    /** The registers whose age these conditions ask of a call of the agent. */
    asked(conditions: readonly Condition[], agent: number): number[] {
        const found = new Set<number>();
        for (const condition of conditions) {
            visitConditions(condition, (part) => {
                if (part.op !== 'monitor' && part.op !== 'count') {
                    return;
                }
                const monitor = this.slice.ground.monitors[part.monitor]!;
                if (monitor.window !== undefined) {
                    const from = monitor.perAgent ? agent * cellsOf(monitor) : 0;
                    for (const offset of decidingTimes(monitor)) {
                        found.add(this.registerOf[part.monitor]![from + offset]!);
                    }
                }
            });
        }
        return [...found].sort((a, b) => a - b);
    }

    /** The whole zone, with nothing asked of it. */
    whole(memory: Memory, zone: Zone | undefined): Part {
        return zone ? this.partOf(zone, memory, []) : { zone, guards: [], memory, holders: new Map() };
    }

    /** The zone split so that each of the registers is young or old throughout a part. */
    split(whole: Part, asked: readonly number[]): Part[] {
        const { zone, memory } = whole;
        const clocks = zone ? [...asked, ...this.entries].filter((candidate) => zone.clocks.includes(candidate)) : [];
        if (!zone || clocks.length === 0) {
            return [whole];
        }
        let parts: { zone: Zone; guards: Guard[] }[] = [{ zone, guards: [] }];
        for (const register of clocks) {
            const { window } = this.registers[register]!;
            parts = parts.flatMap((part) =>
                [true, false].flatMap((young) => {
                    const restricted = part.zone.restricted(register, window, young);
                    return restricted
                        ? [{ zone: restricted, guards: [...part.guards, { register, window, young }] }]
                        : [];
                })
            );
        }
        return parts.map((part) => this.partOf(part.zone, memory, part.guards));
    }

    /** Modes whose time is over have been left. */
    private partOf(zone: Zone, memory: Memory, guards: readonly Guard[]): Part {
        const standIn = this.standIn(memory, guards);
        const holders = new Map<number, number>();
        for (const register of zone.clocks) {
            holders.set(this.timeIn(standIn, register), register);
        }
        return { zone, guards, memory: memoryAt(this.slice.ground, standIn, NOW), holders };
    }

    private timeIn(memory: Memory, register: number): number {
        const kept = this.registers[register]!;
        return kept.entry ? (entryIn(memory, kept.entry) ?? NONE) : memory.monitors[kept.monitor]![kept.cell]!;
    }

    /** The zone after a step that made `after` of the memory of a part, and the registers that it moved. */
    follow(part: Part, after: Memory): { zone: Zone | undefined; moves: Move[]; memory: Memory } {
        if (!part.zone) {
            return { zone: undefined, moves: [], memory: after };
        }
        const moves = this.present(after).map((register): Move => ({
            register,
            source: part.holders.get(this.timeIn(after, register))
        }));
        const clocks = moves.map((move) => move.register);
        const moved = part.zone
            .moved(
                clocks,
                moves.map((move) => move.source)
            )
            .later();
        const { zone, memory } = this.settled(after, moved);
        return { zone, moves, memory };
    }

    /** Without the ages that are beyond their windows for good; an entry stays until its mode is left. */
    settled(memory: Memory, zone: Zone): { zone: Zone; memory: Memory } {
        const windowOf = (register: number): number => this.windowOf(register);
        const isYoung = new Set(zone.stillYoung(windowOf));
        const young = zone.clocks.filter((clock) => isYoung.has(clock) || this.entries.includes(clock));
        return {
            zone: zone.moved(young, young).extrapolated(windowOf),
            memory: this.without(
                memory,
                zone.clocks.filter((clock) => !young.includes(clock))
            )
        };
    }

    /** What the age of a register is compared with, in seconds. */
    windowOf(register: number): number {
        return this.registers[register]!.window;
    }

    private present(memory: Memory): number[] {
        return this.registers.flatMap((_, register) => (this.timeIn(memory, register) === NONE ? [] : [register]));
    }

    /**
     * Times of their own for all registers that are there: young unless a guard says old. Those of monitors are a little
     * younger than whole seconds, so that a window of no seconds has young ones too; a mode lasts a second at least.
     */
    private standIn(memory: Memory, guards: readonly Guard[]): Memory {
        const old = new Set(guards.filter((guard) => !guard.young).map((guard) => guard.register));
        return this.mapTimes(memory, (time, register) => {
            const { window, entry } = this.registers[register]!;
            const own = (register + 1) * FRACTION;
            return time === NONE ? NONE : NOW + (entry ? -own : own) - (old.has(register) ? window + 1 : 0);
        });
    }

    private without(memory: Memory, registers: readonly number[]): Memory {
        const left = this.mapTimes(memory, (time, register) => (registers.includes(register) ? NONE : time));
        const isCount = ({ kind, window }: Monitor): boolean => kind === 'count' && window !== undefined;
        return {
            ...left,
            monitors: left.monitors.map((cells, monitor) =>
                isCount(this.slice.ground.monitors[monitor]!) ? withoutStale(cells) : cells
            )
        };
    }

    private registerFor({ machine, group, mode, number }: Entry): number {
        return this.registers.findIndex(
            ({ entry }) =>
                entry?.machine === machine && entry.group === group && entry.mode === mode && entry.number === number
        );
    }

    private mapTimes(memory: Memory, change: (time: number, register: number) => number): Memory {
        return {
            ...memory,
            monitors: memory.monitors.map((cells, monitor) =>
                cells.map((value, cell) => {
                    const register = this.registerOf[monitor]![cell];
                    return register === undefined ? value : change(value, register);
                })
            ),
            ...mapEntries(this.slice.ground, memory, (since, entry) => change(since, this.registerFor(entry)))
        };
    }
}

/** A step as the schedule sees it: what it relies on, and what it moves. */
export interface TimedStep {
    readonly guards: readonly Guard[];
    readonly moves: readonly Move[];
}

/** The second of `to` is at least that of `from` and so many more: 0 is the start of the session, k the k-th step, the next the end. */
interface Constraint {
    readonly from: number;
    readonly to: number;
    readonly least: number;
}

/**
 * The earliest seconds at which the steps can happen: the least solution of the difference constraints along the
 * session (Bellman 1958), which is least for every step at once. The last one is that of the end, at which the ages are in
 * the zone, if one is given.
 */
export function schedule(steps: readonly TimedStep[], last?: Zone): number[] {
    const constraints = constraintsOf(steps, last);
    const end = steps.length + 1;
    const times = Array<number>(end + 1).fill(0);
    for (let round = 0, changed = true; changed && round <= end + 1; round++) {
        changed = false;
        for (const { from, to, least } of constraints) {
            if (times[to]! < times[from]! + least) {
                times[to] = times[from]! + least;
                changed = true;
            }
        }
    }
    return times.slice(1);
}

/** What the ages that the steps rely on, and those at the end, say of the seconds of the steps. */
export function constraintsOf(steps: readonly TimedStep[], last?: Zone): Constraint[] {
    const constraints: Constraint[] = [];
    let holder = new Map<number, number>();
    steps.forEach(({ guards, moves }, index) => {
        const step = index + 1;
        constraints.push({ from: step - 1, to: step, least: 0 });
        for (const { register, window, young } of guards) {
            const source = holder.get(register) ?? 0;
            constraints.push(
                young ? { from: step, to: source, least: -window } : { from: source, to: step, least: window + 1 }
            );
        }
        const before = holder;
        holder = new Map(
            moves.map(({ register, source }) => [register, source === undefined ? step : (before.get(source) ?? 0)])
        );
    });
    const end = steps.length + 1;
    constraints.push({ from: end - 1, to: end, least: 0 });
    const placeOf = (register: number | undefined): number =>
        register === undefined ? end : (holder.get(register) ?? 0);
    for (const { of, to, most } of last?.differences() ?? []) {
        constraints.push({ from: placeOf(to), to: placeOf(of), least: -most });
    }
    return constraints;
}
