/**
 * Represents time in the search. Conditions only compare the age of a place in the history with a window. So in
 * addition to its packed part, a state stores a zone of those ages. To decide a call, the zone is split by the windows
 * that the decision reads; in each part every age is young or old, and one value represents all of them.
 */
import { cellKinds, cellsOf, decidingTimes, NONE, withoutStale } from '../../model/conditions/within.js';
import { memoryAt } from '../../model/events/effects.js';
import type { Condition, Monitor } from '../../model/policy/policy.js';
import type { Memory, MonitorState } from '../../model/session/session.js';
import type { Entry } from './machine-clocks.js';
import { entriesOf, entryIn, mapEntries } from './machine-clocks.js';
import type { ExploredState } from './codec.js';
import { visitConditions } from '../conditions/walk.js';
import type { Hold, HoldTimes } from './held-call-times.js';
import { NO_HOLDS } from './held-call-times.js';
import type { Slice } from '../reductions/slice.js';
import { Zone } from '../search/zone.js';

/**
 * A time that a state stores for a monitor, for the entry of a mode or for a held call, with the window that the time
 * is compared with. `slot` is the number of the held call; a monitor has one if that call sees it differently.
 */
type Register = { readonly window: number } & (
    | { readonly monitor: number; readonly cell: number; readonly slot?: number; readonly entry?: never }
    | { readonly entry: Entry }
    | { readonly of: 'deadlines' | 'answers'; readonly number: number; readonly slot: number; readonly entry?: never }
);

/** The parts of a state that have times. */
type TimedParts = Pick<ExploredState, 'memory' | 'holds'>;

/** An age that a step of the session relies on. */
export interface Guard {
    readonly register: number;
    readonly window: number;
    readonly young: boolean;
}

/** The origin of a register's time after a step: another register, or the step itself. */
export interface Move {
    readonly register: number;
    readonly source: number | undefined;
}

/** The representative of all zones that are split in the same way. */
export interface StandIn {
    /** The memory, with times that represent those of the part; the current time is `NOW`. */
    readonly memory: Memory;
    /** The held calls, represented in the same way. */
    readonly holds: readonly Hold[];
    /** The register that each of these times represents. */
    readonly holders: ReadonlyMap<number, number>;
}

export interface Part extends StandIn {
    readonly zone: Zone | undefined;
    readonly guards: readonly Guard[];
}

/** A text that is equal for equal guards of parts of one packed state. */
export function textOf(guards: readonly Guard[]): string {
    let text = '';
    for (const { register, young } of guards) {
        text += young ? `${register},` : `-${register},`;
    }
    return text;
}

/** The second of every decision in the search; ages are relative to it. */
export const NOW = 0;

/** A fraction of a second, which distinguishes times without any window noticing. */
const FRACTION = 1 / 4096;

export class Timing {
    private readonly registers: readonly Register[];
    /** For each monitor, the register of each of its cells, or undefined for a cell that is not a time. */
    private readonly registerOf: readonly (readonly (number | undefined)[])[];
    /** The registers of mode entries, whose ages every step reads. */
    private readonly entries: readonly number[];
    /** For each held call, its first register, and the registers of the monitors that it sees differently. */
    private readonly slots: readonly {
        readonly first: number;
        readonly seen: ReadonlyMap<number, readonly (number | undefined)[]>;
    }[];

    /** @param times the parts of held calls that have a time */
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

    /** True if some mode has a time limit. */
    get hasEntries(): boolean {
        return this.entries.length > 0;
    }

    /** The zone at the start; the registers that hold the start are those present in the memory. */
    initialZone(memory: Memory): Zone | undefined {
        return this.isTimed ? Zone.atStart(this.present({ memory, holds: [] })) : undefined;
    }

    /** The registers of a monitor of the search, of the entries of a machine's modes, or of all held calls. */
    registersOf(owner: { readonly monitor: number } | { readonly machine: number } | 'held calls'): number[] {
        const isOf = (register: Register): boolean => {
            if (owner === 'held calls' || 'slot' in register) {
                return owner === 'held calls' && 'slot' in register;
            }
            return register.entry
                ? 'machine' in owner && register.entry.machine === owner.machine
                : 'monitor' in owner && 'monitor' in register && register.monitor === owner.monitor;
        };
        return this.registers.flatMap((register, index) => (isOf(register) ? [index] : []));
    }

    /** The registers that determine if a held call has lapsed, and which answers to it are valid. */
    askedOfHold(slot: number): number[] {
        return this.registers.flatMap((register, index) => ('of' in register && register.slot === slot ? [index] : []));
    }

    /**
     * The same registers and, for each monitor that the held call sees differently, the register of the call's view.
     */
    seenByHold(slot: number, asked: readonly number[]): number[] {
        const own = asked.flatMap((register) => {
            const kept = this.registers[register]!;
            const seen = 'monitor' in kept ? this.slots[slot]?.seen.get(kept.monitor)?.[kept.cell] : undefined;
            return seen === undefined ? [] : [seen];
        });
        return [...asked, ...own];
    }

    /** The registers whose age these conditions read for a call of the agent. */
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

    /**
     * The whole zone as one part.
     *
     * @param known receives the parts of this packed state that were created, by the `textOf` their guards
     */
    whole({ memory, holds }: TimedParts, zone: Zone | undefined, known: Map<string, StandIn> = new Map()): Part {
        return zone
            ? this.partOf(zone, { memory, holds }, [], known)
            : { zone, guards: [], memory, holds, holders: new Map() };
    }

    /** The parts of the zone in each of which the registers are young or old throughout. */
    split(whole: Part, asked: readonly number[], known: Map<string, StandIn> = new Map()): Part[] {
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
        return parts.map((part) => this.partOf(part.zone, { memory, holds }, part.guards, known));
    }

    private partOf(zone: Zone, state: TimedParts, guards: readonly Guard[], known: Map<string, StandIn>): Part {
        const text = textOf(guards);
        let own = known.get(text);
        if (!own) {
            own = this.standInOf(zone, state, guards);
            known.set(text, own);
        }
        return { zone, guards, memory: own.memory, holds: own.holds, holders: own.holders };
    }

    /** Modes whose time is over have already been left. */
    private standInOf(zone: Zone, state: TimedParts, guards: readonly Guard[]): StandIn {
        const standIn = this.standIn(state, guards);
        const holders = new Map<number, number>();
        for (const register of zone.clocks) {
            holders.set(this.timeIn(standIn, register), register);
        }
        const memory = memoryAt(this.slice.ground, standIn.memory, NOW);
        return { memory, holds: standIn.holds, holders };
    }

    private timeIn({ memory, holds }: TimedParts, register: number): number {
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

    /** The registers that are moved by a step that turns the state of a part into `after`. */
    movesTo(after: TimedParts, { zone, holders }: Part): Move[] {
        return zone
            ? this.present(after).map((register) => ({ register, source: holders.get(this.timeIn(after, register)) }))
            : [];
    }

    /** The zone after a step that moves these registers, and drops some of them (`without`). */
    follow(zone: Zone, moves: readonly Move[]): { readonly zone: Zone; readonly gone: readonly number[] } {
        const moved = zone.moved(
            moves.map((move) => move.register),
            moves.map((move) => move.source)
        );
        return this.aged(moved.later());
    }

    /**
     * Drops the ages that are permanently beyond their windows. An entry or time-out stays as long as its mode or hold.
     */
    settled(state: TimedParts, zone: Zone): { zone: Zone } & TimedParts {
        const { zone: aged, gone } = this.aged(zone);
        return { zone: aged, ...this.without(state, gone) };
    }

    private aged(zone: Zone): { readonly zone: Zone; readonly gone: readonly number[] } {
        const windowOf = (register: number): number => this.windowOf(register);
        const young = zone.stillYoung(windowOf);
        const gone = zone.clocks.filter((clock) => !young.includes(clock) && !this.isKept(clock));
        const left = zone.clocks.filter((clock) => !gone.includes(clock));
        return { zone: (gone.length > 0 ? zone.moved(left, left) : zone).extrapolated(windowOf), gone };
    }

    private isKept(clock: number): boolean {
        const { entry, of } = { of: undefined, ...this.registers[clock]! };
        return entry !== undefined || of === 'deadlines';
    }

    /** The number of seconds that the age of a register is compared with. */
    windowOf(register: number): number {
        return this.registers[register]!.window;
    }

    private present(state: TimedParts): number[] {
        return this.registers.flatMap((_, register) => (this.timeIn(state, register) === NONE ? [] : [register]));
    }

    /**
     * Distinct times for all registers that are present: young unless a guard says old. The times of monitors are a
     * little younger than whole seconds, so that a window of zero seconds contains young ones too; a mode lasts at
     * least a second.
     */
    private standIn(state: TimedParts, guards: readonly Guard[]): TimedParts {
        const old = new Set(guards.filter((guard) => !guard.young).map((guard) => guard.register));
        return this.mapTimes(state, (time, register) => {
            const { window, entry } = this.registers[register]!;
            const own = (register + 1) * FRACTION;
            return time === NONE ? NONE : NOW + (entry ? -own : own) - (old.has(register) ? window + 1 : 0);
        });
    }

    /** The state without the times of these registers. */
    without(state: TimedParts, registers: readonly number[]): TimedParts {
        const left =
            registers.length === 0
                ? state
                : this.mapTimes(state, (time, register) => (registers.includes(register) ? NONE : time));
        const isCount = ({ kind, window }: Monitor): boolean => kind === 'count' && window !== undefined;
        if (!this.slice.ground.monitors.some(isCount)) {
            return left;
        }
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

    private mapTimes({ memory, holds }: TimedParts, change: (time: number, register: number) => number): TimedParts {
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
