/**
 * The set of visited states: an open-addressing hash table over packed states. States are stored whole, so that two
 * states are never confused.
 */
export class StateStore {
    private words: Uint32Array;
    private table: Int32Array;
    private mask: number;
    private count = 0;

    /** @param width the number of 32-bit words in a packed state */
    constructor(private readonly width: number) {
        this.words = new Uint32Array(1024 * width);
        this.table = new Int32Array(4096).fill(-1);
        this.mask = this.table.length - 1;
    }

    get size(): number {
        return this.count;
    }

    /** The size of the two arrays in bytes. */
    get bytes(): number {
        return this.words.byteLength + this.table.byteLength;
    }

    /** The number of the state; it equals `size` before the call if the state is new. */
    add(state: Uint32Array): number {
        if (this.count * 2 > this.table.length) {
            this.grow();
        }
        let slot = hash(state) & this.mask;
        for (;;) {
            const id = this.table[slot]!;
            if (id < 0) {
                break;
            }
            if (this.equals(id, state)) {
                return id;
            }
            slot = (slot + 1) & this.mask;
        }
        if ((this.count + 1) * this.width > this.words.length) {
            const larger = new Uint32Array(this.words.length * 2);
            larger.set(this.words);
            this.words = larger;
        }
        this.words.set(state, this.count * this.width);
        this.table[slot] = this.count;
        return this.count++;
    }

    /** A view of the state, valid until the next `add`. */
    get(id: number): Uint32Array {
        return this.words.subarray(id * this.width, (id + 1) * this.width);
    }

    private equals(id: number, state: Uint32Array): boolean {
        const from = id * this.width;
        for (let i = 0; i < this.width; i++) {
            if (this.words[from + i] !== state[i]) {
                return false;
            }
        }
        return true;
    }

    private grow(): void {
        this.table = new Int32Array(this.table.length * 2).fill(-1);
        this.mask = this.table.length - 1;
        for (let id = 0; id < this.count; id++) {
            let slot = hash(this.get(id)) & this.mask;
            while (this.table[slot]! >= 0) {
                slot = (slot + 1) & this.mask;
            }
            this.table[slot] = id;
        }
    }
}

/** MurmurHash3's mixing of 32-bit words (Appleby 2011); it affects only speed, not exactness. */
function hash(words: Uint32Array): number {
    let h = words.length;
    for (const word of words) {
        let k = Math.imul(word, 0xcc9e2d51);
        k = (k << 15) | (k >>> 17);
        h ^= Math.imul(k, 0x1b873593);
        h = (h << 13) | (h >>> 19);
        h = (Math.imul(h, 5) + 0xe6546b64) | 0;
    }
    h ^= h >>> 16;
    h = Math.imul(h, 0x85ebca6b);
    h ^= h >>> 13;
    h = Math.imul(h, 0xc2b2ae35);
    return (h ^ (h >>> 16)) >>> 0;
}
