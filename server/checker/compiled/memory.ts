/** The memory of a generated module, from which regions are taken. */

/** The part of `WebAssembly.Memory` that is used. */
export interface GrowingMemory {
    readonly buffer: ArrayBuffer;
    /** By so many times `WASM_PAGE`. Throws `RangeError` where there is no more. */
    grow(pages: number): number;
}

export class OutOfMemory extends Error {}

/** Bytes by which a memory grows, and how many of these it can have. */
export const WASM_PAGE = 65_536;
export const MAX_PAGES = 65_536;
/** Regions begin at these multiples: a page of the visited set is one line of the cache. */
const ALIGNMENT = 64;

export class Arena {
    private top: number;
    private free: { readonly from: number; readonly to: number }[] = [];

    /**
     * @param from the first byte that may be taken
     * @param limit how many bytes there may be
     */
    constructor(
        private readonly memory: GrowingMemory,
        from: number,
        private readonly limit: number
    ) {
        this.top = aligned(from);
    }

    /** Bytes of the memory, whether taken or not. */
    get bytes(): number {
        return this.memory.buffer.byteLength;
    }

    /** The address of as many bytes, which are zero. Throws `OutOfMemory`. */
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
            throw new OutOfMemory();
        }
        if (missing > 0) {
            try {
                this.memory.grow(Math.ceil(missing / WASM_PAGE));
            } catch {
                throw new OutOfMemory();
            }
        }
        this.top = from + size;
        return from;
    }

    /** Gives a region back. */
    give(from: number, bytes: number): void {
        if (bytes > 0) {
            this.free.push({ from, to: from + aligned(bytes) });
        }
    }
}

function aligned(bytes: number): number {
    return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
