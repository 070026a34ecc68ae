/** States of the explored system, packed into words: each field uses as few bits as it needs. */
import type { CellKind } from '../../model/conditions/within.js';
import { cellKinds, cellsOf, NONE } from '../../model/conditions/within.js';
import type { Monitor } from '../../model/policy/policy.js';
import type { Memory } from '../../model/session/session.js';
import { storesOf } from '../../model/events/labels.js';
import { machineBits, packMachines, unpackMachines } from './machine-clocks.js';
import type { Hold, OwnSight } from './held-call-times.js';
import type { Slice } from '../reductions/slice.js';

export interface ExploredState {
    readonly memory: Memory;
    /** For `possible`, the number of completed steps. */
    readonly progress: number;
    readonly holds: readonly Hold[];
    /** An over-approximation of the other held calls (`held-calls-abstract.ts`); undefined if there are none. */
    readonly others?: readonly boolean[];
}

/** The numbers of elements of each kind that have a number in states. */
export interface StateSizes {
    readonly actions: number;
    readonly approvalRules: number;
    readonly answers: number;
    readonly maxHolds: number;
    readonly maxProgress: number;
    /** The number of bits for the other held calls. */
    readonly others: number;
    /** The part of the history that a held call sees differently from all other calls. */
    readonly own: OwnSight;
}

interface Field {
    readonly word: number;
    readonly shift: number;
    readonly bits: number;
}

export class StateCodec {
    readonly width: number;
    private readonly memoryFields: readonly Field[];
    private readonly progressField: Field;
    private readonly holdFields: readonly {
        readonly action: Field;
        /**
         * For each rule, true if its approval is required, and if its time-out is running; for each answer, true if it
         * was given.
         */
        readonly rules: readonly Field[];
        readonly deadlines: readonly Field[];
        readonly answers: readonly Field[];
        readonly view: readonly Field[];
        readonly machines: readonly Field[];
    }[];
    private readonly otherFields: readonly Field[];
    /** The monitors that a held call sees differently. */
    private readonly own: ReadonlySet<number>;
    private readonly cellCounts: readonly number[];
    private readonly kinds: readonly (readonly CellKind[])[];
    private readonly labelBits: readonly number[];
    private readonly receivedBits: readonly number[];
    /** The bits of everything except monitors: labels, machines and delegations. */
    private readonly stateFields: readonly Field[];
    private readonly agents: number;
    /** The number of servers that return labels. */
    private readonly stores: number;
    private words = 0;
    private used = 32;

    constructor(
        private readonly slice: Slice,
        sizes: StateSizes
    ) {
        const policy = slice.ground;
        this.agents = policy.agents.length;
        this.kinds = policy.monitors.map(cellKinds);
        this.cellCounts = policy.monitors.map(
            (monitor) => cellsOf(monitor) * (monitor.perAgent ? policy.agents.length : 1)
        );
        const bitsIn = (labels: number): number[] =>
            policy.labels.map((_, label) => 1 << label).filter((bit) => (labels & bit) !== 0);
        this.labelBits = bitsIn(slice.labels);
        this.receivedBits = bitsIn(slice.received);
        const cells = policy.monitors.map((monitor, index) =>
            Array.from({ length: this.cellCounts[index]! }, (_, cell) => bitsOfCell(monitor, cell))
        );
        this.memoryFields = cells.flat().map((bits) => this.field(bits));
        this.stores = this.labelBits.length > 0 ? storesOf(policy).length : 0;
        const stateBits =
            (policy.agents.length + this.stores) * (this.labelBits.length + this.receivedBits.length) +
            (policy.delegations?.length ?? 0) +
            machineBits(policy, slice.reach.machines);
        this.stateFields = Array.from({ length: stateBits }, () => this.field(1));
        this.progressField = this.field(bitsFor(sizes.maxProgress));
        this.own = sizes.own.monitors;
        const single = (length: number): Field[] => Array.from({ length }, () => this.field(1));
        this.holdFields = Array.from({ length: sizes.maxHolds }, () => ({
            action: this.field(bitsFor(sizes.actions)),
            rules: single(sizes.approvalRules),
            deadlines: single(sizes.approvalRules),
            answers: single(sizes.answers),
            view: cells.flatMap((own, monitor) => (this.own.has(monitor) ? own.map((bits) => this.field(bits)) : [])),
            machines: single(sizes.own.machines ? machineBits(policy, slice.reach.machines) : 0)
        }));
        this.otherFields = single(sizes.others);
        this.width = Math.max(1, this.words);
    }

    encode(state: ExploredState): Uint32Array {
        const words = new Uint32Array(this.width);
        const { memory } = state;
        this.writeMonitors(words, this.memoryFields, memory);
        write(words, this.stateFields, [
            ...packed(memory.labels, this.labelBits),
            ...packed(memory.received ?? [], this.receivedBits),
            ...packed((memory.stored ?? []).slice(0, this.stores), this.labelBits),
            ...packed((memory.storedReceived ?? []).slice(0, this.stores), this.receivedBits),
            ...(memory.delegated ?? []).map(Number),
            ...this.packedMachines(memory)
        ]);
        write(words, [this.progressField], [state.progress]);
        state.holds.forEach((hold, slot) => {
            const { action, rules, deadlines, answers, view, machines } = this.holdFields[slot]!;
            write(words, [action], [hold.action + 1]);
            hold.asked.forEach((isAsked, rule) => put(words, rules[rule]!, Number(isAsked)));
            hold.deadlines.forEach((time, rule) => put(words, deadlines[rule]!, isThere(time)));
            hold.answers.forEach((time, answer) => put(words, answers[answer]!, isThere(time)));
            this.writeMonitors(words, view, hold.view, this.own);
            write(words, machines, machines.length > 0 ? this.packedMachines(hold.view) : []);
        });
        write(words, this.otherFields, (state.others ?? []).map(Number));
        return words;
    }

    decode(words: Uint32Array): ExploredState {
        const shared = this.sharedOf(read(words, this.stateFields));
        const memory = { monitors: this.monitors(read(words, this.memoryFields)), keyed: [], ...shared };
        const holds = this.holdFields.flatMap((fields): Hold[] => {
            const [action] = read(words, [fields.action]);
            if (action === 0) {
                return [];
            }
            const since = (bit: number): number => (bit === 0 ? NONE : 0);
            const machines = fields.machines.length > 0 ? this.machines(read(words, fields.machines)) : {};
            const monitors = this.own.size > 0 ? this.monitors(read(words, fields.view), this.own) : memory.monitors;
            return [
                {
                    action: action! - 1,
                    asked: read(words, fields.rules).map(Boolean),
                    deadlines: read(words, fields.deadlines).map(since),
                    answers: read(words, fields.answers).map(since),
                    view: { ...memory, monitors, ...machines }
                }
            ];
        });
        return {
            memory,
            progress: read(words, [this.progressField])[0]!,
            holds,
            ...(this.otherFields.length > 0 && { others: read(words, this.otherFields).map(Boolean) })
        };
    }

    /** The part that a held call sees like all other calls, with the machines. */
    private sharedOf(values: readonly number[]): Omit<Memory, 'monitors' | 'keyed'> {
        let at = 0;
        const take = (count: number): readonly number[] => values.slice(at, (at += count));
        const bitsOf = (kept: readonly number[], holders: number): number[] =>
            Array.from({ length: holders }, () => {
                const own = take(kept.length);
                return kept.reduce((bits, bit, position) => bits | (own[position]! ? bit : 0), 0);
            });
        const labels = bitsOf(this.labelBits, this.agents);
        const received = bitsOf(this.receivedBits, this.agents);
        const stored = bitsOf(this.labelBits, this.stores);
        const storedReceived = bitsOf(this.receivedBits, this.stores);
        const { delegations = [] } = this.slice.ground;
        const delegated = take(delegations.length).map(Boolean);
        return {
            labels,
            ...(this.receivedBits.length > 0 && { received }),
            ...(this.stores > 0 && { stored }),
            ...(this.stores > 0 && this.receivedBits.length > 0 && { storedReceived }),
            ...(delegated.length > 0 && { delegated }),
            ...this.machines(values.slice(at))
        };
    }

    private machines(bits: readonly number[]): Pick<Memory, 'machines'> {
        return unpackMachines(this.slice.ground, this.slice.reach.machines, bits);
    }

    private packedMachines(memory: Memory): number[] {
        return packMachines(this.slice.ground, this.slice.reach.machines, memory);
    }

    /** Only the presence of a time is stored here; the zone stores its age. */
    private monitors(values: readonly number[], of?: ReadonlySet<number>): number[][] {
        let at = 0;
        return this.cellCounts.map((count, monitor) =>
            of?.has(monitor) === false
                ? []
                : values
                      .slice(at, (at += count))
                      .map((value, cell) => (this.isTime(monitor, cell) ? (value === 0 ? NONE : 0) : value))
        );
    }

    /**
     * Visits the cells without building an array, because this is done for every step.
     * @param of restricts the visit to these monitors
     */
    private writeMonitors(
        words: Uint32Array,
        fields: readonly Field[],
        { monitors }: Memory,
        of?: ReadonlySet<number>
    ): void {
        let at = 0;
        for (let monitor = 0; monitor < monitors.length; monitor++) {
            if (of?.has(monitor) === false) {
                continue;
            }
            const cells = monitors[monitor]!;
            for (let cell = 0; cell < cells.length; cell++) {
                const value = cells[cell]!;
                put(words, fields[at++]!, this.isTime(monitor, cell) ? isThere(value) : value);
            }
        }
    }

    private isTime(monitor: number, cell: number): boolean {
        const kinds = this.kinds[monitor]!;
        return kinds[cell % kinds.length] === 'time';
    }

    private field(bits: number): Field {
        if (bits > 32) {
            throw new RangeError('a field has at most 32 bits');
        }
        if (this.used + bits > 32) {
            this.words++;
            this.used = 0;
        }
        const field = { word: this.words - 1, shift: this.used, bits };
        this.used += bits;
        return field;
    }
}

function isThere(time: number): number {
    return time === NONE ? 0 : 1;
}

/** The bits of the labels of each carrier. */
function packed(holders: readonly number[], labels: readonly number[]): number[] {
    return holders.flatMap((bits) => labels.map((bit) => (bits & bit ? 1 : 0)));
}

function write(words: Uint32Array, fields: readonly Field[], values: readonly number[]): void {
    fields.forEach((field, index) => put(words, field, values[index]!));
}

function put(words: Uint32Array, { word, shift, bits }: Field, value: number): void {
    if (bits > 0) {
        words[word] = (words[word]! | (value << shift)) >>> 0;
    }
}

function read(words: Uint32Array, fields: readonly Field[]): number[] {
    return fields.map(({ word, shift, bits }) =>
        bits === 0 ? 0 : (words[word]! >>> shift) & (bits === 32 ? 0xffffffff : (1 << bits) - 1)
    );
}

/** The number of bits for the values 0 … max. */
function bitsFor(max: number): number {
    return max === 0 ? 0 : Math.floor(Math.log2(max)) + 1;
}

function bitsOfCell(monitor: Monitor, cell: number): number {
    const kinds = cellKinds(monitor);
    const kind = kinds[cell % kinds.length];
    return kind === 'count' ? bitsFor(monitor.cap!) : kind === 'time' ? 1 : 2;
}
