/**
 * The part of the generated module that is the same for every system: the visited set, and the loops over states.
 *
 * The visited set is a hash table of bitmaps: one 64-byte page for all states that differ only in their lowest 9 bits,
 * one bit for each. States that differ in few places share a page, so that most look-ups stay in the cache. The targets
 * of many states are gathered in a buffer before they are looked up, so that cache misses overlap.
 */
import type { Emitter } from './emit.js';
import type { GrowingMemory } from './memory.js';
import type { Code, ValueType, WasmFunction } from './wasm.js';
import { block, branch, branchIf, call, encodeModule, global, i32, I32, i64, I64, local, loop, when } from './wasm.js';

/** The variables of the module, in numeric order. */
const GLOBALS = [
    ['goals', I64],
    ['unwritten', I64],
    ['written', I64],
    ['flags', I32],
    /**
     * The hash table: its address, the number of bits by which a hash is shifted to get a slot, and the mask of slots.
     */
    ['table', I32],
    ['shift', I64],
    ['mask', I32],
    /** The number of pages in the table, and the number at which it must grow. */
    ['used', I32],
    ['usable', I32],
    /** The address of the next page, and the end of the space for pages. */
    ['page', I32],
    ['pageEnd', I32],
    /** The address of the next new state, and the end of the space for states. */
    ['out', I32],
    ['outEnd', I32]
] as const satisfies readonly (readonly [string, ValueType])[];

type GlobalName = (typeof GLOBALS)[number][0];

function numberOf(name: GlobalName): number {
    return GLOBALS.findIndex(([other]) => other === name);
}

const get = (name: GlobalName): Code => global.get(numberOf(name));
const set = (name: GlobalName, value: Code): Code => global.set(numberOf(name), value);

export const COUNTERS = { goals: numberOf('goals'), unwritten: numberOf('unwritten'), flags: numberOf('flags') };

export const PAGE_BYTES = 64;
/** A slot of the table: the name of a page (the state without its lowest bits) and its address; 0 means free. */
export const SLOT_BYTES = 16;
const SLOT_SHIFT = 4;
const PAGE_BITS = 9n;
const ADDRESS = 8;
export const STATE_BYTES = 8;

/** The address where targets are gathered. Address 0 is not used. */
export const BUFFER = 64;

/** The capacity of the buffer in targets, which must hold at least those of one state. */
export function bufferSize(emitter: Emitter): number {
    return Math.max(1024, 2 * emitter.most);
}

export type Exports = {
    readonly [Each in (typeof GLOBALS)[number] as Each[0]]: {
        value: Each[1] extends typeof I64 ? bigint : number;
    };
} & {
    readonly memory: GrowingMemory;
    /** Inserts the states from `from` to `to` into the set, and writes the new ones at `out`. */
    readonly visit: (from: number, to: number) => void;
    /** Inserts all pages of an old table into this one. */
    readonly rehash: (from: number, to: number) => void;
} & {
    /**
     * The functions for each kind of step have its number in their names. `advance` visits all targets of the states,
     * `count` counts the steps. Both stop when the space is used up, and return their position.
     */
    readonly [Name in `${'advance' | 'count'}${number}`]: (from: number, to: number) => number;
} & {
    /**
     * Writes the states at `out` that have a target in the set or, with `goals`, a step to a goal; `findGoals` writes
     * the states that are goals themselves. Both stop when the space is used up, and return their position.
     */
    readonly [Name in `find${number | 'Goals'}`]: (from: number, to: number, goals: number) => number;
} & {
    /** Writes the targets of the state by steps of one kind from `to` on, and returns their end. */
    readonly [Name in `expand${number}`]: (state: bigint, to: number) => number;
} & {
    /** Nonzero if the state is in the set, or is a goal itself. */
    readonly isVisited: (state: bigint) => number;
    readonly isGoal: (state: bigint) => number;
};

export function moduleFor(
    emitter: Emitter,
    pages: { readonly initial: number; readonly maximum: number }
): Uint8Array<ArrayBuffer> {
    const size = bufferSize(emitter);
    const expands = emitter.kinds.map((_, kind) => emitter.expand(kind));
    const [isVisited, isGoal, visit] = [expands.length, expands.length + 1, expands.length + 2];
    return encodeModule({
        globals: GLOBALS.map(([name, type]) => ({ name, type })),
        functions: [
            ...expands,
            isVisitedFunction,
            emitter.isGoal(),
            visitFunction,
            rehashFunction,
            findGoalsFunction(isGoal),
            ...expands.flatMap((_, kind) => [
                advanceFunction(kind, visit, size, emitter.most),
                countFunction(kind),
                findFunction(kind, isVisited)
            ])
        ],
        pages
    });
}

const add = (index: number, by: number): Code => local.set(index, i32.add(local.get(index), i32.const(by)));

/** Variables of a function that looks up pages: its copies of the table's variables, and its position in the table. */
interface Probe {
    readonly table: number;
    readonly mask: number;
    readonly shift: number;
    readonly name: number;
    readonly slot: number;
    readonly entry: number;
    readonly address: number;
}

/** The local variables of a probe, numbered from `first`, with their types. */
function probeAt(first: number): Probe {
    return {
        table: first,
        mask: first + 1,
        shift: first + 2,
        name: first + 3,
        slot: first + 4,
        entry: first + 5,
        address: first + 6
    };
}
const PROBE_LOCALS: readonly ValueType[] = [I32, I32, I64, I64, I32, I32, I32];

function copyTable({ table, mask, shift }: Probe): Code {
    return [local.set(table, get('table')), local.set(mask, get('mask')), local.set(shift, get('shift'))];
}

/**
 * Finds the address of the page with this name. If there is no such page, `free` runs at a free slot, and the address
 * is 0.
 */
function find({ table, mask, shift, name, slot, entry, address }: Probe, free: Code): Code {
    // Fibonacci hashing of the folded name (Knuth, The Art of Computer Programming 3, 6.4).
    const folded = i64.xor(local.get(name), i64.shrU(local.get(name), i64.const(29n)));
    const hash = i64.mul(folded, i64.const(0x9e3779b97f4a7c15n));
    return [
        local.set(slot, i32.wrap(i64.shrU(hash, local.get(shift)))),
        block(
            loop(
                local.set(entry, i32.add(local.get(table), i32.shl(local.get(slot), i32.const(SLOT_SHIFT)))),
                local.set(address, i32.load(local.get(entry), ADDRESS)),
                when(i32.eqz(local.get(address)), [free, branch(2)]),
                branchIf(1, i64.eq(i64.load(local.get(entry)), local.get(name))),
                local.set(slot, i32.and(i32.add(local.get(slot), i32.const(1)), local.get(mask))),
                branch(0)
            )
        )
    ];
}

const bitOf = (state: Code): Code => i32.shl(i32.const(1), i32.wrap(state));
const wordOf = (address: Code, state: Code): Code =>
    i32.add(address, i32.and(i32.wrap(i64.shrU(state, i64.const(3n))), i32.const(0x3c)));

const visitFunction: WasmFunction = (() => {
    const [from, to, state, old, out] = [0, 1, 2, 3, 4];
    const probe = probeAt(5);
    const { name, entry, address } = probe;
    return {
        name: 'visit',
        params: [I32, I32],
        results: [],
        locals: [I64, I32, I32, ...PROBE_LOCALS],
        body: [
            copyTable(probe),
            local.set(out, get('out')),
            block(
                loop(
                    branchIf(1, i32.geU(local.get(from), local.get(to))),
                    local.set(state, i64.load(local.get(from))),
                    add(from, STATE_BYTES),
                    local.set(name, i64.shrU(local.get(state), i64.const(PAGE_BITS))),
                    find(probe, [
                        i64.store(local.get(entry), local.get(name)),
                        local.set(address, get('page')),
                        i32.store(local.get(entry), local.get(address), ADDRESS),
                        set('page', i32.add(local.get(address), i32.const(PAGE_BYTES))),
                        set('used', i32.add(get('used'), i32.const(1)))
                    ]),
                    local.set(address, wordOf(local.get(address), local.get(state))),
                    local.set(old, i32.load(local.get(address))),
                    branchIf(0, i32.and(local.get(old), bitOf(local.get(state)))),
                    i32.store(local.get(address), i32.or(local.get(old), bitOf(local.get(state)))),
                    i64.store(local.get(out), local.get(state)),
                    add(out, STATE_BYTES),
                    branch(0)
                )
            ),
            set('out', local.get(out))
        ]
    };
})();

/** The type is `(state: i64) -> i32`. */
const isVisitedFunction: WasmFunction = (() => {
    const state = 0;
    const probe = probeAt(1);
    return {
        name: 'isVisited',
        params: [I64],
        results: [I32],
        locals: PROBE_LOCALS,
        body: [
            copyTable(probe),
            local.set(probe.name, i64.shrU(local.get(state), i64.const(PAGE_BITS))),
            find(probe, []),
            // At a free slot the word is read from an address that is never written.
            i32.and(i32.load(wordOf(local.get(probe.address), local.get(state))), bitOf(local.get(state)))
        ]
    };
})();

const rehashFunction: WasmFunction = (() => {
    const [from, to] = [0, 1];
    const probe = probeAt(2);
    const { name, entry } = probe;
    return {
        name: 'rehash',
        params: [I32, I32],
        results: [],
        locals: PROBE_LOCALS,
        body: [
            copyTable(probe),
            block(
                loop(
                    branchIf(1, i32.geU(local.get(from), local.get(to))),
                    when(i32.load(local.get(from), ADDRESS), [
                        local.set(name, i64.load(local.get(from))),
                        find(probe, [
                            i64.store(local.get(entry), local.get(name)),
                            i32.store(local.get(entry), i32.load(local.get(from), ADDRESS), ADDRESS)
                        ])
                    ]),
                    add(from, SLOT_BYTES),
                    branch(0)
                )
            )
        ]
    };
})();

/** True if there is room for everything that the buffer can produce. */
function hasRoom(size: number): Code {
    return i32.and(
        i32.and(
            i32.geU(i32.sub(get('outEnd'), get('out')), i32.const(size * STATE_BYTES)),
            i32.geU(i32.sub(get('pageEnd'), get('page')), i32.const(size * PAGE_BYTES))
        ),
        i32.leU(get('used'), get('usable'))
    );
}

function advanceFunction(kind: number, visit: number, size: number, most: number): WasmFunction {
    const [from, to, end] = [0, 1, 2];
    return {
        name: `advance${kind}`,
        params: [I32, I32],
        results: [I32],
        locals: [I32],
        body: [
            block(
                loop(
                    branchIf(1, i32.geU(local.get(from), local.get(to))),
                    branchIf(1, i32.eqz(hasRoom(size))),
                    local.set(end, i32.const(BUFFER)),
                    loop(
                        local.set(end, call(kind, i64.load(local.get(from)), local.get(end))),
                        add(from, STATE_BYTES),
                        branchIf(
                            0,
                            i32.and(
                                i32.ltU(local.get(from), local.get(to)),
                                i32.leU(local.get(end), i32.const(BUFFER + (size - most) * STATE_BYTES))
                            )
                        )
                    ),
                    countWritten(end),
                    call(visit, i32.const(BUFFER), local.get(end)),
                    branch(0)
                )
            ),
            local.get(from)
        ]
    };
}

function countWritten(end: number): Code {
    const targets = i32.shrU(i32.sub(local.get(end), i32.const(BUFFER)), i32.const(3));
    return set('written', i64.add(get('written'), i64.extendU(targets)));
}

function countFunction(kind: number): WasmFunction {
    const [from, to, end] = [0, 1, 2];
    return {
        name: `count${kind}`,
        params: [I32, I32],
        results: [I32],
        locals: [I32],
        body: [
            block(
                loop(
                    branchIf(1, i32.geU(local.get(from), local.get(to))),
                    local.set(end, call(kind, i64.load(local.get(from)), i32.const(BUFFER))),
                    countWritten(end),
                    add(from, STATE_BYTES),
                    branch(0)
                )
            ),
            local.get(from)
        ]
    };
}

const writeState = (from: number): Code => [
    i64.store(get('out'), i64.load(local.get(from))),
    set('out', i32.add(get('out'), i32.const(STATE_BYTES)))
];

function findFunction(kind: number, isVisited: number): WasmFunction {
    const [from, to, goals, end, at] = [0, 1, 2, 3, 4];
    return {
        name: `find${kind}`,
        params: [I32, I32, I32],
        results: [I32],
        locals: [I32, I32],
        body: [
            block(
                loop(
                    branchIf(1, i32.geU(local.get(from), local.get(to))),
                    branchIf(1, i32.geU(get('out'), get('outEnd'))),
                    set('goals', i64.const(0n)),
                    local.set(end, call(kind, i64.load(local.get(from)), i32.const(BUFFER))),
                    when(local.get(goals), when(i32.eqz(i64.eqz(get('goals'))), writeState(from)), [
                        local.set(at, i32.const(BUFFER)),
                        block(
                            loop(
                                branchIf(1, i32.geU(local.get(at), local.get(end))),
                                when(call(isVisited, i64.load(local.get(at))), [writeState(from), branch(2)]),
                                add(at, STATE_BYTES),
                                branch(0)
                            )
                        )
                    ]),
                    add(from, STATE_BYTES),
                    branch(0)
                )
            ),
            local.get(from)
        ]
    };
}

/** The function that writes the states that are goals themselves. */
function findGoalsFunction(isGoal: number): WasmFunction {
    const [from, to] = [0, 1];
    return {
        name: 'findGoals',
        params: [I32, I32, I32],
        results: [I32],
        locals: [],
        body: [
            block(
                loop(
                    branchIf(1, i32.geU(local.get(from), local.get(to))),
                    branchIf(1, i32.geU(get('out'), get('outEnd'))),
                    when(call(isGoal, i64.load(local.get(from))), writeState(from)),
                    add(from, STATE_BYTES),
                    branch(0)
                )
            ),
            local.get(from)
        ]
    };
}
