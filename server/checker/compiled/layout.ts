/** The positions of the fields in a packed state of 64 bits. */
import type { Policy } from '../../model/policy/policy.js';
import type { ExploredState } from '../system/codec.js';
import { TooLarge } from './diagrams.js';
import { valueIn } from './fields.js';
import type { TabledSystem } from './steps.js';

export class Layout {
    readonly bits: readonly number[];
    readonly shifts: readonly number[];

    constructor(private readonly system: TabledSystem) {
        const { fields } = system;
        this.bits = fields.map(({ values }) => Math.ceil(Math.log2(values.length)));
        const shifts = fields.map(() => 0);
        let used = 0;
        for (const field of lowestFirst(system, this.bits)) {
            shifts[field] = used;
            used += this.bits[field]!;
        }
        if (used > 64) {
            throw new TooLarge('a state has more than 64 bits');
        }
        this.shifts = shifts;
    }

    /** The bit mask of a field. */
    mask(field: number): bigint {
        return ((1n << BigInt(this.bits[field]!)) - 1n) << BigInt(this.shifts[field]!);
    }

    /** The bits of a field for a value number. */
    placed(field: number, value: number): bigint {
        return BigInt(value) << BigInt(this.shifts[field]!);
    }

    /** The value number of a field in a packed state. */
    read(state: bigint, field: number): number {
        return Number((state & this.mask(field)) >> BigInt(this.shifts[field]!));
    }

    /** The packed state; undefined if it has a value that no sequence of steps leads to. */
    pack(policy: Policy, state: ExploredState): bigint | undefined {
        let packed = 0n;
        for (const [index, field] of this.system.fields.entries()) {
            const value = field.numberOf(valueIn(policy, state, field.place));
            if (value === undefined) {
                return undefined;
            }
            packed |= this.placed(index, value);
        }
        return packed;
    }
}

/**
 * The fields in the order in which they are assigned bits. States that differ only in the lowest bits share a page of
 * the visited set (`engine.ts`), so the fields that change most come first.
 */
function lowestFirst({ fields, updates }: TabledSystem, bits: readonly number[]): number[] {
    const changes = fields.map((_, field) => updates.filter((of) => of[field] !== undefined).length);
    const rank = (field: number): number => (bits[field] === 1 ? changes[field]! + 1_000_000 : changes[field]!);
    return fields.map((_, field) => field).sort((a, b) => rank(b) - rank(a) || a - b);
}
