/** States of the explored system, packed into words: each field in as few bits as it needs. */
import type { CellKind } from '../model/cells.js';
import { cellKinds, cellsOf, NONE } from '../model/cells.js';
import type { Monitor } from '../model/policy.js';
import type { Memory } from '../model/session.js';
import type { Slice } from './slice.js';

/** A call that waits for a human, where some condition can see that (`seesHolds`). */
export interface Hold {
    /** Index of the action. */
    readonly action: number;
    /** Bits of the approval rules that were asked, and of the answers given (`Answers`). */
    readonly asked: number;
    readonly answered: number;
    /** The history without the call's own attempt (M4). */
    readonly view: Memory;
}

export interface ExploredState {
    readonly memory: Memory;
    /** For `possible`: the steps done. */
    readonly progress: number;
    readonly holds: readonly Hold[];
}

/** How many there are of what a state numbers. */
export interface StateSizes {
    readonly actions: number;
    readonly approvalRules: number;
    readonly answers: number;
    readonly maxHolds: number;
    readonly maxProgress: number;
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
    private readonly holdFields: readonly { readonly head: readonly Field[]; readonly view: readonly Field[] }[];
    private readonly cellCounts: readonly number[];
    private readonly kinds: readonly (readonly CellKind[])[];
    private readonly labelBits: readonly number[];
    private readonly agents: number;
    private words = 0;
    private used = 32;

    constructor(slice: Slice, sizes: StateSizes) {
        const policy = slice.ground;
        this.agents = policy.agents.length;
        this.kinds = policy.monitors.map(cellKinds);
        this.cellCounts = policy.monitors.map(
            (monitor) => cellsOf(monitor) * (monitor.perAgent ? policy.agents.length : 1)
        );
        this.labelBits = policy.labels.map((_, label) => 1 << label).filter((bit) => (slice.labels & bit) !== 0);
        const cells = policy.monitors.flatMap((monitor, index) =>
            Array.from({ length: this.cellCounts[index]! }, (_, cell) => bitsOfCell(monitor, cell))
        );
        const memory = [...cells, ...policy.agents.flatMap(() => this.labelBits.map(() => 1))];
        this.memoryFields = memory.map((bits) => this.field(bits));
        this.progressField = this.field(bitsFor(sizes.maxProgress));
        this.holdFields = Array.from({ length: sizes.maxHolds }, () => ({
            head: [bitsFor(sizes.actions), sizes.approvalRules, sizes.answers].map((bits) => this.field(bits)),
            view: cells.map((bits) => this.field(bits))
        }));
        this.width = Math.max(1, this.words);
    }

    encode(state: ExploredState): Uint32Array {
        const words = new Uint32Array(this.width);
        const labels = state.memory.labels.flatMap((carried) => this.labelBits.map((bit) => (carried & bit ? 1 : 0)));
        write(words, this.memoryFields, [...this.packed(state.memory), ...labels]);
        write(words, [this.progressField], [state.progress]);
        state.holds.forEach((hold, slot) => {
            const { head, view } = this.holdFields[slot]!;
            write(words, head, [hold.action + 1, hold.asked, hold.answered]);
            write(words, view, this.packed(hold.view));
        });
        return words;
    }

    decode(words: Uint32Array): ExploredState {
        const values = read(words, this.memoryFields);
        const cells = this.cellCounts.reduce((sum, count) => sum + count, 0);
        const labelValues = values.slice(cells);
        const labels = Array.from({ length: this.agents }, (_, agent) =>
            this.labelBits.reduce(
                (carried, bit, position) =>
                    carried | (labelValues[agent * this.labelBits.length + position]! ? bit : 0),
                0
            )
        );
        const holds = this.holdFields.flatMap(({ head, view }): Hold[] => {
            const [action, asked, answered] = read(words, head) as [number, number, number];
            return action === 0
                ? []
                : [
                      {
                          action: action - 1,
                          asked,
                          answered,
                          view: { monitors: this.monitors(read(words, view)), keyed: [], labels }
                      }
                  ];
        });
        return {
            memory: { monitors: this.monitors(values), keyed: [], labels },
            progress: read(words, [this.progressField])[0]!,
            holds
        };
    }

    /** Of a time only whether it is there is kept: how long ago it was, the zone knows. */
    private monitors(values: readonly number[]): number[][] {
        let at = 0;
        return this.cellCounts.map((count, monitor) =>
            values
                .slice(at, (at += count))
                .map((value, cell) => (this.isTime(monitor, cell) ? (value === 0 ? NONE : 0) : value))
        );
    }

    private packed(memory: Memory): number[] {
        return memory.monitors.flatMap((cells, monitor) =>
            cells.map((value, cell) => (this.isTime(monitor, cell) ? (value === NONE ? 0 : 1) : value))
        );
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

function write(words: Uint32Array, fields: readonly Field[], values: readonly number[]): void {
    fields.forEach(({ word, shift, bits }, index) => {
        if (bits > 0) {
            words[word] = (words[word]! | (values[index]! << shift)) >>> 0;
        }
    });
}

function read(words: Uint32Array, fields: readonly Field[]): number[] {
    return fields.map(({ word, shift, bits }) =>
        bits === 0 ? 0 : (words[word]! >>> shift) & (bits === 32 ? 0xffffffff : (1 << bits) - 1)
    );
}

/** Bits for the values 0 … max. */
function bitsFor(max: number): number {
    return max === 0 ? 0 : Math.floor(Math.log2(max)) + 1;
}

function bitsOfCell(monitor: Monitor, cell: number): number {
    const kinds = cellKinds(monitor);
    const kind = kinds[cell % kinds.length];
    return kind === 'count' ? bitsFor(monitor.cap!) : kind === 'time' ? 1 : 2;
}
