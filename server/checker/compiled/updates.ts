/**
 * The effect of an event on each field: a function of the field itself and a few others. The functions of the model
 * compute it on a memory that has only what the field depends on: `apply` steps each monitor from its own cells, and
 * each label of an agent from itself and the labels passed on; `move` steps each machine from its own modes and the
 * inputs of its transitions.
 */
import type { Effect } from '../../model/events/effects.js';
import { apply } from '../../model/events/effects.js';
import type { Monitor, Policy } from '../../model/policy/policy.js';
import type { Memory } from '../../model/session/session.js';
import { move } from '../../model/events/mode-transitions.js';
import { patternsOf } from '../conditions/walk.js';
import { NOW } from '../system/timing.js';
import type { Diagram } from './diagrams.js';
import { Diagrams } from './diagrams.js';
import type { Field, FieldValue, Place } from './fields.js';
import { ReadState } from './fields.js';
import { NOT_COMPILED } from './gate.js';
import { tabulate } from './tabulate.js';
import { labelsNamedIn } from './truths.js';

/**
 * The kind of fields that each part of an effect acts on; `none` if no memory of the finite system has that part.
 */
const ACTS_ON: { readonly [Part in keyof Required<Effect>]: Place['kind'] | 'all' | 'none' } = {
    values: 'cells',
    agent: 'all',
    released: 'all',
    adds: 'labels',
    clears: 'labels',
    moves: 'machine',
    handover: 'all',
    gives: 'none',
    store: 'none'
};

export interface UpdateTables {
    readonly diagrams: Diagrams;
    readonly of: readonly (readonly (Diagram | undefined)[])[];
}

export class Updates {
    private readonly effects: Effect[] = [];
    private readonly numbers = new Map<string, number>();

    constructor(
        private readonly policy: Policy,
        private readonly start: Memory
    ) {
        const isWatched = policy.outsideEvents.some(
            ({ mode }, event) =>
                mode !== undefined &&
                policy.monitors.flatMap(patternsOf).some(({ outside }) => outside?.includes(event))
        );
        // Entering a mode can change a monitor through a machine.
        if (isWatched || policy.monitors.some(({ keys, window }) => keys !== undefined || window !== undefined)) {
            throw NOT_COMPILED;
        }
    }

    get size(): number {
        return this.effects.length;
    }

    /** The number of an effect. */
    numberOf(effect: Effect): number {
        const key = JSON.stringify(effect);
        let number = this.numbers.get(key);
        if (number === undefined) {
            if (Object.keys(effect).some((part) => !(part in ACTS_ON))) {
                throw NOT_COMPILED;
            }
            number = this.effects.push(effect) - 1;
            this.numbers.set(key, number);
        }
        return number;
    }

    /** Adds every value that some sequence of effects leads to: a fixed point, so that no state has any other value. */
    close(fields: readonly Field[]): void {
        for (const field of fields) {
            const { place } = field;
            if (place.kind === 'cells') {
                // Values that are added during the loop are visited too.
                for (const value of field.values) {
                    this.effects.forEach((effect) => field.add(this.cellsAfter(effect, place, value as number[])));
                }
            }
        }
        for (let size = -1; size !== sizeOf(fields);) {
            size = sizeOf(fields);
            this.tabled(fields, ({ kind }) => kind !== 'cells');
        }
    }

    /** For each effect and field, the number of the value afterwards; undefined if it is unchanged. */
    tables(fields: readonly Field[]): UpdateTables {
        return this.tabled(fields, () => true);
    }

    private tabled(fields: readonly Field[], isAsked: (place: Place) => boolean): UpdateTables {
        const diagrams = new Diagrams(fields.map(({ values }) => values.length));
        const state = new ReadState(this.policy, fields, this.start);
        const of = this.effects.map((effect) =>
            fields.map((field, index) => {
                const { place } = field;
                if (!isAsked(place) || !this.concerns(effect, place)) {
                    return undefined;
                }
                return tabulate(diagrams, (read) =>
                    field.add(
                        place.kind === 'cells'
                            ? this.cellsAfter(effect, place, field.values[read(index)] as number[])
                            : this.after(effect, place, state, read)
                    )
                );
            })
        );
        return { diagrams, of };
    }

    private concerns(effect: Effect, place: Place): boolean {
        const { handover } = effect;
        switch (place.kind) {
            case 'cells': {
                const { kind, perAgent } = this.policy.monitors[place.monitor]!;
                const isAnothers = kind === 'last is' && perAgent && effect.agent !== place.caller;
                return effect.values[place.monitor] !== undefined && !isAnothers;
            }
            case 'labels':
            case 'received':
                return (
                    handover?.to === place.agent ||
                    (effect.agent === place.agent && (((effect.adds | effect.clears) >> place.label) & 1) === 1)
                );
            case 'delegated':
                return handover?.delegation === place.delegation;
            case 'machine':
                return movesIn(effect, place, this.policy).length > 0;
            case 'progress':
                return false;
        }
    }

    private cellsAfter(effect: Effect, place: Place & { kind: 'cells' }, cells: readonly number[]): FieldValue {
        if (!this.concerns(effect, place)) {
            return cells;
        }
        const monitor = this.policy.monitors[place.monitor]!;
        const values = effect.values[place.monitor]!;
        const own = monitor.perAgent && monitor.kind !== 'last is' ? values[place.caller]! : values[0]!;
        // With the state of a single caller it does not matter which agent calls.
        const alone: Effect = { values: [[own]], agent: 0, released: effect.released, adds: 0, clears: 0 };
        const key = JSON.stringify([place.monitor, own, effect.released, cells]);
        let after = this.stepped.get(key);
        if (after === undefined) {
            const memory = { monitors: [cells], keyed: [], labels: [] };
            after = apply(this.only(monitor), memory, alone, NOW).monitors[0]!;
            this.stepped.set(key, after);
        }
        return after;
    }

    private readonly stepped = new Map<string, readonly number[]>();
    private readonly alone = new Map<Monitor, Policy>();

    /** The policy with only this monitor, as seen by one caller. */
    private only(monitor: Monitor): Policy {
        let policy = this.alone.get(monitor);
        if (!policy) {
            policy = { ...this.policy, monitors: [{ ...monitor, perAgent: false }] };
            this.alone.set(monitor, policy);
        }
        return policy;
    }

    private after(effect: Effect, place: Place, state: ReadState, read: (field: number) => number): FieldValue {
        const { policy } = this;
        const { memory } = state;
        const { handover } = effect;
        switch (place.kind) {
            case 'machine': {
                const moves = movesIn(effect, place, policy);
                state.readBy(read, labelsNamedIn(moves));
                const machines = memory.machines!.map((groups, machine) =>
                    machine === place.machine ? only(groups, [place.group]) : groups
                );
                return move(policy, { ...memory, machines }, moves, NOW).machines[place.machine]![place.group]!;
            }
            case 'labels':
            case 'received': {
                state.readBy(read, 1 << place.label);
                const bits = only(memory[place.kind]!, [place.agent, ...(handover ? [handover.from] : [])]);
                const alone = { monitors: [], keyed: [], labels: [], [place.kind]: bits };
                const after = apply({ ...policy, monitors: [] }, alone, withoutMonitors(effect), NOW);
                return (after[place.kind]![place.agent]! >> place.label) & 1;
            }
            case 'delegated': {
                state.readBy(read, 0);
                const delegated = only(memory.delegated!, [place.delegation]);
                const alone = { monitors: [], keyed: [], labels: [], delegated };
                const after = apply({ ...policy, monitors: [] }, alone, withoutMonitors(effect), NOW);
                return after.delegated![place.delegation] ? 1 : 0;
            }
            case 'cells':
            case 'progress':
                throw NOT_COMPILED;
        }
    }
}

function withoutMonitors(effect: Effect): Effect {
    const { moves: _, ...rest } = effect;
    return { ...rest, values: [] };
}

function movesIn(
    effect: Effect,
    { machine, group }: Place & { kind: 'machine' },
    policy: Policy
): NonNullable<Effect['moves']> {
    const { perAgent } = policy.machines![machine]!;
    return (effect.moves ?? []).filter(
        (one) => one.machine === machine && (!perAgent || one.agent === undefined || one.agent === group)
    );
}

/** A copy of the array with holes for all other elements. */
function only<Element>(elements: readonly Element[], kept: readonly number[]): readonly Element[] {
    const some = new Array<Element>(elements.length);
    kept.forEach((index) => (some[index] = elements[index]!));
    return some;
}

function sizeOf(fields: readonly Field[]): number {
    return fields.reduce((sum, { values }) => sum + values.length, 0);
}
