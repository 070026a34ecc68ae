/**
 * Time in the search. Conditions compare the age of a place in the history with a window and nothing else, so a
 * state keeps, beside its packed part, a zone of those ages. To decide a call, the zone is split by the windows that
 * the decision reads; in each part every age is young or old, and stands for all of them.
 */
import { cellKinds, cellsOf, decidingTimes, NONE, withoutStale } from '../model/cells.js';
import { memoryAt } from '../model/monitors.js';
import type { Condition, Monitor } from '../model/policy.js';
import type { Memory, MonitorState } from '../model/session.js';
import type { Entry } from './clocks.js';
import { entriesOf, entryIn, mapEntries } from './clocks.js';
import type { ExploredState, Hold } from './codec.js';
import { visitConditions } from './conditions.js';
import type { HoldTimes } from './hold-times.js';
import { NO_HOLDS } from './hold-times.js';
import type { Slice } from './slice.js';
import { Zone } from './zone.js';

/**
 * A time that a state keeps, of a monitor, of the entry of a mode or of a held call, and the window it is compared with.
 * `slot`: of the held call with that number; of a monitor, as that call sees it.
 */
type Register = { readonly window: number } & (
    | { readonly monitor: number; readonly cell: number; readonly slot?: number; readonly entry?: never }
    | { readonly entry: Entry }
    | { readonly of: 'deadlines' | 'answers'; readonly number: number; readonly slot: number; readonly entry?: never }
);

/** What of a state has times. */
type Timed = Pick<ExploredState, 'memory' | 'holds'>;

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
    /** The held calls, the same. */
    readonly holds: readonly Hold[];
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
    /** For each held call its first register, and those of the cells of the monitors that it sees otherwise. */
    private readonly slots: readonly {
        readonly first: number;
        readonly seen: ReadonlyMap<number, readonly (number | undefined)[]>;
    }[];

    /** @param times what of held calls has a time */
    constructor(
        private readonly slice: Slice,
        times: HoldTimes = NO_HOLDS
    ) {
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
        this.slots = Array.from({ length: times.slots }, (_, slot) => {
            const first = registers.length;
            for (const of of ['deadlines', 'answers'] as const) {
                times[of].forEach((window, number) => void registers.push({ of, number, slot, window }));
            }
            const seen = [...times.monitors].map((monitor) => {
                const cells = this.registerOf[monitor]!.map((register, cell) =>
                    register === undefined
                        ? undefined
                        : registers.push({ monitor, cell, slot, window: registers[register]!.window }) - 1
                );
                return [monitor, cells] as const;
            });
            return { first, seen: new Map(seen) };
        });
        this.registers = registers;
    }

    get isTimed(): boolean {
        return this.registers.length > 0;
    }

    /** Some mode lasts a time. */
    get hasEntries(): boolean {
        return this.entries.length > 0;
    }

    /** The zone of the start, whose registers that hold the start are the ones present in the memory. */
    initialZone(memory: Memory): Zone | undefined {
        return this.isTimed ? Zone.atStart(this.present({ memory, holds: [] })) : undefined;
    }

    /** The registers that say whether a held call has lapsed, and which answers to it are good. */
    askedOfHold(slot: number): number[] {
        return this.registers.flatMap((register, index) => ('of' in register && register.slot === slot ? [index] : []));
    }

    /** The same registers, and besides each of a monitor that the held call sees otherwise the one of what it sees. */
    seenByHold(slot: number, asked: readonly number[]): number[] {
        const own = asked.flatMap((register) => {
            const kept = this.registers[register]!;
            const seen = 'monitor' in kept ? this.slots[slot]?.seen.get(kept.monitor)?.[kept.cell] : undefined;
            return seen === undefined ? [] : [seen];
        });
        return [...asked, ...own];
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
    whole({ memory, holds }: Timed, zone: Zone | undefined): Part {
        return zone
            ? this.partOf(zone, { memory, holds }, [])
            : { zone, guards: [], memory, holds, holders: new Map() };
    }

    /** The zone split so that each of the registers is young or old throughout a part. */
    split(whole: Part, asked: readonly number[]): Part[] {
        const { zone, memory, holds } = whole;
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
        return parts.map((part) => this.partOf(part.zone, { memory, holds }, part.guards));
    }

    /** Modes whose time is over have been left. */
    private partOf(zone: Zone, state: Timed, guards: readonly Guard[]): Part {
        const standIn = this.standIn(state, guards);
        const holders = new Map<number, number>();
        for (const register of zone.clocks) {
            holders.set(this.timeIn(standIn, register), register);
        }
        const memory = memoryAt(this.slice.ground, standIn.memory, NOW);
        return { zone, guards, memory, holds: standIn.holds, holders };
    }

    private timeIn({ memory, holds }: Timed, register: number): number {
        const kept = this.registers[register]!;
        if (kept.entry) {
            return entryIn(memory, kept.entry) ?? NONE;
        }
        const hold = kept.slot === undefined ? undefined : holds[kept.slot];
        if (kept.slot !== undefined && !hold) {
            return NONE;
        }
        return 'of' in kept ? hold![kept.of][kept.number]! : (hold?.view ?? memory).monitors[kept.monitor]![kept.cell]!;
    }

    /** The zone after a step that made `after` of the state of a part, and the registers that it moved. */
    follow(part: Part, after: Timed): { zone: Zone | undefined; moves: Move[] } & Timed {
        if (!part.zone) {
            return { zone: undefined, moves: [], ...after };
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
        const settled = this.settled(after, moved);
        return { ...settled, moves };
    }

    /** Without the ages that are beyond their windows for good; an entry or time-out stays as long as its mode or hold. */
    settled(state: Timed, zone: Zone): { zone: Zone } & Timed {
        const windowOf = (register: number): number => this.windowOf(register);
        const isYoung = new Set(zone.stillYoung(windowOf));
        const young = zone.clocks.filter((clock) => isYoung.has(clock) || this.isKept(clock));
        return {
            zone: zone.moved(young, young).extrapolated(windowOf),
            ...this.without(
                state,
                zone.clocks.filter((clock) => !young.includes(clock))
            )
        };
    }

    private isKept(clock: number): boolean {
        const { entry, of } = { of: undefined, ...this.registers[clock]! };
        return entry !== undefined || of === 'deadlines';
    }

    /** What the age of a register is compared with, in seconds. */
    windowOf(register: number): number {
        return this.registers[register]!.window;
    }

    private present(state: Timed): number[] {
        return this.registers.flatMap((_, register) => (this.timeIn(state, register) === NONE ? [] : [register]));
    }

    /**
     * Times of their own for all registers that are there: young unless a guard says old. Those of monitors are a little
     * younger than whole seconds, so that a window of no seconds has young ones too; a mode lasts a second at least.
     */
    private standIn(state: Timed, guards: readonly Guard[]): Timed {
        const old = new Set(guards.filter((guard) => !guard.young).map((guard) => guard.register));
        return this.mapTimes(state, (time, register) => {
            const { window, entry } = this.registers[register]!;
            const own = (register + 1) * FRACTION;
            return time === NONE ? NONE : NOW + (entry ? -own : own) - (old.has(register) ? window + 1 : 0);
        });
    }

    private without(state: Timed, registers: readonly number[]): Timed {
        const left = this.mapTimes(state, (time, register) => (registers.includes(register) ? NONE : time));
        const isCount = ({ kind, window }: Monitor): boolean => kind === 'count' && window !== undefined;
        const compact = (memory: Memory): Memory => ({
            ...memory,
            monitors: memory.monitors.map((cells, monitor) =>
                isCount(this.slice.ground.monitors[monitor]!) && cells.length > 0 ? withoutStale(cells) : cells
            )
        });
        return {
            memory: compact(left.memory),
            holds: left.holds.map((hold) => ({ ...hold, view: compact(hold.view) }))
        };
    }

    private registerFor({ machine, group, mode, number }: Entry): number {
        return this.registers.findIndex(
            ({ entry }) =>
                entry?.machine === machine && entry.group === group && entry.mode === mode && entry.number === number
        );
    }

    private mapTimes({ memory, holds }: Timed, change: (time: number, register: number) => number): Timed {
        const mapCells = (
            { monitors }: Memory,
            registersOf: (monitor: number) => readonly (number | undefined)[]
        ): MonitorState[] =>
            monitors.map((cells, monitor) => {
                const registers = registersOf(monitor);
                return cells.map((value, cell) => {
                    const register = registers[cell];
                    return register === undefined ? value : change(value, register);
                });
            });
        return {
            memory: {
                ...memory,
                monitors: mapCells(memory, (monitor) => this.registerOf[monitor]!),
                ...mapEntries(this.slice.ground, memory, (since, entry) => change(since, this.registerFor(entry)))
            },
            holds: holds.map((hold, slot): Hold => {
                const { first, seen } = this.slots[slot] ?? { first: undefined, seen: undefined };
                return first === undefined
                    ? hold
                    : {
                          ...hold,
                          deadlines: hold.deadlines.map((time, number) => change(time, first + number)),
                          answers: hold.answers.map((time, number) =>
                              change(time, first + hold.deadlines.length + number)
                          ),
                          view: { ...hold.view, monitors: mapCells(hold.view, (monitor) => seen.get(monitor) ?? []) }
                      };
            })
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
