/** The memory of a generated module, from which regions are allocated. */
import { LimitMet } from '../limits/budget.js';

/** The part of `WebAssembly.Memory` that is used. */
export interface GrowingMemory {
    readonly buffer: ArrayBuffer;
    /** Grows the memory by this many pages of `WASM_PAGE` bytes. Throws `RangeError` if no more is available. */
    grow(pages: number): number;
}

/** The number of bytes by which a memory grows, and the maximum number of such steps. */
export const WASM_PAGE = 65_536;
export const MAX_PAGES = 65_536;
/** Regions are aligned to this size: a page of the visited set fills one cache line. */
const ALIGNMENT = 64;

export class Arena {
    private top: number;
    private free: { readonly from: number; readonly to: number }[] = [];

    /**
     * @param from the first byte that may be allocated
     * @param limit the maximum number of bytes
     */
    constructor(
        private readonly memory: GrowingMemory,
        from: number,
        private readonly limit: number
    ) {
        this.top = aligned(from);
    }

    /** The size of the memory in bytes, allocated or not. */
    get bytes(): number {
        return this.memory.buffer.byteLength;
    }

    /** The address of this many zeroed bytes. Throws `LimitMet`. */
    take(bytes: number): number {
        const size = aligned(bytes);
        const index = this.free.findIndex(({ from, to }) => to - from >= size);
        if (index >= 0) {
            const { from, to } = this.free[index]!;
            this.free.splice(index, 1, ...(to - from > size ? [{ from: from + size, to }] : []));
            new Uint8Array(this.memory.buffer, from, size).fill(0);
            return from;
        }
        const from = this.top;
        const missing = from + size - this.bytes;
        if (from + size > this.limit) {
            throw this.outOfMemory();
        }
        if (missing > 0) {
            try {
                this.memory.grow(Math.ceil(missing / WASM_PAGE));
            } catch {
                throw this.outOfMemory();
            }
        }
        this.top = from + size;
        return from;
    }

    private outOfMemory(): LimitMet {
        return new LimitMet(`more than ${this.limit / 1e6} MB`);
    }

    /** Frees a region. */
    give(from: number, bytes: number): void {
        if (bytes > 0) {
            this.free.push({ from, to: from + aligned(bytes) });
        }
    }
}

function aligned(bytes: number): number {
    return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
