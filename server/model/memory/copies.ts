/**
 * Makes shallow copies, which their creator may mutate before sharing them. They are written out field by field: a
 * session is a chain of copies, and in the V8 of Node 20 each copy of a copy made with `...` has its own hidden class,
 * which slows all of them down.
 */
import type { Memory } from './memory.js';

export type Mutable<T> = { -readonly [Field in keyof T]: T[Field] };

/** The type in which every field is present and may be changed. */
export type Whole<T> = { -readonly [Field in keyof T]-?: T[Field] };

export function copyOfMemory(memory: Memory): Mutable<Memory> {
    const copy: Whole<Memory> = {
        monitors: memory.monitors,
        keyed: memory.keyed,
        labels: memory.labels,
        received: memory.received,
        machines: memory.machines,
        delegated: memory.delegated,
        given: memory.given,
        stored: memory.stored,
        storedReceived: memory.storedReceived,
        records: memory.records,
        parked: memory.parked
    };
    return copy;
}
