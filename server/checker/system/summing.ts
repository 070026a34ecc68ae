/**
 * Represents sums in the search like ages (`timing.ts`): in addition to its packed part, a state stores a zone of the
 * possible totals. To decide a call, the zone is split by the numbers that the decision compares them with; in each
 * part, one value represents all. Each sum has two ends: what certainly succeeded, and what may have (M3).
 */
import type { Effect } from '../../model/events/effects.js';
import type { Comparator, Condition } from '../../model/policy/policy.js';
import type { Memory } from '../../model/session/session.js';
import { FALSE, TRUE } from '../../model/policy/truth.js';
import { visitConditions } from '../conditions/walk.js';
import type { Slice } from '../reductions/slice.js';
import { Zone } from '../search/zone.js';
import { endsAsked } from '../totals/ends.js';
import type { AmountRange } from '../totals/ranges.js';
import { isSum } from '../conditions/sum-monitor.js';
import type { Inclusion, Shift } from '../totals/sum-zone.js';
import { leastOf, loosened, nothingAdded, withShifted } from '../totals/sum-zone.js';

/** A number that one end of a sum is compared with: the end is at most this number, or more. */
export interface Threshold {
    readonly register: number;
    readonly bound: number;
}

/** The comparisons of sums that a step of the session relies on. */
export interface SumGuard extends Threshold {
    readonly atMost: boolean;
}

/** A step from the point of view of a session's amounts (`amounts-of-session.ts`). */
export interface SumStep {
    readonly amounts: readonly AmountRange[];
    readonly shifts: readonly Shift[];
    readonly guards: readonly SumGuard[];
    /** For each register, the source of its sum after the step; undefined if nothing is added any more. */
    readonly sources: ReadonlyMap<number, number | undefined>;
}

export interface SumPart {
    readonly zone: Zone;
    readonly amounts: readonly AmountRange[];
    readonly shifts: readonly Shift[];
    /** True if the zone contains the shifted sums too. */
    readonly isShifted: boolean;
    readonly guards: readonly SumGuard[];
}

/** One of the stored sums: for one combination of keys, and for one agent if it is per agent. */
interface Variable {
    readonly monitor: number;
    /** The recorder of the sum. */
    readonly recorder: number;
    readonly group: number;
    readonly param: string | undefined;
    readonly most: number;
    readonly window: number | undefined;
    /** True if the sum covers all sessions (M19). */
    readonly across: boolean;
    /** A text that is equal for sums of the same events, regardless of their windows. */
    readonly events: string;
}

/** The registers of a variable: the certain and the possible sum, then both with the amount of the decided call. */
const ENDS = 4;
const WITH_CALL = 2;

export class Summing {
    private readonly variables: readonly Variable[];
    /** For each monitor of the search that reads a sum, the variable of each group. */
    private readonly readers: ReadonlyMap<
        number,
        { readonly variables: readonly number[]; readonly withCall: boolean }
    >;
    private readonly registers: readonly number[];
    private readonly loose: ReadonlySet<number>;
    private readonly inclusions: readonly Inclusion[];

    constructor({ ground, policy, question }: Slice) {
        const ends = endsAsked(policy, question);
        const numbers = new Map<string, number>();
        const variables: Variable[] = [];
        const readers = new Map<number, { variables: number[]; withCall: boolean }>();
        ground.monitors.forEach((monitor, index) => {
            if (!isSum(monitor)) {
                return;
            }
            const { sum, event, from, perAgent, across = false } = monitor;
            const groups = perAgent ? ground.agents.map((_, agent) => agent) : [0];
            const own = groups.map((group) => {
                const events = JSON.stringify([event, from, sum.param, group]);
                const key = JSON.stringify([events, sum.window, across]);
                const known = numbers.get(key) ?? variables.length;
                const most = Math.max(sum.most, variables[known]?.most ?? 0);
                variables[known] = {
                    monitor: index,
                    recorder: sum.recorder,
                    group,
                    param: sum.param,
                    most,
                    window: sum.window,
                    across,
                    events
                };
                numbers.set(key, known);
                return known;
            });
            readers.set(index, { variables: own, withCall: sum.withCall });
        });
        this.variables = variables;
        this.readers = readers;
        this.registers = variables.flatMap(({ recorder }, variable) => {
            const { least = true, most = true } = ends.get(recorder) ?? {};
            return [...(least ? [variable * ENDS] : []), ...(most ? [variable * ENDS + 1] : [])];
        });
        this.loose = new Set(this.registers.filter((register) => this.variableOf(register).window !== undefined));
        this.inclusions = this.registers.flatMap((part) =>
            this.registers.flatMap((whole) => (part !== whole && this.isPart(part, whole) ? [{ part, whole }] : []))
        );
    }

    get isEmpty(): boolean {
        return this.variables.length === 0;
    }

    /** The registers of the sums that a monitor of the search reads. */
    registersOf(monitor: number): readonly number[] {
        const variables = this.readers.get(monitor)?.variables ?? [];
        return this.registers.filter((register) => variables.includes(Math.floor(register / ENDS)));
    }

    initial(): Zone {
        return nothingAdded(this.registers);
    }

    /** Ages and sums together, as a state stores them; unchanged if there are no sums. */
    withSums(ages: Zone | undefined, sums: Zone): Zone | undefined {
        return this.isEmpty ? ages : (ages ?? Zone.of([])).withSums(sums);
    }

    /** The numbers that these conditions compare sums with, for a call of the agent. */
    asked(conditions: readonly Condition[], agent: number): Threshold[] {
        const found = new Map<string, Threshold>();
        for (const condition of conditions) {
            visitConditions(condition, (part) => {
                const reader = part.op === 'count' ? this.readers.get(part.monitor) : undefined;
                if (part.op !== 'count' || !reader) {
                    return;
                }
                const variable = reader.variables[reader.variables.length > 1 ? agent : 0]!;
                const first = variable * ENDS + (reader.withCall ? WITH_CALL : 0);
                for (const register of [first, first + 1].filter((one) => this.isKept(one))) {
                    for (const bound of boundsOf(part.cmp, part.bound)) {
                        found.set(`${register} ${bound}`, { register, bound });
                    }
                }
            });
        }
        return [...found.values()].sort((a, b) => a.register - b.register || a.bound - b.bound);
    }

    whole(zone: Zone, amounts: readonly AmountRange[] = []): SumPart {
        return { zone, amounts, shifts: this.shiftsOf(amounts), isShifted: false, guards: [] };
    }

    /**
     * The parts of the zone in each of which every end is consistently at most, or more than, the numbers that it is
     * compared with.
     */
    split(whole: SumPart, thresholds: readonly Threshold[]): SumPart[] {
        const plain = thresholds.filter(({ register }) => register % ENDS < WITH_CALL);
        const withCall = thresholds.filter(({ register }) => register % ENDS >= WITH_CALL);
        const parts = plain.reduce(splitBy, [whole]);
        return withCall.length === 0 ? parts : withCall.reduce(splitBy, parts.map(shifted));
    }

    /** The memory of a part: the cells of each sum hold values that represent the whole part. */
    standIn(memory: Memory, { zone }: SumPart): Memory {
        const valueIn = (register: number): number => (zone.clocks.includes(register) ? leastOf(zone, register) : 0);
        // An end that is not stored is never read, so any value works.
        const valuesOf = (first: number): number[] =>
            [first, first + 1].map((own) => valueIn(this.isKept(own) ? own : 2 * first + 1 - own));
        return {
            ...memory,
            monitors: memory.monitors.map((cells, index) => {
                const reader = this.readers.get(index);
                return !reader
                    ? cells
                    : reader.variables.flatMap((variable) => {
                          const first = variable * ENDS + (reader.withCall ? WITH_CALL : 0);
                          return valuesOf(first);
                      });
            })
        };
    }

    /** True if an event changes or may change some sum. */
    isChangedBy(effect: Effect | undefined): boolean {
        return this.variables.some((variable) => {
            const { e, f } = valueIn(effect, variable);
            return e !== FALSE || f !== FALSE;
        });
    }

    /** The sums after an event. */
    follow(part: SumPart, effect: Effect | undefined): { zone: Zone; step: SumStep } {
        const adds = this.variables.some((variable) => valueIn(effect, variable).e !== FALSE);
        const { zone, amounts, shifts, guards } = adds ? shifted(part) : part;
        const sources = new Map<number, number | undefined>();
        this.variables.forEach((variable, index) => {
            const { e, f } = valueIn(effect, variable);
            const [certain, possible] = [index * ENDS, index * ENDS + 1];
            // An event that both ends a span and adds to the sum belongs to the span before it (M8).
            if (this.isKept(certain)) {
                sources.set(certain, f !== FALSE ? undefined : e === TRUE ? certain + WITH_CALL : certain);
            }
            if (this.isKept(possible)) {
                sources.set(possible, f === TRUE ? undefined : e !== FALSE ? possible + WITH_CALL : possible);
            }
        });
        return { zone: this.moved(zone, sources), step: { amounts, shifts, guards, sources } };
    }

    private moved(zone: Zone, sources: SumStep['sources']): Zone {
        const moved = zone.moved(
            this.registers,
            this.registers.map((register) => sources.get(register))
        );
        const left = this.loose.size > 0 ? loosened(moved, this.loose, this.inclusions) : moved;
        return left.extrapolated((register) => this.variableOf(register).most);
    }

    /** The sums at the start of a session: those that do not cover all sessions are reset. */
    startAnew({ zone, guards }: SumPart): { zone: Zone; step: SumStep } {
        const sources = new Map(
            this.registers.map((register) => [register, this.variableOf(register).across ? register : undefined])
        );
        return { zone: this.moved(zone, sources), step: { amounts: [], shifts: [], guards, sources } };
    }

    /** The amount that the decided call adds to each sum, if it is one of its events. */
    private shiftsOf(amounts: readonly AmountRange[]): Shift[] {
        return this.variables.flatMap(({ param }, variable) => {
            const amount = amounts.findIndex((one) => one.param === param);
            const range = param === undefined ? ONE : amounts[amount];
            return range
                ? [variable * ENDS, variable * ENDS + 1]
                      .filter((register) => this.isKept(register))
                      .map((register): Shift => {
                          const { least, most } = range;
                          return { register, to: register + WITH_CALL, amount, least, most };
                      })
                : [];
        });
    }

    /** True if the end, or its version with the amount of a call, is read. */
    private isKept(register: number): boolean {
        return this.registers.includes(register % ENDS >= WITH_CALL ? register - WITH_CALL : register);
    }

    private variableOf(register: number): Variable {
        return this.variables[Math.floor(register / ENDS)]!;
    }

    /** A certain success is also a possible one; a longer window contains a shorter one. */
    private isPart(part: number, whole: number): boolean {
        const [a, b] = [this.variableOf(part), this.variableOf(whole)];
        return (
            a.events === b.events &&
            part % ENDS <= whole % ENDS &&
            (b.across || !a.across) &&
            (a.window ?? Infinity) <= (b.window ?? Infinity)
        );
    }
}

/** The range of the amount that a count adds. */
const ONE = { least: 1, most: 1 };

function valueIn(effect: Effect | undefined, { monitor, group }: Variable): { e: number; f: number } {
    const values = effect?.values[monitor];
    return (values && (values.length > 1 ? values[group] : values[0])) ?? { e: FALSE, f: FALSE };
}

function shifted(part: SumPart): SumPart {
    return part.isShifted ? part : { ...part, zone: withShifted(part.zone, part.shifts), isShifted: true };
}

function splitBy(parts: readonly SumPart[], { register, bound }: Threshold): SumPart[] {
    return parts.flatMap((part) =>
        [true, false].flatMap((atMost) => {
            const zone = part.zone.restricted(register, bound, atMost);
            return zone ? [{ ...part, zone, guards: [...part.guards, { register, bound, atMost }] }] : [];
        })
    );
}

/** Numbers such that a comparison has the same value for all sums that are at most, or more than, each of them. */
function boundsOf(cmp: Comparator, bound: number): number[] {
    switch (cmp) {
        case '<=':
        case '>':
            return [bound];
        case '<':
        case '>=':
            return [bound - 1];
        case '==':
        case '!=':
            return [bound - 1, bound];
    }
}
