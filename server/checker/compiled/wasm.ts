/**
 * A small assembler for WebAssembly modules: the instructions that the compiled search needs, as nested lists of bytes,
 * and the sections around them (WebAssembly Core Specification 1.0, chapter 5, "Binary Format").
 */

/** Instructions, or operands followed by their operator. */
export type Code = number | readonly Code[];

export const I32 = 0x7f;
export const I64 = 0x7e;
export type ValueType = typeof I32 | typeof I64;
/** The type of a block that leaves no value. */
const EMPTY = 0x40;

/** Encodes a number as unsigned LEB128. */
function unsigned(value: number): number[] {
    const bytes: number[] = [];
    do {
        const low = value % 128;
        value = Math.floor(value / 128);
        bytes.push(value > 0 ? low | 0x80 : low);
    } while (value > 0);
    return bytes;
}

function signed(value: bigint): number[] {
    const bytes: number[] = [];
    for (;;) {
        const low = Number(value & 0x7fn);
        value >>= 7n;
        if ((value === 0n && (low & 0x40) === 0) || (value === -1n && (low & 0x40) !== 0)) {
            return [...bytes, low];
        }
        bytes.push(low | 0x80);
    }
}

const operator =
    (code: number) =>
    (...operands: Code[]): Code => [...operands, code];

/** @param align the binary logarithm of the alignment */
const load =
    (code: number, align: number) =>
    (address: Code, offset = 0): Code => [address, code, align, unsigned(offset)];
const store =
    (code: number, align: number) =>
    (address: Code, value: Code, offset = 0): Code => [address, value, code, align, unsigned(offset)];

export const i32 = {
    const: (value: number): Code => [0x41, ...signed(BigInt(value | 0))],
    eqz: operator(0x45),
    ltU: operator(0x49),
    gtU: operator(0x4b),
    leU: operator(0x4d),
    geU: operator(0x4f),
    add: operator(0x6a),
    sub: operator(0x6b),
    mul: operator(0x6c),
    and: operator(0x71),
    or: operator(0x72),
    shl: operator(0x74),
    shrU: operator(0x76),
    wrap: operator(0xa7),
    load: load(0x28, 2),
    store: store(0x36, 2)
};

export const i64 = {
    /** Takes the raw 64 bits, regardless of their meaning. */
    const: (value: bigint): Code => [0x42, ...signed(BigInt.asIntN(64, value))],
    eqz: operator(0x50),
    eq: operator(0x51),
    ne: operator(0x52),
    leU: operator(0x58),
    add: operator(0x7c),
    sub: operator(0x7d),
    mul: operator(0x7e),
    and: operator(0x83),
    or: operator(0x84),
    xor: operator(0x85),
    shl: operator(0x86),
    shrU: operator(0x88),
    extendU: operator(0xad),
    load: load(0x29, 3),
    store: store(0x37, 3)
};

export const local = {
    get: (index: number): Code => [0x20, unsigned(index)],
    set: (index: number, value: Code): Code => [value, 0x21, unsigned(index)],
    tee: (index: number, value: Code): Code => [value, 0x22, unsigned(index)]
};

export const global = {
    get: (index: number): Code => [0x23, unsigned(index)],
    set: (index: number, value: Code): Code => [value, 0x24, unsigned(index)]
};

export const block = (...body: Code[]): Code => [0x02, EMPTY, ...body, 0x0b];
export const loop = (...body: Code[]): Code => [0x03, EMPTY, ...body, 0x0b];
/** @param depth the number of enclosing blocks, loops and ifs to leave */
export const branch = (depth: number): Code => [0x0c, unsigned(depth)];
export const branchIf = (depth: number, condition: Code): Code => [condition, 0x0d, unsigned(depth)];
export const when = (condition: Code, then: Code, otherwise?: Code): Code => [
    condition,
    0x04,
    EMPTY,
    then,
    ...(otherwise === undefined ? [] : [0x05, otherwise]),
    0x0b
];
/** Selects one of two values. */
export const either = (type: ValueType, condition: Code, then: Code, otherwise: Code): Code => [
    condition,
    0x04,
    type,
    then,
    0x05,
    otherwise,
    0x0b
];
export const call = (index: number, ...operands: Code[]): Code => [...operands, 0x10, unsigned(index)];

export interface WasmFunction {
    readonly name: string;
    readonly params: readonly ValueType[];
    readonly results: readonly ValueType[];
    /** The local variables in addition to the parameters, which are numbered first. */
    readonly locals: readonly ValueType[];
    readonly body: Code;
}

export interface WasmModule {
    /** The global variables start at zero and are exported by name. */
    readonly globals: readonly { readonly name: string; readonly type: ValueType }[];
    /** The functions are exported by name. */
    readonly functions: readonly WasmFunction[];
    /** The initial and maximum size of the memory, in pages of 64 KiB; it is exported as `memory`. */
    readonly pages: { readonly initial: number; readonly maximum: number };
}

export function encodeModule({ globals, functions, pages }: WasmModule): Uint8Array<ArrayBuffer> {
    const types = functions.map(({ params, results }) => [0x60, vector(params), vector(results)]);
    const exports = [
        [name('memory'), 0x02, unsigned(0)],
        ...functions.map((each, index) => [name(each.name), 0x00, unsigned(index)]),
        ...globals.map((each, index) => [name(each.name), 0x03, unsigned(index)])
    ];
    return flat([
        [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
        section(1, vector(types)),
        section(3, vector(functions.map((_, index) => unsigned(index)))),
        section(5, vector([[0x01, unsigned(pages.initial), unsigned(pages.maximum)]])),
        section(6, vector(globals.map(({ type }) => [type, 0x01, type === I32 ? i32.const(0) : i64.const(0n), 0x0b]))),
        section(7, vector(exports)),
        section(10, vector(functions.map(functionBody)))
    ]);
}

/**
 * The exports of a module, which is instantiated immediately. Node and browsers have WebAssembly, but the types
 * configured here do not declare it.
 */
export function instantiate(bytes: Uint8Array<ArrayBuffer>): object {
    const { WebAssembly } = globalThis as unknown as {
        readonly WebAssembly: {
            readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
            readonly Instance: new (module: object) => { readonly exports: object };
        };
    };
    return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
}

function functionBody({ locals, body }: WasmFunction): Code {
    const declared = locals.map((type) => [unsigned(1), type]);
    return sized([vector(declared), body, 0x0b]);
}

function section(id: number, content: Code): Code {
    return [id, sized(content)];
}

function sized(content: Code): Code {
    const bytes = flat(content);
    return [unsigned(bytes.length), [...bytes]];
}

function vector(items: readonly Code[]): Code {
    return [unsigned(items.length), ...items];
}

function name(text: string): Code {
    // Names consist of ASCII characters.
    return vector([...text].map((character) => character.charCodeAt(0)));
}

function flat(code: Code): Uint8Array<ArrayBuffer> {
    const bytes: number[] = [];
    const open: Code[] = [code];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
        if (typeof next === 'number') {
            bytes.push(next);
        } else {
            for (let index = next.length - 1; index >= 0; index--) {
                open.push(next[index]!);
            }
        }
    }
    return Uint8Array.from(bytes);
}
